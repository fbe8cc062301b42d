import HTTPClient
import JSON
import TestSupport
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

        /// What a collector gets of one message: every step, below the one that caused it.
        @Test(arguments: PipelineHarness.Updates.allCases) func aCollectorGetsOneTraceOfAllProcesses(_ updates: PipelineHarness.Updates)
            async throws
        {
            let collector = try CollectorStandIn()
            defer { collector.stop() }
            var options = PipelineHarness.Options()
            options.bots = ["count"]
            options.updates = updates
            options.settings = ["SWITCHBOARD_OTLP_ENDPOINT": "http://127.0.0.1:\(collector.port)", "SWITCHBOARD_OTLP_INTERVAL": "100ms"]
            try await withPipeline(options) { pipeline in
                let client = try HTTPClient()
                let control = SimulatorControl(client: client, url: pipeline.simulatorURL)
                try await control.post("people", ["name": "Bob", "username": "bob"])
                let chat = SimulatedChat(control, bot: "count", person: "bob")
                try await chat.say("hello")
                try await chat.sees("hello #1")
                let spans = try await trace(of: "message", from: collector)
                try check(spans, receivedBy: updates == .webhook ? 2 : 5)
                await client.shutdown()
            }
        }

        private static let names = [
            "receive telegram", "publish inbound", "process dialog", "transaction handle", "publish outbound", "process sender", "POST",
        ]

        /// The spans of the first trace whose event is of that kind, once all of them are there.
        private func trace(of kind: String, from collector: CollectorStandIn) async throws -> [String: OTLPRequest.Span] {
            var all: [OTLPRequest.Span] = []
            for await request in collector.requests {
                let parsed = try OTLPRequest(request.body)
                #expect(["gateway", "dialog", "sender"].contains(parsed.resource["service.name"]))
                #expect(parsed.resource["service.instance.id"]?.isEmpty == false)
                all += parsed.spans
                guard let root = all.first(where: { $0.parent == nil && $0.attributes["switchboard.event.kind"] == kind }) else { continue }
                let trace = all.filter { $0.trace == root.trace }
                if Set(trace.map(\.name)).isSuperset(of: Self.names) {
                    #expect(trace.count == Self.names.count)
                    return Dictionary(trace.map { ($0.name, $0) }) { first, _ in first }
                }
            }
            throw PipelineFailure("the collector ended")
        }

        private func check(_ spans: [String: OTLPRequest.Span], receivedBy kind: Int64) throws {
            let all = try Self.names.map { try #require(spans[$0]) }
            #expect(Set(all.map(\.id)).count == all.count)
            let parents = [
                nil, "receive telegram", "publish inbound", "process dialog", "process dialog", "publish outbound", "process sender",
            ]
            #expect(all.map(\.parent) == parents.map { $0.flatMap { spans[$0]?.id } })
            #expect(all.map(\.kind) == [kind, 4, 5, 3, 4, 5, 3])
            // In the order in which one follows from the other, by one machine's clock.
            for (span, parent) in zip(all, parents) { if let parent { #expect(span.start >= spans[parent]?.start ?? 0) } }
            #expect(all.allSatisfy { !$0.isError })
            #expect(spans["POST"]?.attributes["url.template"] == "sendMessage")
            #expect(spans["POST"]?.attributes["http.response.status_code"] == "200")
            #expect(spans["POST"]?.attributes["server.address"] == "127.0.0.1")
            for name in ["publish inbound", "process dialog", "publish outbound", "process sender"] {
                #expect(spans[name]?.attributes["messaging.system"] == "rabbitmq")
                #expect(
                    spans[name]?.attributes["messaging.message.conversation_id"]
                        == spans["receive telegram"]?.attributes["messaging.message.id"])
            }
            #expect(spans["transaction handle"]?.attributes["db.system.name"] == "postgresql")
        }
    }
}
