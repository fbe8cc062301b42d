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

    package func post(_ url: String, headers: [(name: String, value: String)], body: [UInt8], for bot: BotID) async throws
        -> WebhookResponse
    {
        let date = simulator.clock().now
        let start = ContinuousClock.now
        let result: Result<WebhookResponse, any Error>
        do { result = .success(try await transport.post(url, headers: headers, body: body, for: bot)) } catch { result = .failure(error) }
        let response = try? result.get()
        recorder.record(
            .delivery(update: body, status: response?.status, answer: response?.body ?? []), bot: bot, date: date,
            milliseconds: (ContinuousClock.now - start) / .milliseconds(1))
        return try result.get()
    }

    package func get(_ url: String, maximum: Int) async throws -> WebhookResponse { try await transport.get(url, maximum: maximum) }
}
