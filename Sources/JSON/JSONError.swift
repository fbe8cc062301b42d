/// Why a text is no JSON, or a JSON value is not what was expected.
///
/// The description names places and kinds, never content: bodies carry people's messages.
public struct JSONError: Error, Hashable, CustomStringConvertible {
    public struct Code: Sendable, Hashable {
        private enum Name: Hashable { case syntax, tooDeep, invalidUTF8, missing, type, value }
        private let name: Name

        /// Not JSON at ``JSONError/offset``.
        public static let syntax = Code(name: .syntax)
        /// Nested deeper than the parser allows.
        public static let tooDeep = Code(name: .tooDeep)
        /// Bytes that are no UTF-8.
        public static let invalidUTF8 = Code(name: .invalidUTF8)
        /// A required member is absent.
        public static let missing = Code(name: .missing)
        /// A value of another kind than expected.
        public static let type = Code(name: .type)
        /// A value of the right kind that is out of its range or set.
        public static let value = Code(name: .value)
    }

    public var code: Code
    public var message: String
    /// Byte offset in the text; nil when a parsed value was wrong.
    public var offset: Int?
    /// Where in the value, outermost first: `["message", "chat", "id"]`.
    public var path: [String]

    public init(_ code: Code, _ message: String, offset: Int? = nil, path: [String] = []) {
        self.code = code
        self.message = message
        self.offset = offset
        self.path = path
    }

    public var description: String {
        if let offset { return "\(message) at byte \(offset)" }
        return path.isEmpty ? message : "\(path.joined(separator: ".")): \(message)"
    }

    /// The same error seen from one level further out.
    public func inside(_ key: String) -> JSONError {
        JSONError(code, message, offset: offset, path: [key] + path)
    }
}
