/// Reads tokens into an ``AST``: precedence climbing for binary operators, recursion for what is nested.
package struct Parser {
    /// Thrown after an issue has been recorded.
    struct Failed: Error {}

    let source: SourceText
    let limits: CELParserLimits
    let macros: Macros
    let definitions: Definitions
    var expansions = 0
    var ast = AST()
    private(set) var issues: [CELIssue] = []
    private let tokens: [Token]
    private var position = 0
    private var nesting = 0

    /// Names that the language keeps for host languages: no variables, but fields and methods may be called so.
    static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]

    /// - Throws: everything that is wrong with the source's form.
    package static func parse(
        _ text: String, limits: CELParserLimits = CELParserLimits(), macros: Macros = .all,
        definitions: Definitions = .none
    ) throws(CELCompileError) -> (ast: AST, source: SourceText) {
        guard text.utf8.count <= limits.sourceSize else {
            let message = "the expression has \(text.utf8.count) bytes; \(limits.sourceSize) are allowed"
            throw CELCompileError(issues: [CELIssue(message: message, range: 0..<0, line: 1, column: 1)])
        }
        let source = SourceText(text)
        let (tokens, issues) = Lexer.tokenize(source)
        guard issues.isEmpty else { throw CELCompileError(issues: issues) }
        var parser = Parser(source: source, tokens: tokens, limits: limits, macros: macros, definitions: definitions)
        do {
            parser.ast.root = try parser.whole()
        } catch {
            throw CELCompileError(issues: parser.issues)
        }
        guard parser.issues.isEmpty else { throw CELCompileError(issues: parser.issues) }
        return (parser.ast, source)
    }

    private init(
        source: SourceText, tokens: [Token], limits: CELParserLimits, macros: Macros, definitions: Definitions
    ) {
        self.source = source
        self.tokens = tokens
        self.limits = limits
        self.macros = macros
        self.definitions = definitions
    }

    private mutating func whole() throws(Failed) -> AST.ID {
        if token.kind == .end { throw fail("there is no expression", at: token.range) }
        let id = try expression()
        if token.kind != .end { throw unexpected("an operator or the end") }
        return id
    }
}

// Tokens and nodes.
extension Parser {
    var token: Token { tokens[position] }
    func peek(_ ahead: Int = 1) -> Token { tokens[min(position + ahead, tokens.count - 1)] }
    var end: Int { position > 0 ? tokens[position - 1].range.upperBound : 0 }

    @discardableResult
    mutating func advance() -> Token {
        let current = tokens[position]
        if position < tokens.count - 1 { position += 1 }
        return current
    }

    mutating func take(_ kind: Token.Kind) -> Bool {
        guard token.kind == kind else { return false }
        advance()
        return true
    }

    mutating func expect(_ kind: Token.Kind, _ purpose: String) throws(Failed) {
        guard take(kind) else { throw unexpected("\(kind) \(purpose)") }
    }

    mutating func fail(_ message: String, at range: Range<Int>, suggestion: String? = nil) -> Failed {
        issues.append(CELIssue(message, at: range, in: source, suggestion: suggestion))
        return Failed()
    }

    mutating func unexpected(_ wanted: String) -> Failed {
        fail("expected \(wanted), found \(token.kind)", at: token.range)
    }

    /// - Throws: when the tree gets higher than the limit.
    mutating func add(_ kind: AST.Kind, _ range: Range<Int>, focus: Range<Int>? = nil) throws(Failed) -> AST.ID {
        let id = AST.ID(index: ast.nodes.count)
        ast.nodes.append(AST.Node(kind: kind, range: range, focus: focus ?? range, depth: 1))
        let depth = ast.children(of: id).reduce(0) { max($0, ast[$1].depth) } + 1
        ast.nodes[id.index].depth = depth
        guard depth <= limits.height else {
            throw fail("the expression is more than \(limits.height) levels high", at: range)
        }
        return id
    }

    func start(_ id: AST.ID) -> Int { ast[id].range.lowerBound }

    mutating func enter() throws(Failed) {
        nesting += 1
        guard nesting <= limits.nesting else {
            throw fail("the expression nests more than \(limits.nesting) levels deep", at: token.range)
        }
    }

    mutating func leave() { nesting -= 1 }
}

// Expressions, loosest operators first.
extension Parser {
    mutating func expression() throws(Failed) -> AST.ID {
        try enter()
        defer { leave() }
        let condition = try disjunction()
        let question = token.range
        guard take(.question) else { return condition }
        let yes = try disjunction()
        try expect(.colon, "of the conditional")
        let no = try expression()
        return try add(.conditional(condition, yes, no), start(condition)..<end, focus: question)
    }

    /// Chains of `||` and of `&&` become one node each, however long they are.
    private mutating func disjunction() throws(Failed) -> AST.ID {
        let first = try conjunction()
        guard token.kind == .or else { return first }
        let focus = token.range
        var parts = [first]
        while take(.or) { parts.append(try conjunction()) }
        return try add(.or(parts), start(first)..<end, focus: focus)
    }

    private mutating func conjunction() throws(Failed) -> AST.ID {
        let first = try binary(3)
        guard token.kind == .and else { return first }
        let focus = token.range
        var parts = [first]
        while take(.and) { parts.append(try binary(3)) }
        return try add(.and(parts), start(first)..<end, focus: focus)
    }

    private mutating func binary(_ lowest: Int) throws(Failed) -> AST.ID {
        var left = try unary()
        while let (name, precedence) = Operator.binary(token.kind), precedence >= lowest {
            let focus = advance().range
            let right = try binary(precedence + 1)
            left = try add(.call(name, receiver: nil, arguments: [left, right]), start(left)..<end, focus: focus)
        }
        return left
    }

    private mutating func unary() throws(Failed) -> AST.ID {
        guard token.kind == .not || token.kind == .minus else { return try member() }
        let kind = token.kind
        let first = position
        while token.kind == kind { advance() }
        var count = position - first
        if kind == .minus, let literal = try negativeLiteral() {
            count -= 1
            return try wrap(literal, Operator.negate, count, from: first)
        }
        let operand = try member()
        return try wrap(operand, kind == .not ? Operator.not : Operator.negate, count, from: first)
    }

    /// Of a long row of equal operators only as many count as make a difference, so that it can't get high.
    private mutating func wrap(_ operand: AST.ID, _ name: String, _ count: Int, from first: Int) throws(Failed) -> AST.ID {
        var id = operand
        let range = tokens[first].range.lowerBound..<end
        for _ in 0..<(count <= 2 ? count : 2 - count % 2) {
            id = try add(.call(name, receiver: nil, arguments: [id]), range, focus: tokens[first].range)
        }
        return id
    }

    /// A minus belongs to the number after it: only so the smallest int can be written.
    private mutating func negativeLiteral() throws(Failed) -> AST.ID? {
        let value: CELValue
        switch token.kind {
        case .int(let magnitude):
            guard magnitude <= UInt64(Int64.max) + 1 else {
                throw fail("the number is too small for an int", at: token.range)
            }
            value = .int(Int64(truncatingIfNeeded: 0 &- magnitude))
        case .double(let number): value = .double(-number)
        default: return nil
        }
        let range = peek(-1).range.lowerBound..<token.range.upperBound
        advance()
        return try members(of: try add(.literal(value), range))
    }
}
