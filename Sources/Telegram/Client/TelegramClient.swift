public import HTTPClient
public import JSON

/// Calls the Bot API for one bot.
public struct TelegramClient: Sendable {
    /// The server absorbs flood waits of up to about 8 s before it answers 429, so a slow answer is no failure.
    public static let defaultTimeout: Duration = .seconds(30)

    let http: HTTPClient
    let fileBase: String
    private let base: String

    /// - Parameter server: scheme, host and port, perhaps a path; without a slash at its end.
    public init(http: HTTPClient, server: String, token: TelegramToken) {
        self.http = http
        base = "\(server)/bot\(token.text)/"
        fileBase = "\(server)/file/bot\(token.text)/"
    }

    /// The `result` of the call.
    public func call(_ request: TelegramRequest, timeout: Duration = defaultTimeout) async throws(TelegramError) -> JSON {
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await http.execute(httpRequest(request, timeout: timeout))
        } catch {
            throw TelegramError(error.delivery == .notSent ? .notSent : .ambiguous, reason: error.description, cause: error)
        }
        return try TelegramAnswer.result(status: response.status, body: response.body, retryAfterHeader: response.headers["Retry-After"])
    }

    private func httpRequest(_ request: TelegramRequest, timeout: Duration) -> HTTPRequest {
        var headers = HTTPHeaders()
        let body: HTTPRequest.Body
        if request.uploads.isEmpty {
            headers["Content-Type"] = "application/json"
            body = .bytes(JSON.object(request.parameters).bytes)
        } else {
            body = .multipart(parts(of: request))
        }
        // A reused connection may turn out dead; only what changes nothing may be sent again by itself.
        return HTTPRequest(
            .post, base + request.method, headers: headers, body: body, name: request.method,
            timeouts: HTTPRequest.Timeouts(total: timeout), isIdempotent: request.method.hasPrefix("get"))
    }

    private func parts(of request: TelegramRequest) -> [HTTPRequest.Part] {
        let parameters = request.parameters.members.map { member in
            HTTPRequest.Part(name: member.key, content: .bytes(member.value.string.map { Array($0.utf8) } ?? member.value.bytes))
        }
        let uploads = request.uploads.map { upload in
            HTTPRequest.Part(
                name: upload.name, content: .file(path: upload.path), filename: upload.path.split(separator: "/").last.map(String.init))
        }
        return parameters + uploads
    }
}
