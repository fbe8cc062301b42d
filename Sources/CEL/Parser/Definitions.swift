/// Definitions with their bodies parsed, ready to be put in the place of calls.
package struct Definitions: Sendable {
    struct Parsed: Sendable {
        let parameters: [String]
        let ast: AST
    }

    private(set) var parsed: [String: Parsed] = [:]
    /// What is wrong with the bodies, by the definition's name.
    private(set) var failures: [String: CELCompileError] = [:]
    private var nodes = 0

    package static let none = Definitions([], limits: CELParserLimits(), macros: .all)

    /// In any order; of two with one name the first counts.
    init(_ definitions: [CELDefinition], limits: CELParserLimits, macros: Macros) {
        let byName = Dictionary(definitions.map { ($0.name, $0) }) { first, _ in first }
        var uses: [String: Set<String>] = [:]
        for (name, definition) in byName {
            guard let ast = try? Self.tree(of: definition, limits, macros, .none) else { continue }
            for case .call(let called, nil, _) in ast.nodes.map(\.kind) where byName[called] != nil {
                uses[name, default: []].insert(called)
            }
        }
        var open = byName.keys.sorted()
        // Each round takes those that use none but what is there; what is left at the end goes in circles.
        while true {
            let ready = open.filter { name in uses[name, default: []].allSatisfy { parsed[$0] != nil || failures[$0] != nil }
            }
            if ready.isEmpty { break }
            open.removeAll { ready.contains($0) }
            for name in ready { if let definition = byName[name] { add(definition, limits, macros) } }
        }
        for name in open {
            let issue = CELIssue(message: "the definition uses itself", range: 0..<0, line: 1, column: 1)
            failures[name] = CELCompileError(issues: [issue])
        }
    }

    /// Nodes of all bodies together, in multiples of the limit of one expression.
    private static let bodiesLimit = 20

    private mutating func add(_ definition: CELDefinition, _ limits: CELParserLimits, _ macros: Macros) {
        do throws(CELCompileError) {
            let ast = try Self.tree(of: definition, limits, macros, self)
            nodes += ast.nodes.count
            guard nodes <= limits.nodes * Self.bodiesLimit else {
                let message = "the definitions together have more than \(limits.nodes * Self.bodiesLimit) parts"
                throw CELCompileError(issues: [CELIssue(message: message, range: 0..<0, line: 1, column: 1)])
            }
            parsed[definition.name] = Parsed(parameters: definition.parameters, ast: ast)
        } catch {
            failures[definition.name] = error
        }
    }

    private static func tree(
        of definition: CELDefinition, _ limits: CELParserLimits, _ macros: Macros, _ others: Definitions
    ) throws(CELCompileError) -> AST {
        guard let form = definition.form else {
            return try Parser.parse(definition.body, limits: limits, macros: macros, definitions: others).ast
        }
        var builder = FormBuilder(limits: limits, macros: macros, definitions: others)
        builder.ast.root = try builder.add(form)
        return builder.ast
    }
}

/// Makes a tree of a form.
private struct FormBuilder {
    let limits: CELParserLimits
    let macros: Macros
    let definitions: Definitions
    var ast = AST()

    mutating func add(_ form: CELForm) throws(CELCompileError) -> AST.ID {
        switch form {
        case .source(let source):
            let other = try Parser.parse(source, limits: limits, macros: macros, definitions: definitions).ast
            let offset = ast.nodes.count
            for node in other.nodes {
                var node = node
                node.kind = node.kind.mapChildren { AST.ID(index: $0.index + offset) }
                ast.nodes.append(node)
            }
            return AST.ID(index: other.root.index + offset)
        case .text(let text): return node(.literal(.string(text)))
        case .name(let name): return node(.name(name))
        case .call(let name, let arguments):
            var ids: [AST.ID] = []
            for argument in arguments { ids.append(try add(argument)) }
            return node(.call(name, receiver: nil, arguments: ids))
        case .equal(let a, let b):
            let (a, b) = (try add(a), try add(b))
            return node(.call(Operator.equal, receiver: nil, arguments: [a, b]))
        case .conditional(let condition, let yes, let no):
            let (condition, yes, no) = (try add(condition), try add(yes), try add(no))
            return node(.conditional(condition, yes, no))
        case .joined(let parts): return try join(parts[...])
        }
    }

    /// As low a tree as possible.
    private mutating func join(_ parts: ArraySlice<CELForm>) throws(CELCompileError) -> AST.ID {
        guard parts.count > 1, let first = parts.first else { return try add(parts.first ?? .text("")) }
        guard parts.count > 2 else {
            let (a, b) = (try add(first), try add(parts[parts.endIndex - 1]))
            return node(.call(Operator.add, receiver: nil, arguments: [a, b]))
        }
        let middle = parts.startIndex + parts.count / 2
        let (a, b) = (try join(parts[..<middle]), try join(parts[middle...]))
        return node(.call(Operator.add, receiver: nil, arguments: [a, b]))
    }

    private mutating func node(_ kind: AST.Kind) -> AST.ID {
        let id = AST.ID(index: ast.nodes.count)
        ast.nodes.append(AST.Node(kind: kind, range: 0..<0, focus: 0..<0, depth: 1))
        ast.nodes[id.index].depth = ast.children(of: id).reduce(0) { max($0, ast[$1].depth) } + 1
        return id
    }
}

extension Parser {
    /// The body of a definition with its parameters bound to the arguments; nil when the name is no definition's.
    mutating func expand(_ name: String, _ arguments: [AST.ID], _ range: Range<Int>) throws(Failed) -> AST.ID? {
        if let failure = definitions.failures[name] {
            throw fail("the definition of '\(name)' is wrong: \(failure.issues.first?.message ?? "")", at: range)
        }
        guard let definition = definitions.parsed[name] else { return nil }
        guard definition.parameters.count == arguments.count else {
            let shown = definition.parameters.joined(separator: ", ")
            throw fail(
                "'\(name)' doesn't take \(arguments.count) arguments", at: range, suggestion: "it is \(name)(\(shown))")
        }
        // No source can contain such a name, so arguments and body can't take each other's.
        expansions += 1
        var renamed: [String: String] = [:]
        for parameter in definition.parameters { renamed[parameter] = "@\(name)\(expansions).\(parameter)" }
        var id = try graft(definition.ast, definition.ast.root, renamed, range)
        for (parameter, argument) in zip(definition.parameters, arguments).reversed() {
            id = try add(.bind(renamed[parameter] ?? parameter, argument, id), range)
        }
        return id
    }

    /// Copies a part of another tree into this one. Every node gets the range of the call, where its issues are shown.
    private mutating func graft(
        _ other: AST, _ id: AST.ID, _ names: [String: String], _ range: Range<Int>
    ) throws(Failed) -> AST.ID {
        guard ast.nodes.count < limits.nodes else {
            throw stop("the definitions make the expression larger than \(limits.nodes) parts", at: range)
        }
        let kind: AST.Kind
        switch other[id].kind {
        case .name(let name):
            // What is no parameter is a variable of the environment, whatever locals the caller has.
            kind = .name(names[name] ?? (name.hasPrefix(".") || name.hasPrefix("@") ? name : "." + name))
        case .comprehension(let loop):
            var inner = names
            inner[loop.variable] = loop.variable
            if let second = loop.secondVariable { inner[second] = second }
            let over = try graft(other, loop.range, names, range)
            let condition = try loop.condition.map { id throws(Failed) in try graft(other, id, inner, range) }
            let body = try loop.body.map { id throws(Failed) in try graft(other, id, inner, range) }
            kind = .comprehension(
                Comprehension(
                    kind: loop.kind, macro: loop.macro, range: over, variable: loop.variable, variableRange: range,
                    secondVariable: loop.secondVariable, condition: condition, body: body))
        case .bind(let name, let value, let body):
            var inner = names
            inner[name] = name
            kind = .bind(name, try graft(other, value, names, range), try graft(other, body, inner, range))
        default:
            var children: [AST.ID: AST.ID] = [:]
            for child in other.children(of: id) { children[child] = try graft(other, child, names, range) }
            kind = other[id].kind.mapChildren { children[$0] ?? $0 }
        }
        return try add(kind, range)
    }
}
