/// The way out: posts updates to webhooks and fetches files.
package protocol WebhookTransport: Sendable {
    /// Posts `body`, an update of the bot; returns whatever answer came.
    ///
    /// - Throws: when none came.
    func post(_ url: String, headers: [(name: String, value: String)], body: [UInt8], for bot: BotID) async throws -> WebhookResponse

    /// Fetches at most `maximum` bytes.
    func get(_ url: String, maximum: Int) async throws -> WebhookResponse
}

package struct WebhookResponse: Sendable {
    package var status: Int
    /// Seconds of the header `Retry-After`, 0 when absent.
    package var retryAfter: Double
    package var contentType: String?
    package var body: [UInt8]

    package init(status: Int, retryAfter: Double = 0, contentType: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfter = retryAfter
        self.contentType = contentType
        self.body = body
    }
}
