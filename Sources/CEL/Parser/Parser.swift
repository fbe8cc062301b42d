/// Reads tokens into an ``AST``: precedence climbing for binary operators, recursion for what is nested.
package struct Parser {
    /// Thrown after an issue has been recorded.
    struct Failed: Error {
        /// Whether a limit was passed, so that there is no going on.
        var isFatal = false
    }

    /// What could be read of a source, with `invalid` nodes where it couldn't be understood.
    struct Outcome {
        let ast: AST
        let source: SourceText
        let issues: [CELIssue]
        /// Whether the tree stands for all of the source.
        let isWhole: Bool
    }

    let source: SourceText
    let limits: CELParserLimits
    let macros: Macros
    let definitions: Definitions
    var expansions = 0
    var ast = AST()
    private(set) var issues: [CELIssue] = []
    /// Where the lexer has already said what is wrong.
    private let lexerIssues: [CELIssue]
    private let tokens: [Token]
    private var position = 0
    private var nesting = 0

    /// Names that the language keeps for host languages: no variables, but fields and methods may be called so.
    static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]

    /// Beyond this many nobody reads on.
    private static let issueLimit = 20

    /// - Throws: everything that is wrong with the source's form.
    package static func parse(
        _ text: String, limits: CELParserLimits = CELParserLimits(), macros: Macros = .all,
        definitions: Definitions = .none
    ) throws(CELCompileError) -> (ast: AST, source: SourceText) {
        let outcome = recover(text, limits: limits, macros: macros, definitions: definitions)
        guard outcome.issues.isEmpty else { throw CELCompileError(issues: outcome.issues) }
        return (outcome.ast, outcome.source)
    }

    /// Reads on after mistakes, so that all of them can be told at once.
    static func recover(
        _ text: String, limits: CELParserLimits, macros: Macros, definitions: Definitions
    ) -> Outcome {
        guard text.utf8.count <= limits.sourceSize else {
            let message = "the expression has \(text.utf8.count) bytes; \(limits.sourceSize) are allowed"
            let issue = CELIssue(message: message, range: 0..<0, line: 1, column: 1)
            return Outcome(ast: AST(), source: SourceText(""), issues: [issue], isWhole: false)
        }
        let source = SourceText(text)
        let lexed = Lexer.tokenize(source)
        var parser = Parser(
            source: source, tokens: lexed.tokens, lexerIssues: lexed.issues, limits: limits, macros: macros,
            definitions: definitions)
        var isWhole = true
        do throws(Failed) {
            parser.ast.root = try parser.whole()
        } catch {
            isWhole = false
        }
        let issues = (lexed.issues + parser.issues).sorted { $0.range.lowerBound < $1.range.lowerBound }
        return Outcome(ast: parser.ast, source: source, issues: Array(issues.prefix(issueLimit)), isWhole: isWhole)
    }

    private init(
        source: SourceText, tokens: [Token], lexerIssues: [CELIssue], limits: CELParserLimits, macros: Macros,
        definitions: Definitions
    ) {
        self.source = source
        self.tokens = tokens
        self.lexerIssues = lexerIssues
        self.limits = limits
        self.macros = macros
        self.definitions = definitions
    }

    private mutating func whole() throws(Failed) -> AST.ID {
        if token.kind == .end, lexerIssues.isEmpty { throw fail("there is no expression", at: token.range) }
        let id = try element()
        // What follows is read for its own mistakes.
        while token.kind != .end {
            _ = unexpected("an operator or the end")
            if !startsExpression(token.kind) { advance() }
            if token.kind != .end { _ = try element() }
        }
        return id
    }
}

// Going on after a mistake.
extension Parser {
    /// An expression within delimiters. After a mistake in it the parser goes on at the next comma or closing sign.
    mutating func element() throws(Failed) -> AST.ID {
        let depth = nesting
        do throws(Failed) {
            return try expression()
        } catch {
            if error.isFatal { throw error }
            nesting = depth
            skip()
            return try invalid()
        }
    }

    /// Elements up to a closing sign.
    mutating func elements(
        until closing: Token.Kind, _ purpose: String, trailingComma: Bool = true,
        _ element: (inout Parser) throws(Failed) -> Void
    ) throws(Failed) {
        while !take(closing) {
            do throws(Failed) {
                try element(&self)
            } catch {
                if error.isFatal { throw error }
                skip()
            }
            if token.kind != .comma, close(closing, purpose) { return }
            take(.comma)
            if !trailingComma, token.kind == closing { _ = unexpected("an expression") }
        }
    }

    /// One expression and the sign that closes it.
    mutating func enclosed(by closing: Token.Kind, _ purpose: String) throws(Failed) -> AST.ID {
        let inner = try element()
        guard !close(closing, purpose) else { return inner }
        // Only one belongs here: the rest goes by unread.
        repeat {
            advance()
            skip()
        } while token.kind == .comma
        take(closing)
        return inner
    }

    /// Whether what was opened is closed here. When something else stands here that is an issue, and the parser goes
    /// on at the next comma, which doesn't close; any other closing sign, or the end, counts as the one that is missing.
    private mutating func close(_ closing: Token.Kind, _ purpose: String) -> Bool {
        if take(closing) { return true }
        _ = unexpected("\(closing) \(purpose)")
        skip()
        if token.kind == .comma { return false }
        if token.kind != .end { advance() }
        return true
    }

    /// To the next comma or closing sign that doesn't belong to something opened on the way.
    private mutating func skip() {
        var open = 0
        while token.kind != .end {
            switch token.kind {
            case .leftParenthesis, .leftBracket, .leftBrace: open += 1
            case .rightParenthesis, .rightBracket, .rightBrace:
                if open == 0 { return }
                open -= 1
            case .comma: if open == 0 { return }
            default: break
            }
            advance()
        }
    }

    mutating func invalid() throws(Failed) -> AST.ID { try add(.invalid, end..<end) }

    private func startsExpression(_ kind: Token.Kind) -> Bool {
        switch kind {
        case .identifier, .int, .uint, .double, .string, .bytes, .true, .false, .null, .leftParenthesis, .leftBracket,
            .leftBrace, .not, .minus, .unreadable:
            true
        default: false
        }
    }

    /// Whether something has been said about this place already, or about what stood right before it.
    private func isReported(_ range: Range<Int>) -> Bool {
        if issues.contains(where: { $0.range.lowerBound == range.lowerBound }) { return true }
        return lexerIssues.contains { $0.range.upperBound >= end && $0.range.lowerBound <= range.lowerBound }
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

    @discardableResult
    mutating func take(_ kind: Token.Kind) -> Bool {
        guard token.kind == kind else { return false }
        advance()
        return true
    }

    mutating func expect(_ kind: Token.Kind, _ purpose: String) throws(Failed) {
        guard take(kind) else { throw unexpected("\(kind) \(purpose)") }
    }

    mutating func fail(_ message: String, at range: Range<Int>, suggestion: String? = nil) -> Failed {
        if !isReported(range), issues.count < Self.issueLimit {
            issues.append(CELIssue(message, at: range, in: source, suggestion: suggestion))
        }
        return Failed()
    }

    /// For what makes it pointless to go on.
    mutating func stop(_ message: String, at range: Range<Int>) -> Failed {
        issues.append(CELIssue(message, at: range, in: source))
        return Failed(isFatal: true)
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
            throw stop("the expression is more than \(limits.height) levels high", at: range)
        }
        return id
    }

    func start(_ id: AST.ID) -> Int { ast[id].range.lowerBound }

    mutating func enter() throws(Failed) {
        nesting += 1
        guard nesting <= limits.nesting else {
            throw stop("the expression nests more than \(limits.nesting) levels deep", at: token.range)
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
            if magnitude > UInt64(Int64.max) + 1 { _ = fail("the number is too small for an int", at: token.range) }
            value = .int(Int64(truncatingIfNeeded: 0 &- magnitude))
        case .double(let number): value = .double(-number)
        default: return nil
        }
        let range = peek(-1).range.lowerBound..<token.range.upperBound
        advance()
        return try members(of: try add(.literal(value), range))
    }
}
