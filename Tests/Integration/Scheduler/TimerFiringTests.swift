import Bus
import Contracts
import JSON
import Postgres
import Scheduler
import Schedules
import Synchronization
import Testing

/// Timers that fire, against a real database and a broker that can be told to behave badly.
@Suite(.enabled(if: TestServices.postgres != nil, TestServices.noPostgres), .timeLimit(.minutes(2)))
struct TimerFiringTests {
    @Test func firesAtItsMomentAsItWasAskedFor() async throws {
        try await SchedulerBench.run { bench in
            let bus = RecordingBus()
            let due = Timestamp.now + .milliseconds(700)
            try await bench.store([bench.set("a", 3, at: due, lane: .bulk)])
            try await bench.whileFiring([bench.firing(bus)]) {
                try await bus.wait(for: 1)
                try await eventually("it is over") { try await bench.pending() == [:] }
            }
            let fired = try #require(bus.entries.first)
            #expect(fired.envelope.id.rawValue == "timer:shop:a:3:\(due.milliseconds)")
            #expect(fired.envelope.lane == .bulk)
            #expect(fired.envelope.partitionKey == "shop/42")
            #expect(fired.envelope.type == "event.timer")
            #expect(fired.envelope.causation?.rawValue.hasPrefix("request-") == true)
            #expect(fired.event.chat?.id == "42")
            #expect(fired.timer == DueTimer(key: "a", revision: 3, name: "reminder", due: due, payload: ["revision": 3]))
            #expect(fired.lateness >= 0, "never too early")
            try await bench.store([bench.set("a", 2, at: .now)])
            #expect(try await bench.pending() == [:], "what was asked for before it fired comes too late")
        }
    }

    /// One that is stored while the instance sleeps, and is due before it would look.
    @Test func whatIsStoredWakesIt() async throws {
        try await SchedulerBench.run { bench in
            var settings = FiringSettings()
            settings.rhythm.longest = .seconds(3600)
            let clock = FiringClock(settings.rhythm), bus = RecordingBus()
            try await bench.whileFiring([bench.firing(bus, settings, clock: clock)]) {
                let handler = bench.handler { clock.announce($0) }
                for key in ["a", "b", "c"] {
                    _ = try await handler.handle([bench.delivery(bench.set(key, 1, at: .now + .milliseconds(30)))])
                    try await bus.wait(for: key == "a" ? 1 : key == "b" ? 2 : 3)
                }
            }
            #expect(bus.entries.map(\.key) == ["a", "b", "c"])
        }
    }

    @Test func severalInstancesFireEachOnce() async throws {
        try await SchedulerBench.run { bench in
            let start = Timestamp.now
            try await bench.store((0..<3000).map { bench.set("t\($0)", 1, at: start + .milliseconds($0 / 2)) })
            let buses = (0..<3).map { _ in RecordingBus() }
            var settings = FiringSettings(overdueAfter: .seconds(3600))
            settings.batchSize = 50
            try await bench.whileFiring(buses.map { bench.firing($0, settings) }) {
                try await eventually("all have fired") { buses.reduce(0) { $0 + $1.entries.count } >= 3000 }
                try await eventually("and are settled") { try await bench.pending() == [:] }
            }
            let ids = buses.flatMap { $0.entries.map(\.envelope.id) }
            #expect(ids.count == 3000 && Set(ids).count == 3000)
            for bus in buses {
                let dues = bus.entries.map(\.timer.due)
                #expect(dues == dues.sorted(), "each takes the oldest there are")
            }
        }
    }

    @Test func theyFireAgainWithTheSameIDsWhileTheBrokerIsAway() async throws {
        try await SchedulerBench.run { bench in
            // In the middle of a batch, three times.
            let attempts = Mutex(0)
            let bus = RecordingBus { message in
                guard message.timer?.key == "t10" else { return nil }
                return attempts.withLock { attempts in
                    attempts += 1
                    return attempts <= 3 ? .unavailable : nil
                }
            }
            try await bench.store((0..<20).map { bench.set("t\($0)", 1, at: .now) })
            try await bench.whileFiring([bench.firing(bus)]) {
                try await eventually("all have fired") { try await bench.pending() == [:] }
            }
            #expect(Set(bus.entries.map(\.envelope.id)).count == 20)
            #expect(bus.entries.count > 20, "some of them again")
        }
    }

    @Test func whatTheBrokerRefusesHoldsUpNothingElse() async throws {
        try await SchedulerBench.run { bench in
            let isFull = Mutex(true)
            let bus = RecordingBus { message in
                message.envelope.id.rawValue.contains(":full:") && isFull.withLock { $0 } ? .refused : nil
            }
            var settings = FiringSettings()
            settings.refusedPause = .milliseconds(300)
            try await bench.store(["a", "full", "b"].map { bench.set($0, 1, at: .now) })
            try await bench.whileFiring([bench.firing(bus, settings)]) {
                try await eventually("the others have fired") { try await bench.pending().keys.elementsEqual(["full"]) }
                isFull.withLock { $0 = false }
                try await eventually("all have fired") { try await bench.pending() == [:] }
            }
            #expect(Set(bus.entries.map(\.key)) == ["a", "b", "full"])
        }
    }

    /// An hour of them was missed: it fires once, for the oldest, and then in the future.
    @Test func recurringOnesDoNotMakeUpForWhatTheyMissed() async throws {
        try await SchedulerBench.run { bench in
            let bus = RecordingBus(), asked = Timestamp.now - .seconds(3600)
            try await bench.store([bench.set("tick", 1, .cron("* * * * *", zone: "UTC"), asked: asked)])
            try await bench.whileFiring([bench.firing(bus)]) {
                try await bus.wait(for: 1)
                try await eventually("it is moved") {
                    try await bench.pool.query("SELECT due > now() AND claim_at = due FROM scheduler.timers").decodeOne(Bool.self)
                }
            }
            let fired = try #require(bus.entries.first?.timer.due)
            #expect(fired > asked && fired <= asked + .seconds(60))
            #expect(bus.entries.count <= 2, "the second, when a minute begins just now")
        }
    }

    @Test func aListFiresAtEachMoment() async throws {
        try await SchedulerBench.run { bench in
            let bus = RecordingBus(), now = Timestamp.now
            let moments = [now - .seconds(60), now + .seconds(1), now + .seconds(6)]
            try await bench.store([bench.set("row", 1, .list(moments), asked: now)])
            try await bench.whileFiring([bench.firing(bus)]) {
                try await bus.wait(for: 2)
                try await eventually("it is over") { try await bench.pending() == [:] }
            }
            #expect(bus.entries.map(\.timer.due) == Array(moments.dropFirst()))
        }
    }

    /// 900 overdue of one bot, 20 of another, and some that are due while those fire.
    @Test func theOverdueKeepTheirPaceAndHoldUpNobody() async throws {
        try await SchedulerBench.run { bench in
            let start = Timestamp.now, other = try #require(BotName("other"))
            var requests = (0..<900).map { bench.set("old\($0)", 1, at: start - .seconds(3600) + .milliseconds($0)) }
            requests += (0..<20).map { bench.set("theirs\($0)", 1, at: start - .seconds(60) + .milliseconds($0), bot: other) }
            requests += (0..<40).map { bench.set("due\($0)", 1, at: start + .milliseconds(1500 + $0 * 25)) }
            try await bench.store(requests.shuffled())
            // Two instances share one pace.
            let bus = RecordingBus()
            let settings = FiringSettings(rates: .init(overall: 300, perBot: 200))
            let began = ContinuousClock.now
            try await bench.whileFiring([bench.firing(bus, settings), bench.firing(bus, settings)]) { try await bus.wait(for: 960) }
            let took = ContinuousClock.now - began
            #expect(Set(bus.entries.map(\.envelope.id)).count == 960 && bus.entries.count == 960)
            // 900 at 200 a second, of which the first 40 at once.
            #expect(took >= .seconds(4), "\(took)")
            let old = bus.entries.filter { $0.key.hasPrefix("old") }.map(\.timer.due)
            #expect(old == old.sorted(), "oldest first")
            let theirs = bus.entries.lastIndex { $0.key.hasPrefix("theirs") } ?? .max
            #expect(theirs < 400, "the other bot does not wait for the end of the first one's")
            let lastOld = try #require(bus.entries.lastIndex { $0.key.hasPrefix("old") })
            let lastDue = try #require(bus.entries.lastIndex { $0.key.hasPrefix("due") })
            #expect(lastDue < lastOld, "what is due does not wait for the end of it")
        }
    }

    @Test func whatCannotBeReadHereIsPutOffAndNotLost() async throws {
        try await SchedulerBench.run { bench in
            let bus = RecordingBus()
            try await bench.store([bench.set("good", 1, at: .now), bench.set("bad", 1, .cron("* * * * *", zone: "UTC"))])
            try await bench.pool.query(
                "UPDATE scheduler.timers SET claim_at = now(), request = replace(request::text, 'UTC', 'Not/Here')::json WHERE key = 'bad'")
            try await bench.whileFiring([bench.firing(bus)]) {
                try await bus.wait(for: 1)
                try await eventually("it is put off") {
                    try await bench.pool.query("SELECT claim_at > now() + interval '4 minutes' FROM scheduler.timers WHERE key = 'bad'")
                        .decodeOne(Bool.self)
                }
            }
            #expect(bus.entries.map(\.key) == ["good"])
        }
    }

    /// A set or a cancel that comes while the timer is being fired waits for that, and then counts.
    @Test func movedWhileItFires() async throws {
        try await SchedulerBench.run { bench in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let gate = Gate()
            let bus = SlowBus(before: { start.yield() }, gate: gate)
            try await bench.store([bench.set("a", 1, at: .now)])
            try await bench.whileFiring([bench.firing(bus)]) {
                for await _ in started { break }
                async let moved: Void = bench.store([bench.set("a", 2, at: .now + .seconds(3600))])
                await gate.open()
                try await moved
                try await eventually("the move counts") { try await bench.pending() == ["a": 2] }
            }
        }
    }
}

actor Gate {
    private var isOpen = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    func open() {
        isOpen = true
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    func pass() async {
        if isOpen { return }
        await withCheckedContinuation { waiters.append($0) }
    }
}

struct SlowBus: BusPublisher {
    let before: @Sendable () -> Void
    let gate: Gate

    func publish(_ messages: [BusMessage]) async throws(BusError) {
        before()
        await gate.pass()
    }
}
