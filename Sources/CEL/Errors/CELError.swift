/// Why an evaluation gave no value.
public struct CELError: Error, Sendable, Hashable {
    /// The kinds of failure. New ones may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        private init(_ description: String) { self.description = description }

        /// A whole number, timestamp or duration left its range.
        public static let overflow = Code("overflow")
        /// A whole number was divided by zero, or its remainder by zero was asked for.
        public static let divideByZero = Code("divide by zero")
        /// A record has no such field.
        public static let noSuchField = Code("no such field")
        /// A map has no such key, or null was asked for a field.
        public static let noSuchKey = Code("no such key")
        /// A list has no element at that index.
        public static let indexOutOfRange = Code("index out of range")
        /// No overload fits the values, or a value hasn't the type that was declared for it.
        public static let noMatchingOverload = Code("no matching overload")
        /// A value of the right type that the operation can't take: a text that is no timestamp, a malformed pattern.
        public static let invalidArgument = Code("invalid argument")
        /// A map would have one key twice.
        public static let duplicateKey = Code("duplicate key")
        /// A free variable has no binding.
        public static let unboundVariable = Code("unbound variable")
        /// `value()` of an empty optional.
        public static let emptyOptional = Code("empty optional")
        /// The evaluation cost more than its limit.
        public static let costLimit = Code("cost limit")
        /// The task was cancelled.
        public static let cancelled = Code("cancelled")
        /// A function of the host failed with an error of its own.
        public static let hostFailure = Code("host failure")
    }

    /// What kind of failure it is: what programs decide by.
    public var code: Code
    /// For the author of the expression; contains names and types of the source, no data.
    public var message: String
    /// UTF-8 offset in the source of the part that failed; nil when it isn't known.
    public var offset: Int?

    public init(_ code: Code, _ message: String, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    func located(_ offset: Int) -> CELError {
        var copy = self
        if copy.offset == nil { copy.offset = offset }
        return copy
    }
}

extension CELError: CustomStringConvertible {
    public var description: String { message.isEmpty ? code.description : "\(code): \(message)" }

    /// The description, the line it is about, and a caret below the place.
    public func render(_ source: String) -> String {
        guard let offset else { return description }
        return CELIssue(description, at: offset..<offset, in: SourceText(source)).render(source)
    }
}

extension CELError {
    static func noOverload(_ function: String, _ arguments: CELValue...) -> CELError {
        noOverload(function, arguments)
    }

    static func noOverload(_ function: String, _ arguments: [CELValue]) -> CELError {
        let types = arguments.map { $0.type.runtimeName }.joined(separator: ", ")
        return CELError(.noMatchingOverload, "\(Operator.displayName(function)) can't be applied to (\(types))")
    }

    static func expected(_ type: String, _ value: CELValue) -> CELError {
        CELError(.noMatchingOverload, "expected \(type), got \(value.type.runtimeName)")
    }

    static func overflow(_ what: String) -> CELError { CELError(.overflow, what) }
    static func invalid(_ what: String) -> CELError { CELError(.invalidArgument, what) }
}
