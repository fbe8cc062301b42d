import Contracts
import DevServices
import HTTPClient
import JSON
import Testing

extension PipelineTests {
    /// The sender against the modelled limits of Telegram.
    ///
    /// Twenty times as fast as the real ones, on both sides; with `SWITCHBOARD_TEST_BENCHMARK=1` (`Benchmarks/limits`) as they are.
    @Suite struct Limits {
        private static let bot = "demo"
        /// Bulk messages per second of the sender; the simulator lets a fifth more pass, as Telegram does.
        private static let bulkRate = TestEnvironment.isBenchmark ? 25 : 500

        private static func options() -> PipelineHarness.Options {
            var options = PipelineHarness.Options()
            options.bots = [bot]
            options.parts = [.simulator, .sender]
            options.settings = ["SWITCHBOARD_LIMITS_BULK_RATE": String(bulkRate)]
            return options
        }

        private static func setLimits(_ control: SimulatorControl) async throws {
            let rate = JSON.double(Double(bulkRate) * 1.2)
            // Who wrote at the beginning counts as waiting for an answer until the end.
            try await control.post("limits", ["on": true, "reply_window": 3600, "bulk": ["rate": rate, "burst": rate, "penalty": 1]])
        }

        /// 10,000 bulk messages to 1,000 chats: no 429, and nobody who waits for an answer notices.
        @Test func bulkBesideRepliesMeetsNoLimit() async throws {
            try await withPipeline(Self.options()) { pipeline in
                let client = try HTTPClient()
                let control = SimulatorControl(client: client, url: pipeline.simulatorURL)
                try await Self.setLimits(control)
                let crowd = try await Audience.make(1000, named: "Crowd", bot: Self.bot, control)
                let waiting = try await Audience.make(50, named: "Waiting", bot: Self.bot, control)
                try await waiting.write()
                let name = try #require(BotName(Self.bot))
                let times = try await OutboundPublisher.run(pipeline.services.rabbitMQ.url) { publisher in
                    try await publisher.publish(
                        (1...10).flatMap { index in
                            crowd.people.map { OutboundPublisher.Text(bot: name, chat: $0, lane: .bulk, index: index) }
                        })
                    return try await replies(waiting, name, publisher, untilSent: 10_000, pipeline)
                }
                let stats = try await control.get("stats")
                let mistakes = try await crowd.mistakes(expected: [.bulk: 10])
                #expect(mistakes.isEmpty, "\(mistakes.prefix(10))")
                #expect(stats["too_many_requests"] == 0)
                print(
                    "limits: 10000 bulk messages to 1000 chats at \(Self.bulkRate)/s beside \(times.count) replies; reply, from publish to arrival: "
                        + "p50 \(times.percentile(0.5)), p99 \(times.percentile(0.99)), at most \(times.max() ?? .zero); 429s: \(stats["too_many_requests"]?.int ?? -1)"
                )
                #expect(times.count >= 100)
                if TestEnvironment.isBenchmark { #expect(times.percentile(0.99) < .milliseconds(100)) }
                await client.shutdown()
            }
        }

        /// Each person gets a reply now and then until the bulk is through.
        /// - Returns: the time of each from the call to publish until it was in the chat.
        private func replies(
            _ audience: Audience, _ bot: BotName, _ publisher: OutboundPublisher, untilSent bulk: Int, _ pipeline: PipelineHarness
        ) async throws -> [Duration] {
            let isOver = Watched(false)
            return try await withThrowingTaskGroup(of: [Duration].self) { group in
                for (place, person) in audience.people.enumerated() {
                    group.addTask {
                        // Twenty a second over all, one in 2.5 s for each.
                        try await Task.sleep(for: .milliseconds(50) * place)
                        var times: [Duration] = []
                        var cursor = try await audience.cursor(person)
                        while !isOver.value {
                            let began = ContinuousClock.now
                            try await publisher.publish([.init(bot: bot, chat: person, lane: .interactive, index: times.count + 1)])
                            cursor = try await audience.wait(person, since: cursor)
                            times.append(began.duration(to: .now))
                            try await Task.sleep(until: began + .milliseconds(2500))
                        }
                        return times
                    }
                }
                let bound = Duration.seconds(60 + 2 * bulk / Self.bulkRate)
                try await pipeline.eventually("the crowd has got everything", within: bound) {
                    try await audience.control.get("stats")["methods"]?["sendMessage"]?["200"]?.int ?? 0 >= Int64(bulk)
                }
                try await sentBulk(bulk, pipeline, audience.control.client, within: bound)
                isOver.update { $0 = true }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }

        /// Replies are among what the simulator counts; the sender tells lanes apart.
        private func sentBulk(_ count: Int, _ pipeline: PipelineHarness, _ client: HTTPClient, within bound: Duration) async throws {
            try await pipeline.eventually("the sender has done \(count) bulk commands", within: bound) {
                let response = try await client.execute(HTTPRequest(.get, pipeline.adminURL(.sender) + "/metrics"))
                let done = String(decoding: response.body, as: UTF8.self).split(separator: "\n")
                    .filter { $0.hasPrefix("switchboard_sender_commands_total{") && $0.contains(#"lane="bulk""#) }
                    .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
                return done >= Double(count)
            }
        }

        /// 429s out of the blue: nothing is lost, nothing comes twice, and within a lane of a chat nothing overtakes.
        @Test func injected429sLoseAndReorderNothing() async throws {
            let expected: [Lane: Int] = [.bulk: 6, .normal: 2, .interactive: 3]
            let chats = 100
            try await withPipeline(Self.options()) { pipeline in
                let client = try HTTPClient()
                let control = SimulatorControl(client: client, url: pipeline.simulatorURL)
                try await Self.setLimits(control)
                try await control.post("faults", ["code": 429, "retry_after": 1, "every": 50, "method": "send*"])
                let audience = try await Audience.make(chats, named: "Reader", bot: Self.bot, control)
                try await audience.write()
                let name = try #require(BotName(Self.bot))
                try await OutboundPublisher.run(pipeline.services.rabbitMQ.url) { publisher in
                    for (lane, count) in expected {
                        try await publisher.publish(
                            (1...count).flatMap { index in
                                audience.people.map { OutboundPublisher.Text(bot: name, chat: $0, lane: lane, index: index) }
                            })
                    }
                }
                let total = Int64(chats * expected.values.reduce(0, +))
                try await pipeline.eventually("everybody has got everything", within: .seconds(240)) {
                    try await control.get("stats")["methods"]?["sendMessage"]?["200"]?.int ?? 0 >= total
                }
                let faults = try await control.get("faults")["faults"]?.array?.first?["struck"]?.int ?? 0
                let mistakes = try await audience.mistakes(expected: expected)
                #expect(mistakes.isEmpty, "\(mistakes.prefix(10))")
                #expect(faults >= total / 50)
                print(
                    "limits: \(total) messages in three lanes to \(chats) chats with \(faults) injected 429s, every one once and in order")
                await client.shutdown()
            }
        }
    }
}
