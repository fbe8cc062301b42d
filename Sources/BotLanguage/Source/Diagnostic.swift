public import JSON

/// One mistake in a definition.
public struct Diagnostic: Sendable, Hashable {
    /// What is wrong, in a sentence.
    public var message: String
    public var position: SourcePosition
    /// How many characters are marked, at least 1.
    public var length: Int
    /// What to do instead: `did you mean 'label'?`; nil when nothing helps.
    public var suggestion: String?
    /// The source's line, for display.
    public var line: String

    public init(message: String, position: SourcePosition, length: Int = 1, suggestion: String? = nil, line: String = "") {
        self.message = message
        self.position = position
        self.length = max(1, length)
        self.suggestion = suggestion
        self.line = line
    }

    /// ```text
    /// bot.yaml:12:9: there is no screen 'stat'; did you mean 'stats'?
    ///     12 |     - {label: Stats, go: stat}
    ///        |                          ^~~~
    /// ```
    public var rendered: String {
        let number = String(position.line)
        let gutter = String(repeating: " ", count: max(0, 5 - number.count))
        let lead = line.unicodeScalars.prefix(position.column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
        let available = max(1, line.unicodeScalars.count - (position.column - 1))
        let underline = "^" + String(repeating: "~", count: max(0, min(length, available) - 1))
        return "\(position): \(message)\(suggestion.map { "; \($0)" } ?? "")\n"
            + " \(gutter)\(number) | \(line)\n"
            + "       | \(lead)\(underline)"
    }
}

extension Diagnostic: CustomStringConvertible {
    public var description: String { "\(position): \(message)\(suggestion.map { "; \($0)" } ?? "")" }
}

extension Diagnostic: JSONEncodable {
    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("file", position.file)
            $0.member("line", position.line)
            $0.member("column", position.column)
            $0.member("length", length)
            $0.member("message", message)
            $0.member("suggestion", suggestion)
        }
    }
}

/// Everything that is wrong with a definition, in the order of its file.
public struct DefinitionError: Error, Sendable, Hashable {
    public var diagnostics: [Diagnostic]

    public init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    /// Each mistake with its source line and a caret.
    public var rendered: String {
        diagnostics.map(\.rendered).joined(separator: "\n") + "\n\(diagnostics.count) \(diagnostics.count == 1 ? "mistake" : "mistakes")"
    }
}

extension DefinitionError: CustomStringConvertible {
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

extension DefinitionError: JSONEncodable {
    public func write(to json: inout JSONWriter) { json.member("diagnostics", ofRoot: diagnostics) }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, ofRoot values: [Diagnostic]) {
        object { $0.member(name, values) }
    }
}
