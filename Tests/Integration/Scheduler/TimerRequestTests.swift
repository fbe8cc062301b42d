import Bus
import Contracts
import JSON
import Postgres
import Scheduler
import Schedules
import Testing
import WorkerKit

/// What requests change, in whatever order they come.
@Suite(.enabled(if: TestServices.postgres != nil, TestServices.noPostgres), .timeLimit(.minutes(2)))
struct TimerRequestTests {
    private let later = Timestamp.now + .seconds(3600)

    @Test func theGreatestRevisionIsTheLastWord() async throws {
        try await SchedulerBench.run { bench in
            try await bench.store([bench.set("a", 2, at: later)])
            try await bench.store([bench.set("a", 1, at: later)])
            #expect(try await bench.pending() == ["a": 2])
            try await bench.cancel(.key("a"), 2)
            #expect(try await bench.pending() == ["a": 2], "not greater changes nothing")
            try await bench.cancel(.key("a"), 3)
            #expect(try await bench.pending() == [:])
            try await bench.store([bench.set("a", 3, at: later)])
            #expect(try await bench.pending() == [:], "the cancel is remembered")
            try await bench.store([bench.set("a", 4, at: later)])
            #expect(try await bench.pending() == ["a": 4])
        }
    }

    @Test func aPrefixEndsWhatIsBelowIt() async throws {
        try await SchedulerBench.run { bench in
            let keys = ["rows/1/a", "rows/1/b/c", "rows/17/a", "rows/1", "rows/10", "é/1", "\u{10FFFF}"]
            try await bench.store(keys.map { bench.set($0, 5, at: later) })
            try await bench.cancel(.prefix("rows/1/"), 5)
            #expect(try await bench.pending().count == 7, "of the same revision: what was set with it")
            try await bench.cancel(.prefix("rows/1/"), 6)
            #expect(try await Set(bench.pending().keys) == ["rows/17/a", "rows/1", "rows/10", "é/1", "\u{10FFFF}"])
            try await bench.store([bench.set("rows/1/late", 5, at: later), bench.set("rows/1/new", 6, at: later)])
            #expect(try await bench.pending()["rows/1/late"] == nil, "it was asked for before the cancel")
            #expect(try await bench.pending()["rows/1/new"] == 6)
            try await bench.cancel(.prefix(""), 7)
            #expect(try await bench.pending() == [:])
        }
    }

    @Test func otherBotsAreLeftAlone() async throws {
        try await SchedulerBench.run { bench in
            try await bench.store([bench.set("a/1", 1, at: later, bot: BotName("other")), bench.set("a/1", 1, at: later)])
            try await bench.cancel(.prefix("a/"), 2)
            #expect(try await bench.pending() == ["a/1": 1])
        }
    }

    @Test func whatCannotBeFollowedIsRejectedAlone() async throws {
        try await SchedulerBench.run { bench in
            let outcomes = try await bench.handler().handle([
                bench.delivery(.setTimer, Array("{}".utf8)), bench.delivery(bench.set("good", 1, at: later)),
                bench.delivery(bench.set("bad", 1, .cron("* * * * 9", zone: "UTC"))),
            ])
            let rejected = outcomes.map { if case .reject = $0 { true } else { false } }
            #expect(rejected == [true, false, true])
            #expect(try await bench.pending() == ["good": 1])
        }
    }

    /// Four handlers get the same requests, each in an order and in batches of its own, all at the same time: what is left is what the
    /// revisions say, whoever was first.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func racesEndAsTheRevisionsSay(seed: UInt64) async throws {
        try await SchedulerBench.run { bench in
            var random = SplitMix(seed)
            var sets: [SetTimer] = [], cancels: [CancelTimers] = []
            let keys = (0..<12).map { "rows/\($0 % 4)/\($0)" }
            for revision in 1...120 as ClosedRange<Int64> {
                let key = keys.randomElement(using: &random) ?? ""
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<7: sets.append(bench.set(key, revision, at: later))
                case 7, 8: cancels.append(CancelTimers(bot: bench.bot, revision: revision, target: .key(key)))
                default:
                    cancels.append(
                        CancelTimers(bot: bench.bot, revision: revision, target: .prefix("rows/\(Int.random(in: 0..<4, using: &random))/")))
                }
            }
            let deliveries = sets.map { bench.delivery($0) } + cancels.map { bench.delivery($0) }
            let orders = (0..<4).map { _ in deliveries.indices.shuffled(using: &random) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for order in orders {
                    group.addTask {
                        let handler = bench.handler()
                        for start in stride(from: 0, to: order.count, by: 7) {
                            _ = try await handler.handle(order[start..<min(start + 7, order.count)].map { deliveries[$0] })
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await bench.pending() == Self.left(keys, sets, cancels))
        }
    }

    /// By the revisions alone.
    private static func left(_ keys: [String], _ sets: [SetTimer], _ cancels: [CancelTimers]) -> [String: Int64] {
        var left: [String: Int64] = [:]
        for key in keys {
            guard let last = sets.filter({ $0.key == key }).map(\.revision).max() else { continue }
            let isCancelled = cancels.contains { cancel in
                switch cancel.target {
                case .key(let other): other == key && cancel.revision > last
                case .prefix(let prefix): key.hasPrefix(prefix) && cancel.revision > last
                }
            }
            if !isCancelled { left[key] = last }
        }
        return left
    }

    @Test func whatIsOverIsForgotten() async throws {
        try await SchedulerBench.run { bench in
            let house = Housekeeping(
                pool: bench.pool, tables: bench.tables, overdueAfter: .seconds(10), interval: .seconds(30), logger: SchedulerBench.silent)
            try await bench.store([bench.set("kept", 1, at: later)])
            try await bench.cancel(.key("gone"), 2)
            try await bench.cancel(.prefix("gone/"), 2)
            func rows() async throws -> [Int64] {
                let timers = try await bench.pool.query("SELECT count(*) FROM scheduler.timers").decodeOne(Int64.self)
                return [timers, try await bench.pool.query("SELECT count(*) FROM scheduler.prefixes").decodeOne(Int64.self)]
            }
            await house.round(at: .now + .seconds(86_000))
            #expect(try await rows() == [2, 1])
            await house.round(at: .now + .seconds(86_500))
            #expect(try await rows() == [1, 0])
        }
    }
}

/// A sequence that is the same in every run.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
