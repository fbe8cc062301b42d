/// Writes down what goes to webhooks on its way through another transport.
package struct RecordingTransport: WebhookTransport {
    let transport: any WebhookTransport
    let simulator: Simulator
    let recorder: RequestRecorder

    package init(_ transport: any WebhookTransport, simulator: Simulator, recorder: RequestRecorder) {
        self.transport = transport
        self.simulator = simulator
        self.recorder = recorder
    }

    package func post(_ url: String, headers: [(name: String, value: String)], body: [UInt8]) async throws -> WebhookResponse {
        // Before the delivery: afterwards the bot may have another webhook.
        let (bot, date) = simulator.with { world in (world.bots.values.first { $0.webhook?.url == url }?.id, world.now) }
        let start = ContinuousClock.now
        let result: Result<WebhookResponse, any Error>
        do { result = .success(try await transport.post(url, headers: headers, body: body)) } catch { result = .failure(error) }
        let response = try? result.get()
        recorder.record(
            .delivery(update: body, status: response?.status, answer: response?.body ?? []), bot: bot, date: date,
            milliseconds: (ContinuousClock.now - start) / .milliseconds(1))
        return try result.get()
    }

    package func get(_ url: String, maximum: Int) async throws -> WebhookResponse { try await transport.get(url, maximum: maximum) }
}
