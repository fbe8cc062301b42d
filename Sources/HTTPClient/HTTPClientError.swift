/// Why a request got no (whole) response.
///
/// An HTTP status, whichever it is, is never an error here. ``description`` names the request, the host and the reason;
/// the URL's path and query, headers and bodies appear neither there nor in ``debugDescription``.
public struct HTTPClientError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private let name: String

        /// The request can't be made as it is: its URL, a header, or a body that can't be described.
        public static let invalidRequest = Code(name: "invalid_request")
        /// The client's own settings are refused by libcurl (a CA file that is absent, a proxy URL).
        public static let invalidConfiguration = Code(name: "invalid_configuration")
        /// The host's (or the proxy's) name has no address.
        public static let nameResolution = Code(name: "name_resolution")
        /// No connection: refused, unreachable, or the proxy declined.
        public static let connect = Code(name: "connect")
        /// No TLS session: handshake failed or the certificate isn't trusted.
        public static let tls = Code(name: "tls")
        /// A time-out of ``HTTPRequest/Timeouts`` ran out, in the queue, connecting, or waiting for the response.
        public static let timeout = Code(name: "timeout")
        /// The connection ended before the whole response had arrived.
        public static let connectionLost = Code(name: "connection_lost")
        /// What arrived is no HTTP, or breaks its rules.
        public static let protocolViolation = Code(name: "protocol_violation")
        /// The response is larger than the request allows.
        public static let responseTooLarge = Code(name: "response_too_large")
        /// A local file could not be read (upload) or written (download).
        public static let file = Code(name: "file")
        /// The task was cancelled, or the reader of a streamed body went away.
        public static let cancelled = Code(name: "cancelled")
        /// Too many requests are waiting already; see ``HTTPClient/Configuration/maxWaiting``.
        public static let overloaded = Code(name: "overloaded")
        /// The client is shut down, or its time to finish ran out.
        public static let shutDown = Code(name: "shut_down")
        /// libcurl failed in a way that has no code of its own; the message says how.
        public static let other = Code(name: "other")

        /// Fit for a metric's label.
        public var description: String { name }
    }

    /// Whether the server may have got the request. Decides if repeating it is safe.
    public enum Delivery: Sendable, Hashable {
        /// No byte of the request was written to a connection: repeating is safe, whatever the request does.
        case notSent
        /// Bytes were written and no whole response arrived: the server may have acted on it.
        case ambiguous
    }

    public var code: Code
    public var delivery: Delivery
    public var message: String
    /// The request's ``HTTPRequest/name``; nil if it had none.
    public var requestName: String?
    /// Scheme, host and port of the URL; nil when the URL could not be read.
    public var target: String?
    /// The response's status when it broke off after its head; nil when none arrived.
    public var status: Int?
    public var cause: (any Error)?

    public init(
        _ code: Code, _ message: String, delivery: Delivery, requestName: String? = nil, target: String? = nil,
        status: Int? = nil, cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.delivery = delivery
        self.requestName = requestName
        self.target = target
        self.status = status
        self.cause = cause
    }

    public var description: String {
        let what = [requestName, target].compactMap { $0 }.joined(separator: " to ")
        return (what.isEmpty ? "" : what + ": ") + message
    }

    public var debugDescription: String {
        var text = "HTTPClientError(\(code), \(delivery)): \(description)"
        if let status { text += "; status \(status)" }
        if let cause { text += "; cause: \(cause)" }
        return text
    }
}
