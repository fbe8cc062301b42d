import HTTPClient
import TelegramSimulatorKit

/// The way out over the project's own HTTP client.
struct CurlTransport: WebhookTransport {
    let client: HTTPClient

    /// The real server waits about a minute for a webhook.
    private static let timeouts = HTTPRequest.Timeouts(connect: .seconds(10), total: .seconds(60))

    func post(_ url: String, headers: [(name: String, value: String)], body: [UInt8], for bot: BotID) async throws -> WebhookResponse {
        var fields = HTTPHeaders()
        for header in headers { fields.add(header.name, header.value) }
        let request = HTTPRequest(
            .post, url, headers: fields, body: .bytes(body), name: "webhook", timeouts: Self.timeouts, maxResponseSize: 1 << 20)
        return answer(try await client.execute(request))
    }

    func get(_ url: String, maximum: Int) async throws -> WebhookResponse {
        let request = HTTPRequest(.get, url, name: "file", timeouts: Self.timeouts, maxResponseSize: maximum)
        return answer(try await client.execute(request))
    }

    private func answer(_ response: HTTPResponse) -> WebhookResponse {
        WebhookResponse(
            status: response.status, retryAfter: response.headers["retry-after"].flatMap { Double($0) } ?? 0,
            contentType: response.headers["content-type"], body: response.body)
    }
}
