import HTTPClient
import JSON
import Testing

extension PipelineTests {
    @Suite struct Traces {
        /// One update's way can be followed through every process by one id.
        @Test func oneTraceIDFollowsAnUpdateThroughAllLogs() async throws {
            var options = PipelineHarness.Options()
            options.bots = ["count"]
            try await withPipeline(options) { pipeline in
                let client = try HTTPClient()
                let control = SimulatorControl(client: client, url: pipeline.simulatorURL)
                try await control.post("people", ["name": "Bob", "username": "bob"])
                let chat = SimulatedChat(control, bot: "count", person: "bob")
                for index in 1...3 {
                    try await chat.say("hello \(index)")
                    try await chat.sees("hello \(index) #\(index)")
                }
                var traces: Set<String> = []
                let updates = pipeline.log(.gateway).entries(containing: #""message":"update""#).filter { $0["kind"] == "message" }
                #expect(updates.count == 3)
                for update in updates {
                    let trace = try #require(update["trace_id"]?.string)
                    traces.insert(trace)
                    let id = try #require(update["message_id"]?.string)
                    let handled = try await pipeline.log(.dialog).entry(containing: [#""message":"handled""#, trace])
                    #expect(handled["message_id"]?.string == id)
                    let sent = try await pipeline.log(.sender).entry(containing: [#""message":"sent""#, trace])
                    #expect(sent["message_id"]?.string?.hasPrefix(id) == true)
                    let spans = [update, handled, sent].compactMap { $0["span_id"]?.string }
                    #expect(Set(spans).count == 3)
                }
                #expect(traces.count == 3)
                await client.shutdown()
            }
        }
    }
}
