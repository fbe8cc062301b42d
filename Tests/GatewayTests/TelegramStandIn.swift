import HTTPClient

/// Posts updates as Telegram does. In a file of its own: Hummingbird has an `HTTPRequest` too.
struct TelegramStandIn: Sendable {
    let client: HTTPClient
    let url: String

    /// - Parameter secret: nil leaves the header out.
    func post(_ body: String, secret: String?) async throws -> HTTPResponse {
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let secret { headers["X-Telegram-Bot-Api-Secret-Token"] = secret }
        return try await client.execute(HTTPRequest(.post, url, headers: headers, body: .bytes(Array(body.utf8))))
    }
}
