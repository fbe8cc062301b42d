import AMQP
import AMQPEnvelope
import Bus
import Contracts
import Glibc
import JSON
import Logging
import Postgres

/// How late timers are, from the moment they were meant for until somebody has their event in hand, and what that costs, with many
/// others waiting; see the README beside it.
///
///     SchedulerBenchmark <amqp url> <postgres url> <scheduler's pid> [pending=1000000] [rate=200] [seconds=60] [postmaster's pid]
@main
struct SchedulerBenchmark {
    let amqp: String
    let scheduler: Int
    let pending: Int
    let rate: Int
    let seconds: Int
    let postmaster: Int?
    let pool: PostgresPool

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let scheduler = Int(arguments[3]) else {
            print(
                "usage: SchedulerBenchmark <amqp url> <postgres url> <scheduler's pid> [pending=1000000] [rate=200] [seconds=60] [postmaster's pid]"
            )
            exit(64)
        }
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .warning
            return handler
        }
        func number(_ index: Int, _ standard: Int) -> Int { arguments.count > index ? Int(arguments[index]) ?? standard : standard }
        let pool = try PostgresPool(PostgresConfiguration(arguments[2]))
        let life = Task { await pool.run() }
        let benchmark = SchedulerBenchmark(
            amqp: arguments[1], scheduler: scheduler, pending: number(4, 1_000_000), rate: number(5, 200), seconds: number(6, 60),
            postmaster: arguments.count > 7 ? Int(arguments[7]) : nil, pool: pool)
        try await benchmark.run()
        pool.close()
        await life.value
    }

    private func run() async throws {
        print("load average at the beginning: \(Processes.loadAverage)")
        try await fill()
        try await measure("idle", during: 20) {}
        let connection = AMQPConnection(
            configuration: try AMQPConfiguration(url: amqp, connectionName: "benchmark"),
            topology: AMQPTopology(
                exchanges: [AMQPExchange("inbound", kind: .topic), AMQPExchange("requests", kind: .topic)],
                queues: [AMQPQueue("benchmark.timers", arguments: ["x-queue-type": "quorum"])],
                bindings: [AMQPBinding(queue: "benchmark.timers", exchange: "inbound", routingKey: "dialog.*.timer.*.*.*")]))
        let life = Task { await connection.run() }
        try await connection.waitUntilReady()
        let hearing = Task { await hear(connection, rate * seconds) }
        try await measure("\(rate) set and \(rate) due a second", during: seconds + 6) { try await set(connection) }
        let lateness = await hearing.value.sorted()
        func percentile(_ part: Double) -> Int64 { lateness[min(lateness.count - 1, Int(Double(lateness.count) * part))] }
        print("fired \(lateness.count); late by p50 \(percentile(0.5)) ms, p99 \(percentile(0.99)) ms, at most \(percentile(1)) ms")
        print("load average at the end: \(Processes.loadAverage)")
        try await connection.deleteQueue("benchmark.timers")
        await connection.close()
        await life.value
    }

    /// Timers of 50 bots that are due within a month, but not within an hour.
    private func fill() async throws {
        let there = try await pool.query("SELECT count(*) FROM scheduler.timers WHERE claim_at > now() + interval '30 minutes'").decodeOne(
            Int.self)
        guard there < pending else { return print("\(there) timers are pending") }
        let clock = ContinuousClock(), start = clock.now
        try await pool.query(
            """
            INSERT INTO scheduler.timers (bot, key, revision, due, claim_at, request)
            SELECT bot, key, 1, due, due, json_build_object(
                'bot', bot, 'platform', 'telegram', 'at', 1, 'chat', json_build_object('id', number::text, 'kind', 'direct'), 'key', key,
                'revision', 1, 'name', 'reminder', 'payload', json_build_object('row', number),
                'schedule', json_build_object('kind', 'at', 'at', (extract(epoch FROM due) * 1000)::bigint))
            FROM (SELECT number, 'bench' || number % 50 AS bot, 'rows/' || number AS key,
                    date_trunc('milliseconds', now() + interval '1 hour' + random() * interval '30 days') AS due
                FROM generate_series(\(there + 1), \(pending)) AS number) AS new
            """, timeout: .seconds(600))
        try await pool.query("VACUUM ANALYZE scheduler.timers", timeout: .seconds(600))
        print("\(pending) timers are pending, stored in \(clock.now - start)")
    }

    /// Sets `rate` timers a second over the broker, each due 5 s later.
    private func set(_ connection: AMQPConnection) async throws {
        let start = Timestamp.now, bot = BotName("bench-live")
        guard let bot else { return }
        for step in 0..<seconds * 20 {
            let count = rate / 20
            let messages = (0..<count).map { index -> AMQPMessage in
                let number = step * count + index
                let due = Timestamp(milliseconds: start.milliseconds + 5000 + Int64(number * 1000 / rate))
                let request = SetTimer(
                    bot: bot, platform: .telegram, at: start, chat: Chat(id: ChatID(number), kind: .direct), key: "live/\(number)",
                    revision: start.milliseconds, name: "reminder", payload: ["row": .int(Int64(number))], schedule: .at(due))
                return EnvelopeCoding.message(
                    .request(
                        .setTimer, request,
                        envelope: Envelope(
                            id: EnvelopeID("bench:\(start.milliseconds):\(number)"), lane: .normal, partitionKey: nil,
                            type: Operation.setTimer.type)), from: "benchmark", traceparent: nil)
            }
            for outcome in await connection.publish(messages) where !outcome.isConfirmed { print("a request was not taken: \(outcome)") }
            let next = Timestamp(milliseconds: start.milliseconds + Int64(step + 1) * 50)
            try await Task.sleep(for: .milliseconds(max(0, next.milliseconds - Timestamp.now.milliseconds)))
        }
    }

    /// How late each event is when it is here, in milliseconds.
    private func hear(_ connection: AMQPConnection, _ count: Int) async -> [Int64] {
        let consumer = connection.consume(AMQPSubscription(queue: "benchmark.timers", prefetch: 1000))
        var lateness: [Int64] = []
        for await batch in consumer {
            let now = Timestamp.now
            for delivery in batch {
                guard let event = try? Event(jsonBytes: delivery.body), case .timer(let timer) = event.content else { continue }
                lateness.append(now.milliseconds - timer.due.milliseconds)
            }
            consumer.acknowledge(batch)
            if lateness.count >= count { break }
        }
        return lateness
    }

    /// Processor time while `body` runs, at least for so many seconds.
    private func measure(_ what: String, during seconds: Int, _ body: () async throws -> Void) async throws {
        let clock = ContinuousClock(), start = clock.now
        let before = (Processes.time(of: scheduler), postmaster.map { Processes.timeWithChildren(of: $0) })
        try await body()
        try await Task.sleep(until: start + .seconds(seconds), clock: clock)
        let wall = start.duration(to: clock.now) / .seconds(1)
        func share(_ time: Double) -> String { "\((time / wall * 10_000).rounded() / 100) %" }
        var line = "\(what): scheduler \(share(Processes.time(of: scheduler) - before.0)) of a processor"
        if let postmaster, let first = before.1 {
            line += ", PostgreSQL \(share(Processes.timeWithChildren(of: postmaster) - first))"
        }
        print(line)
    }
}
