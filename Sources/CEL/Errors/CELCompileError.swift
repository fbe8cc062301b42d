/// Everything that is wrong with an expression, in the order of the source.
public struct CELCompileError: Error, Sendable, Hashable {
    /// At least one, unless the error was made by hand.
    public var issues: [CELIssue]

    public init(issues: [CELIssue]) {
        self.issues = issues
    }

    /// All issues, each with its line and a caret below the place.
    public func render(_ source: String) -> String {
        issues.map { $0.render(source) }.joined(separator: "\n")
    }
}

extension CELCompileError: CustomStringConvertible {
    public var description: String { issues.map(\.description).joined(separator: "\n") }
}

/// One thing that is wrong, and where.
public struct CELIssue: Sendable, Hashable {
    /// What is wrong, without its place.
    public var message: String
    /// UTF-8 offsets into the source.
    public var range: Range<Int>
    /// Counted from 1.
    public var line: Int
    /// Counted from 1, in code points.
    public var column: Int
    /// What to write instead, e.g. "did you mean 'status'?"; nil when nothing is near.
    public var suggestion: String?

    public init(message: String, range: Range<Int>, line: Int, column: Int, suggestion: String? = nil) {
        self.message = message
        self.range = range
        self.line = line
        self.column = column
        self.suggestion = suggestion
    }

    /// An issue at one place of a source, e.g. that of a failed evaluation.
    package init(_ message: String, offset: Int, in source: String) {
        self.init(message, at: offset..<offset, in: SourceText(source))
    }

    init(_ message: String, at range: Range<Int>, in source: SourceText, suggestion: String? = nil) {
        let position = source.position(of: range.lowerBound)
        self.init(message: message, range: range, line: position.line, column: position.column, suggestion: suggestion)
    }

    /// The message, the line it is about, and a caret below the place.
    public func render(_ source: String) -> String {
        let text = SourceText(source)
        let (shown, caret) = text.excerpt(around: range)
        return "\(description)\n | \(shown)\n | \(caret)"
    }
}

extension CELIssue: CustomStringConvertible {
    public var description: String {
        "\(line):\(column): \(message)" + (suggestion.map { " (\($0))" } ?? "")
    }
}
