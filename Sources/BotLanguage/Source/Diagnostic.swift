public import JSON

/// One mistake in a definition, or something that looks like one.
public struct Diagnostic: Sendable, Hashable {
    public enum Severity: String, Sendable, Hashable, CaseIterable {
        /// The bot can't run.
        case error
        /// It can, but hardly as it is meant.
        case warning
    }

    /// What kind of mistake it is, for programs that sort or filter; people read the message.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The file is not there, or may not be read.
        public static let unreadable = Code(rawValue: "unreadable")
        /// It is larger than a definition may be.
        public static let tooLarge = Code(rawValue: "too_large")
        /// It is not UTF-8.
        public static let encoding = Code(rawValue: "encoding")
        /// It is not the part of YAML that definitions are written in.
        public static let yaml = Code(rawValue: "yaml")
        /// A key that stands where nobody looks for it.
        public static let unknownKey = Code(rawValue: "unknown_key")
        /// A screen, form, field, type, argument… that there is none of.
        public static let unknownName = Code(rawValue: "unknown_name")
        /// Part of the language, but not yet of this version.
        public static let unsupported = Code(rawValue: "unsupported")
        /// Within an expression: its syntax, a name, a type.
        public static let expression = Code(rawValue: "expression")
        /// Within a text in HTML or Markdown.
        public static let markup = Code(rawValue: "markup")
        /// Within a CSV file that rows come from.
        public static let seed = Code(rawValue: "seed")
        /// Everything else: what is there doesn't go together, is missing, too long or out of bounds.
        public static let definition = Code(rawValue: "definition")
        /// Something that nothing leads to, or that never happens; always a warning.
        public static let unused = Code(rawValue: "unused")

        public static let all: [Code] = [
            .unreadable, .tooLarge, .encoding, .yaml, .unknownKey, .unknownName, .unsupported, .expression, .markup, .seed, .definition,
            .unused,
        ]
    }

    public var severity = Severity.error
    public var code: Code
    /// What is wrong, in a sentence.
    public var message: String
    public var position: SourcePosition
    /// How many characters are marked, at least 1.
    public var length: Int
    /// What to do instead: `did you mean 'label'?`; nil when nothing helps.
    public var suggestion: String?
    /// The source's line, for display.
    public var line: String

    public init(
        _ code: Code = .definition, message: String, position: SourcePosition, length: Int = 1, suggestion: String? = nil,
        line: String = ""
    ) {
        self.code = code
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
    public var rendered: String { excerpt.isEmpty ? "\(self)" : "\(self)\n\(excerpt)" }

    /// The line it is about, and marks below the place; empty when there is no file to show a line of.
    public var excerpt: String {
        guard code != .unreadable, code != .tooLarge else { return "" }
        let number = String(position.line)
        let gutter = String(repeating: " ", count: max(0, 5 - number.count))
        // Of a very long line, the part around the place.
        let scalars = Array(line.unicodeScalars)
        let start = min(scalars.count, position.column > 120 ? position.column - 60 : 0)
        let part = scalars[start...].prefix(160)
        let before = start > 0 ? "…" : ""
        let place = max(0, position.column - 1 - start)
        let shown = before + part.reduce(into: "") { $0.unicodeScalars.append($1) } + (start + part.count < scalars.count ? "…" : "")
        let lead = before.map { _ in " " }.joined() + part.prefix(place).map { $0 == "\t" ? "\t" : " " }.joined()
        let available = max(1, part.count - place)
        let underline = "^" + String(repeating: "~", count: max(0, min(length, available) - 1))
        return " \(gutter)\(number) | \(shown)\n"
            + "       | \(lead)\(underline)"
    }
}

extension Diagnostic: CustomStringConvertible {
    public var description: String {
        "\(position): \(severity == .warning ? "warning: " : "")\(message)\(suggestion.map { "; \($0)" } ?? "")"
    }
}

extension Diagnostic: JSONEncodable {
    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("file", position.file)
            $0.member("line", position.line)
            $0.member("column", position.column)
            $0.member("length", length)
            $0.member("severity", severity.rawValue)
            $0.member("code", code.rawValue)
            $0.member("message", message)
            $0.member("suggestion", suggestion)
            $0.member("excerpt", excerpt)
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
