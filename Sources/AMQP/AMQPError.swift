/// What went wrong between this process and the broker.
///
/// `description` carries the code, the broker's reply code and text, never a password or a message body.
public struct AMQPError: Error, CustomStringConvertible, CustomDebugStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Name: String {
            case invalidConfiguration, connectFailed, connectionLost, closedByBroker, channelClosed, accessRefused, notFound
            case resourceLocked, preconditionFailed, protocolViolation, timedOut, blocked, notConnected, cancelled, closed
            case invalidMessage, returned, nacked
        }
        private let name: Name

        /// A setting or an address that cannot be used.
        public static let invalidConfiguration = Code(name: .invalidConfiguration)
        /// No connection could be made: name resolution, TCP, TLS or the AMQP handshake failed.
        public static let connectFailed = Code(name: .connectFailed)
        /// An established connection broke, or its heartbeat stayed away.
        public static let connectionLost = Code(name: .connectionLost)
        /// The broker closed the connection and said why in ``AMQPError/replyCode``.
        public static let closedByBroker = Code(name: .closedByBroker)
        /// The broker closed the channel for a reason that has no code of its own here.
        public static let channelClosed = Code(name: .channelClosed)
        /// Wrong credentials or missing rights (403).
        public static let accessRefused = Code(name: .accessRefused)
        /// No such queue, exchange or virtual host (404).
        public static let notFound = Code(name: .notFound)
        /// Another connection owns the exclusive queue (405).
        public static let resourceLocked = Code(name: .resourceLocked)
        /// The queue or exchange exists with other arguments (406).
        public static let preconditionFailed = Code(name: .preconditionFailed)
        /// A frame that AMQP 0-9-1 does not allow at this point.
        public static let protocolViolation = Code(name: .protocolViolation)
        /// No answer within the time allowed.
        public static let timedOut = Code(name: .timedOut)
        /// The broker refuses publishes for now (memory or disk alarm); the message was not sent.
        public static let blocked = Code(name: .blocked)
        /// There was no connection for as long as the message was allowed to wait; it was not sent.
        public static let notConnected = Code(name: .notConnected)
        /// The calling task was cancelled; a message may or may not have been sent.
        public static let cancelled = Code(name: .cancelled)
        /// This client was closed.
        public static let closed = Code(name: .closed)
        /// A message or name that AMQP cannot carry; it was not sent.
        public static let invalidMessage = Code(name: .invalidMessage)
        /// No queue took the mandatory message.
        public static let returned = Code(name: .returned)
        /// The broker refused responsibility for the message.
        public static let nacked = Code(name: .nacked)

        public var description: String { name.rawValue }
    }

    public var code: Code
    public var message: String
    /// The AMQP reply code that the broker gave; nil when the broker said nothing.
    public var replyCode: UInt16?
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, replyCode: UInt16? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.replyCode = replyCode
        self.cause = cause
    }

    public var description: String {
        guard let replyCode else { return "\(code): \(message)" }
        return "\(code): \(message) (\(replyCode))"
    }

    public var debugDescription: String {
        guard let cause else { return "AMQPError(\(description))" }
        return "AMQPError(\(description), cause: \(String(reflecting: cause)))"
    }
}

extension AMQPError {
    /// The error that a reply code of `channel.close` or `connection.close` stands for.
    package static func reply(_ replyCode: UInt16, _ text: String, otherwise: Code) -> AMQPError {
        let code: Code =
            switch replyCode {
            case 403: .accessRefused
            case 404: .notFound
            case 405: .resourceLocked
            case 406: .preconditionFailed
            default: otherwise
            }
        return AMQPError(code, text, replyCode: replyCode)
    }
}
