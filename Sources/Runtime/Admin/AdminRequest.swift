/// A request to the admin endpoint, read byte by byte: decides, knows no sockets.
package struct AdminRequest: Sendable, Hashable {
    var method: String
    /// Without the query.
    var path: String
    var accept: String?

    package init(method: String, path: String, accept: String? = nil) {
        self.method = method
        self.path = path
        self.accept = accept
    }

    package enum Progress: Sendable, Hashable {
        case incomplete
        case complete(AdminRequest)
        /// Answer with this status and close.
        case refused(status: Int)
    }

    /// Real requests have a few hundred bytes of head.
    static let largestHead = 8192

    /// Reads the head at the beginning of `bytes`. Bodies are not expected and not read: after its answer the connection closes.
    package static func read(_ bytes: [UInt8]) -> Progress {
        guard let end = endOfHead(bytes) else { return bytes.count >= largestHead ? .refused(status: 431) : .incomplete }
        guard end <= largestHead else { return .refused(status: 431) }
        guard let head = String(validating: bytes[..<end], as: UTF8.self) else { return .refused(status: 400) }
        let lines = head.split(omittingEmptySubsequences: true) { $0 == "\r\n" || $0 == "\n" }
        guard let first = lines.first else { return .refused(status: 400) }
        let words = first.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[1].hasPrefix("/"), words[2].hasPrefix("HTTP/1.") else {
            return .refused(status: 400)
        }
        var request = AdminRequest(method: String(words[0]), path: String(words[1].prefix { $0 != "?" }))
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return .refused(status: 400) }
            if line[..<colon].lowercased() == "accept" { request.accept = trimmed(line[line.index(after: colon)...]) }
        }
        return .complete(request)
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        let newline = UInt8(ascii: "\n")
        for (index, byte) in bytes.enumerated() where byte == newline {
            if bytes.dropFirst(index + 1).first == newline { return index + 2 }
            if bytes[(index + 1)...].starts(with: [UInt8(ascii: "\r"), newline]) { return index + 3 }
        }
        return nil
    }
}

package struct AdminResponse: Sendable, Hashable {
    var status: Int
    var contentType: String
    var body: String
    /// Further headers, whole lines.
    var headers: [String] = []

    package static func text(_ status: Int, _ body: String) -> AdminResponse {
        AdminResponse(status: status, contentType: "text/plain; charset=utf-8", body: body + "\n")
    }

    static func json(_ status: Int, _ body: [UInt8]) -> AdminResponse {
        AdminResponse(status: status, contentType: "application/json", body: String(decoding: body, as: UTF8.self) + "\n")
    }

    func bytes(withBody: Bool) -> [UInt8] {
        let reason =
            switch status {
            case 200: "OK"
            case 400: "Bad Request"
            case 404: "Not Found"
            case 405: "Method Not Allowed"
            case 431: "Request Header Fields Too Large"
            case 503: "Service Unavailable"
            default: "Status"
            }
        var head = "HTTP/1.1 \(status) \(reason)\r\nContent-Type: \(contentType)\r\n"
        head += "Content-Length: \(body.utf8.count)\r\nCache-Control: no-store\r\nConnection: close\r\n"
        for header in headers { head += header + "\r\n" }
        head += "\r\n"
        return Array((withBody ? head + body : head).utf8)
    }
}
