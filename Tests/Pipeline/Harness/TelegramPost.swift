import HTTPClient

/// Brings updates to the gateway as Telegram does.
struct TelegramPost: Sendable {
    let client: HTTPClient
    let url: String
    var secret: String? = PipelineHarness.secret

    func send(_ body: [UInt8], timeout: Duration = .seconds(20)) async throws(HTTPClientError) -> HTTPResponse {
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let secret { headers["X-Telegram-Bot-Api-Secret-Token"] = secret }
        return try await client.execute(HTTPRequest(.post, url, headers: headers, body: .bytes(body), timeouts: .init(total: timeout)))
    }
}
