public import JSON

/// Why an operation wasn't done.
public struct OperationFailure: Error, Sendable, Hashable, JSONCodable, CustomStringConvertible {
    /// What programs tell apart. Those of one operation stand in its contract.
    public struct Code: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
        public let rawValue: String

        public init(_ rawValue: String) { self.rawValue = rawValue }
        public init(stringLiteral value: String) { rawValue = value }
        public var description: String { rawValue }

        /// It didn't end in time.
        public static let timeout: Code = "timeout"
        /// Arguments don't fit the contract.
        public static let invalidArguments: Code = "invalid_arguments"
        /// Something that the worker needs was away for too long.
        public static let unavailable: Code = "unavailable"
        /// The worker has a fault; its log says more.
        public static let workerFault: Code = "internal"

        /// With which every operation may fail.
        public static let common: [OperationContract.Failure] = [
            .init(.timeout, "It didn't end in time."), .init(.invalidArguments, "Arguments don't fit the contract."),
            .init(.unavailable, "Something that the worker needs was away for too long."),
            .init(.workerFault, "The worker has a fault; its log says more."),
        ]
    }

    public var code: Code
    /// For whoever asked: one sentence in English, without secrets.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code): \(message)" }

    public init(json: JSON) throws(JSONError) {
        code = Code(try json.required("code"))
        message = try json.optional("message") ?? ""
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("code", code.rawValue)
            $0.member("message", message)
        }
    }
}
