import Bus
import Contracts
import Glibc
import JSON
import Logging
import Postgres
import Scheduler
import Schedules
import Synchronization
import Testing
import WorkerKit

enum TestServices {
    static let postgres = variable("SWITCHBOARD_TEST_POSTGRES_URL")
    static let amqp = variable("SWITCHBOARD_TEST_AMQP_URL")
    /// The folder of the built executables.
    static let binaries = variable("SWITCHBOARD_TEST_BIN")
    static let noPostgres: Comment = "SWITCHBOARD_TEST_POSTGRES_URL is not set"

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The scheduler's tables in a database of their own, with whatever works on them.
struct SchedulerBench: Sendable {
    let pool: PostgresPool
    let tables = TimerTables()
    let database: String
    var bot = BotName("shop")!
    static let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Makes a database, runs `body`, drops the database.
    static func run(_ body: @Sendable (SchedulerBench) async throws -> Void) async throws {
        let name = "scheduler_\(UInt64.random(in: 0 ... .max))"
        try await withPool(database: nil) { pool, _ in
            _ = try await pool.query(PostgresQuery("CREATE DATABASE \(identifier: name)").unprepared())
        }
        let result: Result<Void, any Error>
        do {
            try await withPool(database: name) { pool, url in
                let bench = SchedulerBench(pool: pool, database: url)
                try await bench.tables.create(in: pool)
                try await body(bench)
            }
            result = .success(())
        } catch { result = .failure(error) }
        try await withPool(database: nil) { pool, _ in
            _ = try await pool.query(PostgresQuery("DROP DATABASE \(identifier: name) WITH (FORCE)").unprepared())
        }
        try result.get()
    }

    private static func withPool(database: String?, _ body: @Sendable (PostgresPool, String) async throws -> Void) async throws {
        var url = try #require(TestServices.postgres)
        if let database {
            // `postgresql://user@/name?host=/a/folder`
            let question = url.firstIndex(of: "?") ?? url.endIndex
            let slash = try #require(url[..<question].lastIndex(of: "/"))
            url.replaceSubrange(url.index(after: slash)..<question, with: database)
        }
        var configuration = try PostgresConfiguration(url)
        configuration.maximumConnections = 12
        let pool = try PostgresPool(configuration, logger: silent)
        let service = Task { await pool.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(pool, url)) } catch { result = .failure(error) }
        pool.close()
        await service.value
        try result.get()
    }

    // MARK: Requests

    func handler(_ announce: @escaping @Sendable (Timestamp) -> Void = { _ in }) -> TimerRequestHandler {
        TimerRequestHandler(pool: pool, tables: tables, logger: Self.silent, announce: announce)
    }

    func set(
        _ key: String, _ revision: Int64, at due: Timestamp, bot: BotName? = nil, lane: Lane = .normal
    ) -> SetTimer {
        set(key, revision, .at(due), bot: bot, lane: lane)
    }

    func set(
        _ key: String, _ revision: Int64, _ schedule: TimerSchedule, asked: Timestamp = .now, bot: BotName? = nil, lane: Lane = .normal
    ) -> SetTimer {
        SetTimer(
            bot: bot ?? self.bot, platform: .telegram, at: asked, chat: Chat(id: "42", kind: .direct), key: key, revision: revision,
            name: "reminder", payload: ["revision": .int(revision)], lane: lane, schedule: schedule)
    }

    func delivery(_ request: SetTimer) -> BusDelivery { delivery(.setTimer, request.jsonBytes) }
    func delivery(_ request: CancelTimers) -> BusDelivery { delivery(.cancelTimers, request.jsonBytes) }

    func delivery(_ operation: Operation, _ body: [UInt8]) -> BusDelivery {
        let id = EnvelopeID("request-\(UInt64.random(in: 0 ... .max))")
        return BusDelivery(
            envelope: Envelope(id: id, lane: .normal, partitionKey: nil, type: operation.type), routingKey: "", body: body,
            isRedelivered: false, isCurrent: { true }, acknowledge: {}, reject: {})
    }

    func store(_ requests: [SetTimer]) async throws {
        let handler = handler()
        for start in stride(from: 0, to: requests.count, by: 500) {
            let outcomes = try await handler.handle(requests[start..<min(start + 500, requests.count)].map { delivery($0) })
            for case .reject in outcomes { Issue.record("a request was rejected") }
        }
    }

    func cancel(_ target: CancelTimers.Target, _ revision: Int64) async throws {
        _ = try await handler().handle([delivery(CancelTimers(bot: bot, revision: revision, target: target))])
    }

    /// The keys that will fire, with their revisions.
    func pending() async throws -> [String: Int64] {
        let rows = try await pool.query("SELECT key, revision FROM scheduler.timers WHERE claim_at IS NOT NULL").decode(
            (String, Int64).self)
        return Dictionary(rows.map { ($0.0, $0.1) }) { first, _ in first }
    }

    // MARK: Firing

    func firing(_ bus: any BusPublisher, _ settings: FiringSettings = FiringSettings(), clock: FiringClock? = nil) -> TimerFiring {
        TimerFiring(
            pool: pool, tables: tables, bus: bus, settings: settings, clock: clock ?? FiringClock(settings.rhythm), logger: Self.silent)
    }

    /// Runs instances until `body` returns.
    func whileFiring(_ instances: [TimerFiring], _ body: @Sendable () async throws -> Void) async throws {
        let tasks = instances.map { instance in Task { await instance.run() } }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        try result.get()
    }
}

/// A broker that keeps what it is given, and can be told to behave badly.
final class RecordingBus: BusPublisher {
    struct Entry: Sendable {
        var envelope: Envelope
        var event: Event
        var at: Timestamp
        var timer: DueTimer

        var key: String { timer.key }
        var lateness: Int64 { at.milliseconds - timer.due.milliseconds }
    }

    private struct State {
        var entries: [Entry] = []
        var waiters: [(count: Int, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    /// Asked before each message is taken.
    private let verdict: @Sendable (BusMessage) -> BusError.Code?

    init(_ verdict: @escaping @Sendable (BusMessage) -> BusError.Code? = { _ in nil }) { self.verdict = verdict }

    var entries: [Entry] { state.withLock { $0.entries } }

    func publish(_ messages: [BusMessage]) async throws(BusError) {
        for message in messages {
            if let code = verdict(message) { throw BusError(code, "told to") }
            guard let event = try? Event(jsonBytes: message.body), let timer = message.timer else {
                throw BusError(.refused, "no timer's event")
            }
            state.withLock { state in
                state.entries.append(Entry(envelope: message.envelope, event: event, at: .now, timer: timer))
                let count = state.entries.count
                state.waiters.removeAll { waiter in
                    guard waiter.count <= count else { return false }
                    waiter.1.resume()
                    return true
                }
            }
        }
    }

    /// Returns when there are as many.
    func wait(for count: Int, within bound: Duration = .seconds(30)) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await withCheckedContinuation { continuation in
                    let isThere = self.state.withLock { state in
                        if state.entries.count >= count { return true }
                        state.waiters.append((count, continuation))
                        return false
                    }
                    if isThere { continuation.resume() }
                }
            }
            group.addTask {
                try await Task.sleep(for: bound)
                let found = self.state.withLock { state in
                    for waiter in state.waiters { waiter.1.resume() }
                    state.waiters = []
                    return state.entries.count
                }
                throw TimedOut(description: "\(found) of \(count) events within \(bound)")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

extension BusMessage {
    var timer: DueTimer? {
        guard let event = try? Event(jsonBytes: body), case .timer(let timer) = event.content else { return nil }
        return timer
    }
}

struct TimedOut: Error, CustomStringConvertible { var description: String }

/// Asks until the answer is yes. For what gives no sign of itself.
func eventually(_ what: String, within bound: Duration = .seconds(20), _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + bound
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw TimedOut(description: "not within \(bound): \(what)") }
        try await Task.sleep(for: .milliseconds(20))
    }
}
