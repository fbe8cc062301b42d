/// The rules a request must meet before anything is done with it; chiefly, that no value can smuggle in a line of its own.
package enum RequestCheck {
    /// Fields whose meaning the client decides: a wrong one would break the framing of the connection.
    private static let reserved = ["content-length", "transfer-encoding", "connection", "expect"]

    /// - Throws: ``HTTPClientError/Code/invalidRequest``. The message names the header, never its value.
    package static func target(of request: HTTPRequest) throws(HTTPClientError) -> RequestTarget {
        let target: RequestTarget
        do {
            target = try RequestTarget(request.url)
        } catch {
            var named = error
            named.requestName = request.name
            throw named
        }
        if let reason = problem(in: request) {
            throw HTTPClientError(
                .invalidRequest, reason, delivery: .notSent, requestName: request.name, target: target.description)
        }
        return target
    }

    private static func problem(in request: HTTPRequest) -> String? {
        guard isToken(request.method.rawValue) else { return "the method is no HTTP token" }
        for field in request.headers {
            guard isToken(field.name) else { return "a header's name is no HTTP token" }
            guard isLine(field.value) else { return "the value of header \(field.name) has a line break or control character" }
            if reserved.contains(where: { HTTPHeaders.isSameName($0, field.name) }) {
                return "header \(field.name) is set by the client itself"
            }
        }
        if request.maxResponseSize < 0 { return "maxResponseSize is negative" }
        switch request.body {
        case .none, .bytes:
            return nil
        case .file(let path):
            return path.utf8.contains(0) ? "the body's file path has a NUL" : nil
        case .multipart(let parts):
            if parts.isEmpty { return "a multipart body without parts" }
            if request.headers["Content-Type"] != nil { return "the Content-Type of a multipart body is set by the client itself" }
            return parts.lazy.compactMap(problem(in:)).first
        }
    }

    private static func problem(in part: HTTPRequest.Part) -> String? {
        if part.name.isEmpty { return "a multipart part without a name" }
        guard isLine(part.name), isLine(part.filename ?? ""), isLine(part.contentType ?? "") else {
            return "a multipart part whose name, file name or type has a line break or control character"
        }
        if case .file(let path) = part.content, path.utf8.contains(0) { return "a multipart part's file path has a NUL" }
        return nil
    }

    /// RFC 9110, 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private static func isLine(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
