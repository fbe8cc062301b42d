extension CELType {
    /// The type that a text such as `list<string>`, `map<string, int?>` or `optional<timestamp>` names; the text of
    /// ``description`` is read back as the same type. Other names are record types, or enumerations when they are
    /// among those given. `T?` is `T` or null; `any` is another word for `dyn`.
    ///
    /// - Throws: what is wrong with the text, and where.
    public init(parsing text: String, enumerations: Set<String> = []) throws(CELCompileError) {
        var reader = TypeReader(text, enumerations)
        self = try reader.type()
        guard reader.token.kind == .end else { throw reader.failure("expected the end, found \(reader.token.kind)") }
    }
}

private struct TypeReader {
    private let source: SourceText
    private let tokens: [Token]
    private let enumerations: Set<String>
    private var position = 0
    private var depth = 0

    /// Deeper types mean nothing to people.
    private static let depthLimit = 32

    private static let simple: [String: CELType] = [
        "any": .dyn, "dyn": .dyn, "null": .null, "bool": .bool, "int": .int, "uint": .uint, "double": .double,
        "string": .string, "bytes": .bytes, "timestamp": .timestamp, "duration": .duration, "type": .type,
        "list": .list(.dyn), "map": .map(.dyn, .dyn), "optional": .optional(.dyn),
    ]
    private static let parameterCounts = ["list": 1, "map": 2, "optional": 1]

    init(_ text: String, _ enumerations: Set<String>) {
        source = SourceText(text)
        tokens = Lexer.tokenize(source).tokens
        self.enumerations = enumerations
    }

    var token: Token { tokens[min(position, tokens.count - 1)] }

    func failure(_ message: String, suggestion: String? = nil, at range: Range<Int>? = nil) -> CELCompileError {
        CELCompileError(issues: [CELIssue(message, at: range ?? token.range, in: source, suggestion: suggestion)])
    }

    private mutating func take(_ kind: Token.Kind) -> Bool {
        guard token.kind == kind else { return false }
        position += 1
        return true
    }

    mutating func type() throws(CELCompileError) -> CELType {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw failure("the type nests more than \(Self.depthLimit) levels deep") }
        let start = token.range
        var name: String
        switch token.kind {
        case .identifier(let word): name = word
        case .null: name = "null"
        default: throw failure("expected a type, found \(token.kind)")
        }
        position += 1
        while take(.dot) {
            guard case .identifier(let word) = token.kind else { throw failure("expected a name after '.'") }
            position += 1
            name += "." + word
        }
        var result = try parameters(of: name, start)
        while take(.question) { result = result.orNull }
        return result
    }

    private mutating func parameters(of name: String, _ start: Range<Int>) throws(CELCompileError) -> CELType {
        guard take(.less) else {
            if let simple = Self.simple[name] { return simple }
            let lowered = name.lowercased()
            if Self.simple[lowered] != nil {
                throw failure("there is no type '\(name)'", suggestion: "did you mean '\(lowered)'?", at: start)
            }
            return enumerations.contains(name) ? .enumeration(name) : .object(name)
        }
        guard let count = Self.parameterCounts[name] else { throw failure("'\(name)' has no parameters", at: start) }
        var found = [try type()]
        while take(.comma) { found.append(try type()) }
        guard take(.greater) else { throw failure("expected '>' or ',', found \(token.kind)") }
        guard found.count == count else {
            throw failure("'\(name)' has \(count) parameter\(count == 1 ? "" : "s"), not \(found.count)", at: start)
        }
        switch name {
        case "list": return .list(found[0])
        case "map": return .map(found[0], found[1])
        default: return .optional(found[0])
        }
    }
}
