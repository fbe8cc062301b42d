import HTTPClient
import Testing

extension PipelineTests {
    /// Things break under load: 200 updates/s for 15 s, or for a minute with `SWITCHBOARD_TEST_LONG=1`.
    @Suite struct Faults {
        @Test(arguments: Fault.crashes)
        func everyUpdateIsAnsweredOnceAndInOrder(fault: Fault) async throws { try await check(fault) }

        @Test(arguments: Fault.drains)
        func drainingLosesAndRepeatsNothing(fault: Fault) async throws { try await check(fault) }

        private func check(_ fault: Fault) async throws {
            let load = CountingLoad()
            try await BotAPIReceiver.run { receiver, url in
                var options = PipelineHarness.Options()
                options.bots = ["count"]
                options.parts = [.dialog, .sender, .gateway]
                options.server = url
                options.settings = ["SWITCHBOARD_LIMITS_CHAT_RATE": "1000", "SWITCHBOARD_LIMITS_CHAT_BURST": "1000"]
                try await withPipeline(options) { pipeline in
                    let client = try HTTPClient()
                    let struck = try await run(load, fault, pipeline, client)
                    let isAnswered = await receiver.log.wait(within: .seconds(60)) { $0.distinct >= load.total }
                    let answers = receiver.log.value.arrivals
                    let check = CountingCheck(answers.mapValues { $0.map(\.text) }, chats: load.chatIDs, expected: load.perChat)
                    print("\(fault.rawValue): \(LoadReport(load, answers, struck: struck, repeats: check.repeats))")
                    guard isAnswered, check.mistakes.isEmpty else {
                        throw PipelineFailure(
                            "\(load.total) updates, not all well answered:\n" + check.mistakes.prefix(10).joined(separator: "\n"))
                    }
                    #expect(check.repeats <= fault.allowedRepeats)
                    await client.shutdown()
                }
            }
        }

        /// - Returns: when the fault began and when all ran again.
        private func run(
            _ load: CountingLoad, _ fault: Fault, _ pipeline: PipelineHarness, _ client: HTTPClient
        ) async throws -> Range<ContinuousClock.Instant> {
            let post = TelegramPost(client: client, url: pipeline.webhookURL("count"))
            async let loading: Void = load.run(post)
            guard await load.progress.wait(within: .seconds(60), until: { $0.accepted >= load.total / 3 }) else {
                throw PipelineFailure("the first third of the load was not accepted: \(load.progress.read(\.accepted)) of \(load.total)")
            }
            let began = ContinuousClock.now
            try await fault.strike(pipeline)
            let over = ContinuousClock.now
            try await loading
            return began..<over
        }
    }
}

/// The figures of one run, for whoever reads along.
struct LoadReport: CustomStringConvertible {
    var description: String

    init(_ load: CountingLoad, _ answers: [Int64: [BotAPIReceiver.Arrival]], struck: Range<ContinuousClock.Instant>, repeats: Int) {
        let progress = load.progress.value
        var delays: [Duration] = []
        var undisturbed: [Duration] = []
        for (chat, starts) in progress.started {
            let arrivals = Dictionary((answers[chat] ?? []).map { ($0.text, $0.at) }) { first, _ in first }
            for (place, start) in starts.enumerated() {
                guard let arrival = arrivals[CountingLoad.answer(place + 1)] else { continue }
                delays.append(start.duration(to: arrival))
                if arrival < struck.lowerBound { undisturbed.append(start.duration(to: arrival)) }
            }
        }
        description =
            "\(load.total) updates at \(load.rate)/s to \(load.chats) chats, \(delays.count) answered, \(repeats) repeated, "
            + "\(progress.refused) refused attempts; away for \(struck.lowerBound.duration(to: struck.upperBound).milliseconds) ms; "
            + "answer after \(undisturbed.percentile(0.5).milliseconds)/\(undisturbed.percentile(0.99).milliseconds) ms (p50/p99) before, "
            + "at most \((delays.max() ?? .zero).milliseconds) ms"
    }
}

extension [Duration] {
    /// Zero when there is none.
    func percentile(_ share: Double) -> Duration {
        let ordered = sorted()
        guard !ordered.isEmpty else { return .zero }
        return ordered[Swift.min(ordered.count - 1, Int((Double(ordered.count) * share).rounded(.down)))]
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
