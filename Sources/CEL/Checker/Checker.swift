/// Resolves names, picks overloads and infers types. Reports every issue it finds, each once.
package struct Checker {
    struct Local {
        let name: String
        let type: CELType
        let slot: Int
        /// What is known not to be null by it: the path that it is another name for, else one of its own.
        let path: String
    }

    let environment: CELEnvironment
    let ast: AST
    let source: SourceText
    /// Without checks every mistake is left for the evaluation.
    let isLenient: Bool
    var unifier = Unifier()
    var types: [CELType]
    var references: [AST.ID: Reference] = [:]
    var locals: [Local] = []
    /// Paths that are known not to be null where the checker is.
    var nonNull: Set<String> = []
    var issues: [CELIssue] = []
    var variables: Set<String> = []
    private var localCount = 0
    private var identities = 0

    private static let issueLimit = 20

    /// - Throws: what is wrong with the expression's names and types.
    package static func check(
        _ ast: AST, _ source: SourceText, in environment: CELEnvironment, expecting expected: CELType? = nil,
        isLenient: Bool = false
    ) throws(CELCompileError) -> CheckedAST {
        var checker = Checker(environment: environment, ast: ast, source: source, isLenient: isLenient)
        let type = checker.check(ast.root, expecting: expected)
        if let expected, !checker.unifier.assign(type, to: expected) {
            checker.reportMismatch(ast.root, wanted: expected, given: type)
        }
        guard checker.issues.isEmpty else {
            throw CELCompileError(issues: checker.issues.sorted { $0.range.lowerBound < $1.range.lowerBound })
        }
        var checked = CheckedAST(
            ast: ast, source: source, types: checker.types.map { checker.unifier.finish($0) },
            references: checker.references, variables: checker.variables, localCount: checker.localCount)
        if checked.type(of: ast.root) == .bool {
            // What is said of locals means nothing outside.
            checked.nonNullIfTrue = checker.paths(shownBy: ast.root, being: true).filter { !$0.contains("#") }
            checked.nonNullIfFalse = checker.paths(shownBy: ast.root, being: false).filter { !$0.contains("#") }
        }
        return checked
    }

    private init(environment: CELEnvironment, ast: AST, source: SourceText, isLenient: Bool) {
        self.environment = environment
        self.ast = ast
        self.source = source
        self.isLenient = isLenient
        types = Array(repeating: .dyn, count: ast.nodes.count)
        nonNull = environment.nonNull
    }

    /// - Parameter expected: what the place wants, where that helps; the result may be something else.
    @discardableResult
    mutating func check(_ id: AST.ID, expecting expected: CELType? = nil) -> CELType {
        let type = infer(id, expected)
        types[id.index] = type
        return unifier.resolve(type)
    }

    private mutating func infer(_ id: AST.ID, _ expected: CELType?) -> CELType {
        switch ast[id].kind {
        case .literal(let value): return value.type
        case .name: return name(id)
        case .select(let operand, let field, let isOptional):
            return qualified(id) ?? select(id, operand, field, isOptional: isOptional)
        case .has(let operand, let field):
            _ = select(id, operand, field, isOptional: false, isTest: true)
            return .bool
        case .index(let operand, let key, let isOptional): return index(id, operand, key, isOptional: isOptional)
        case .and(let parts): return connective(parts, facts: true)
        case .or(let parts): return connective(parts, facts: false)
        case .conditional(let condition, let yes, let no): return conditional(id, condition, yes, no, expected)
        case .call(let name, let receiver, let arguments): return call(id, name, receiver, arguments)
        case .list(let elements): return list(elements, expected)
        case .map(let entries): return map(id, entries, expected)
        case .record(let name, let fields): return record(id, name, fields)
        case .comprehension(let loop): return comprehension(id, loop, expected)
        case .bind(let name, let value, let body):
            let type = check(value)
            return within([(name, type)], anotherNameFor: path(value), for: id) { $0.check(body, expecting: expected) }
        case .invalid: return .error
        }
    }
}

// Scopes.
extension Checker {
    /// Runs a part with further variables in scope.
    ///
    /// - Parameter path: what the variables are the same as; nil: nothing else.
    mutating func within(
        _ variables: [(name: String, type: CELType)], anotherNameFor path: String? = nil, for id: AST.ID, _ body: (inout Checker) -> CELType
    ) -> CELType {
        let depth = locals.count
        references[id] = .locals(depth)
        for (name, type) in variables {
            identities += 1
            locals.append(Local(name: name, type: type, slot: locals.count, path: path ?? "\(identities)#"))
        }
        localCount = max(localCount, locals.count)
        let result = body(&self)
        locals.removeLast(locals.count - depth)
        return result
    }

    func local(named name: String) -> Local? { locals.last { $0.name == name } }
}

// Issues.
extension Checker {
    /// Records an issue, or without checks that the node will fail.
    mutating func report(
        _ message: String, at id: AST.ID, range: Range<Int>? = nil, suggestion: String? = nil,
        code: CELError.Code = .noMatchingOverload
    ) -> CELType {
        let range = range ?? ast[id].focus
        if isLenient {
            references[id] = .failure(CELError(code, message, offset: range.lowerBound))
            return .dyn
        }
        if issues.count < Self.issueLimit {
            issues.append(CELIssue(message, at: range, in: source, suggestion: suggestion))
        }
        return .error
    }

    mutating func reportMismatch(_ id: AST.ID, wanted: CELType, given: CELType) {
        let wanted = unifier.finish(wanted)
        let given = unifier.finish(given)
        if isLenient || given == .error || wanted == .error { return }
        if given.isNullable, given != .null, unifier.assign(given.unwrapped, to: wanted) {
            _ = report("this may be null, but \(wanted) is wanted", at: id, range: ast[id].range, suggestion: guardHint(id))
            return
        }
        _ = report("this is \(given), but \(wanted) is wanted", at: id, range: ast[id].range)
    }

    func guardHint(_ id: AST.ID) -> String {
        let range = ast[id].range
        guard range.count <= 40 else { return "guard it with '!= null'" }
        var text = source.text(range)
        if case .conditional = ast[id].kind { text = "(\(text))" }
        return "guard it, as in '\(text) != null && …' or '\(text) == null ? … : …'"
    }
}
