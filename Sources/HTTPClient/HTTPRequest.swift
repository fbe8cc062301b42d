/// One HTTP request.
///
/// URLs can carry secrets (a bot's token is part of its path), so a request prints as its name, method and host alone.
public struct HTTPRequest: Sendable {
    public struct Method: Sendable, Hashable, RawRepresentable {
        public var rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public static let get = Method(rawValue: "GET")
        public static let head = Method(rawValue: "HEAD")
        public static let post = Method(rawValue: "POST")
        public static let put = Method(rawValue: "PUT")
        public static let patch = Method(rawValue: "PATCH")
        public static let delete = Method(rawValue: "DELETE")
    }

    public enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// A regular file, read while it is sent. It must not change meanwhile: one that shrinks fails the request.
        case file(path: String)
        /// `multipart/form-data`; the client sets the Content-Type.
        case multipart([Part])
    }

    /// A part of a `multipart/form-data` body.
    public struct Part: Sendable {
        public enum Content: Sendable {
            case bytes([UInt8])
            /// A regular file, read while it is sent.
            case file(path: String)
        }

        public var name: String
        public var content: Content
        /// nil: the part is a plain field. A file's own name is never taken over unasked.
        public var filename: String?
        /// nil: none is sent for a field; for a part with a file name, libcurl guesses it by the suffix.
        public var contentType: String?

        public init(name: String, content: Content, filename: String? = nil, contentType: String? = nil) {
            self.name = name
            self.content = content
            self.filename = filename
            self.contentType = contentType
        }
    }

    public struct Timeouts: Sendable, Hashable {
        /// For name resolution, connecting and the TLS handshake. nil: libcurl's 300 s.
        public var connect: Duration?
        /// From the call to the last byte of the response, waiting for a free slot included. nil: no limit.
        public var total: Duration?
        /// Gives up when fewer than `bytesPerSecond` went either way for `during` (whole seconds, at least one). nil: never.
        public var lowSpeed: LowSpeed?

        public struct LowSpeed: Sendable, Hashable {
            public var bytesPerSecond: Int
            public var during: Duration

            public init(bytesPerSecond: Int, during: Duration) {
                self.bytesPerSecond = bytesPerSecond
                self.during = during
            }
        }

        public init(connect: Duration? = .seconds(10), total: Duration? = .seconds(60), lowSpeed: LowSpeed? = nil) {
            self.connect = connect
            self.total = total
            self.lowSpeed = lowSpeed
        }
    }

    public var method: Method
    /// `http://` or `https://`, percent-encoded ASCII, without user and password.
    public var url: String
    /// Content-Length, Transfer-Encoding, Connection and Expect belong to the client and are refused.
    public var headers: HTTPHeaders
    public var body: Body
    /// What this call is, from a small fixed set ("sendMessage"): stands in metrics and errors in the URL's place. nil: nothing does.
    public var name: String?
    public var timeouts: Timeouts
    /// Largest response body in bytes; a larger one fails the request. Default 16 MiB.
    public var maxResponseSize: Int
    /// Whether it may be sent again, unasked, when a kept-alive connection turns out dead after it was written.
    /// nil: by its method (GET, HEAD, PUT, DELETE, OPTIONS may).
    public var isIdempotent: Bool?

    public init(
        _ method: Method = .get, _ url: String, headers: HTTPHeaders = [:], body: Body = .none, name: String? = nil,
        timeouts: Timeouts = Timeouts(), maxResponseSize: Int = 16 << 20, isIdempotent: Bool? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.name = name
        self.timeouts = timeouts
        self.maxResponseSize = maxResponseSize
        self.isIdempotent = isIdempotent
    }

    package var mayBeRepeated: Bool {
        isIdempotent ?? ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"].contains(method.rawValue)
    }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Name, method, scheme, host and port: what of a request may be shown.
    public var redactedDescription: String {
        let target = (try? RequestTarget(url))?.description ?? "an unreadable URL"
        return [name, method.rawValue, target].compactMap { $0 }.joined(separator: " ")
    }

    public var description: String { redactedDescription }
    public var debugDescription: String { redactedDescription }
    /// Keeps the URL, headers and body out of `dump` and of enclosing types' descriptions.
    public var customMirror: Mirror { Mirror(self, children: ["request": redactedDescription]) }
}
