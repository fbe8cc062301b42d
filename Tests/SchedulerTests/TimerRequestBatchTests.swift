import Bus
import Contracts
import JSON
import Scheduler
import Testing

@Suite struct TimerRequestBatchTests {
    private let bot = BotName("demo")!

    private func envelope(_ id: String) -> Envelope {
        Envelope(id: EnvelopeID(id), traceparent: "trace of \(id)", lane: .normal, partitionKey: nil, type: "request")
    }

    private func set(
        _ key: String, _ revision: Int64, _ schedule: TimerSchedule = .at(Timestamp(milliseconds: 5000)), payload: JSON = .null
    ) -> SetTimer {
        SetTimer(
            bot: bot, platform: .telegram, at: Timestamp(milliseconds: 1000), key: key, revision: revision, name: "n", payload: payload,
            schedule: schedule)
    }

    private func add(_ request: SetTimer, _ id: String = "r", to batch: inout TimerRequestBatch) -> String? {
        batch.add(.setTimer, request.jsonBytes, envelope: envelope(id))
    }

    private func cancel(_ target: CancelTimers.Target, _ revision: Int64, in batch: inout TimerRequestBatch) -> String? {
        batch.add(.cancelTimers, CancelTimers(bot: bot, revision: revision, target: target).jsonBytes, envelope: envelope("c"))
    }

    /// Whatever their order: the greatest revision of a key wins, and of two alike the first.
    @Test func theGreatestRevisionOfAKeyWins() {
        let requests = [set("a", 1), set("a", 3), set("a", 2), set("b", 1)]
        for order in [[0, 1, 2, 3], [1, 0, 3, 2], [3, 2, 1, 0]] {
            var batch = TimerRequestBatch()
            for index in order {
                let problem = add(requests[index], to: &batch)
                #expect(problem == nil)
            }
            #expect(batch.entries.map(\.key) == ["a", "b"])
            #expect(batch.entries.map(\.revision) == [3, 1])
        }
        var batch = TimerRequestBatch()
        _ = add(set("a", 1), "first", to: &batch)
        _ = add(set("a", 1), "second", to: &batch)
        #expect(batch.entries.map(\.cause) == ["first"])
        _ = cancel(.key("a"), 2, in: &batch)
        #expect(batch.entries.map(\.due) == [nil])
        #expect(batch.entries.map(\.request) == [nil])
    }

    @Test func aScheduleWithoutAMomentIsACancel() {
        var batch = TimerRequestBatch()
        _ = add(set("a", 1, .list([Timestamp(milliseconds: 1000)])), to: &batch)
        #expect(batch.entries.map(\.due) == [nil])
    }

    @Test func keysKnowTheirPrefixes() {
        var batch = TimerRequestBatch()
        _ = add(set("rows/17//é/x", 1), to: &batch)
        #expect(batch.entries.first?.ancestors.map(\.prefix) == ["", "rows/", "rows/17/", "rows/17//", "rows/17//é/"])
    }

    /// Strictly older ones only: a set of the same revision belongs to what comes after the cancel.
    @Test func prefixesBlockWhatIsOlder() {
        var batch = TimerRequestBatch()
        for (key, revision) in [("rows/1/a", Int64(4)), ("rows/1/b", 5), ("rows/17/a", 1), ("rows", 1)] {
            _ = add(set(key, revision), to: &batch)
        }
        _ = cancel(.prefix("rows/1/"), 5, in: &batch)
        _ = cancel(.prefix("rows/1/"), 3, in: &batch)
        #expect(batch.prefixes.map(\.revision) == [5])
        #expect(batch.allowed(by: batch.prefixes).map(\.key) == ["rows", "rows/1/b", "rows/17/a"])
        #expect(batch.allowed(by: [.init(bot: "demo", prefix: "", revision: 9)]).isEmpty)
        #expect(batch.allowed(by: [.init(bot: "other", prefix: "", revision: 9)]).count == 4)
    }

    @Test func saysWhyARequestCannotBeFollowed() {
        var batch = TimerRequestBatch()
        let cron = add(set("a", 1, .cron("61 * * * *", zone: "UTC")), to: &batch)
        #expect(cron == "minute: 61 is not from 0 to 59, at character 1")
        let zone = add(set("a", 1, .daily(TimeOfDay(hour: 1, minute: 2)!, zone: "Europe/Nowhere")), to: &batch)
        #expect(zone?.contains("no time zone of that name") == true)
        let large = add(set("a", 1, payload: .string(String(repeating: "x", count: 33_000))), to: &batch)
        #expect(large == "the request has more than 32768 bytes")
        let garbage = batch.add(.cancelTimers, Array("{}".utf8), envelope: envelope("c"))
        #expect(garbage == "bot: is missing")
        #expect(batch.isEmpty)
    }
}
