/// A whole response.
public struct HTTPResponse: Sendable {
    public var status: Int
    public var version: HTTPVersion
    public var headers: HTTPHeaders
    /// Empty when the body went to a file.
    public var body: [UInt8]

    public init(status: Int, version: HTTPVersion = .http1_1, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.version = version
        self.headers = headers
        self.body = body
    }
}

/// The protocol version a response came in.
public struct HTTPVersion: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public static let http1_0 = HTTPVersion(description: "1.0")
    public static let http1_1 = HTTPVersion(description: "1.1")
    public static let http2 = HTTPVersion(description: "2")
}

/// A response whose body is still arriving.
public struct HTTPStreamedResponse: Sendable {
    public var status: Int
    public var version: HTTPVersion
    public var headers: HTTPHeaders
    public var body: HTTPBodyStream
}
