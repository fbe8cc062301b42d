import AMQP
import Bus
import Contracts
import DevServices
import Glibc
import JSON
import Logging
import Postgres
import RabbitBus
import Runtime
import Scheduler
import Schedules
import Synchronization
import Testing

/// What needs a broker takes turns: the queues of requests are the installation's own.
@Suite(.serialized) struct BrokerTests {}

extension BrokerTests {
    /// The executable, several times, with a real broker and a real database, of which one is killed again and again.
    @Suite(
        .enabled(
            if: TestServices.postgres != nil && TestServices.amqp != nil && TestServices.binaries != nil,
            "SWITCHBOARD_TEST_POSTGRES_URL, SWITCHBOARD_TEST_AMQP_URL or SWITCHBOARD_TEST_BIN is not set"),
        .timeLimit(.minutes(3)))
    struct KilledInstancesTests {
        /// Thousands of timers, set over the broker while they fire; `kill -9` in the middle of that, five times. Nothing is lost, and
        /// apart from repeats with the same id nothing comes twice.
        @Test func nothingIsLostOrDoubled() async throws {
            try await SchedulerBench.run { bench in
                let bot = try #require(BotName("kill-\(UInt32.random(in: 0 ... .max))"))
                try await withListener(to: bot) { listener, bus in
                    let instances = try (0..<3).map { try Instance($0, database: bench.database) }
                    for instance in instances { try await instance.start() }
                    let start = Timestamp.now
                    let requests = (0..<6000).map { bench.set("t\($0)", 1, at: start + .milliseconds(500 + $0), bot: bot) }
                    let moved = stride(from: 0, to: 6000, by: 10).map {
                        bench.set("t\($0)", 2, at: start + .milliseconds(7000 + $0 / 10), bot: bot)
                    }
                    async let sent: Void = publish(requests + moved, over: bus)
                    for round in 0..<5 {
                        try await eventually("some have fired") { listener.count > (round + 1) * 700 }
                        await instances[round % 3].kill()
                        try await instances[round % 3].start()
                    }
                    try await sent
                    try await eventually("all have fired", within: .seconds(60)) { try await bench.pending() == [:] }
                    let settled = try await bench.pool.query("SELECT key, revision FROM scheduler.timers").decode((String, Int64).self)
                    #expect(settled.count == 6000)
                    #expect(settled.allSatisfy { $0.1 == (Int($0.0.dropFirst()).map { $0 % 10 == 0 } == true ? 2 : 1) })
                    // Those that were moved after they had fired fired twice, under two ids; every other once.
                    try await eventually("all events are there") { Set(listener.keys).count == 6000 }
                    let moves = Set(moved.map(\.key))
                    for (key, ids) in Dictionary(grouping: Set(listener.ids), by: { $0.split(separator: ":")[2] }) {
                        #expect(ids.count == 1 || moves.contains(String(key)), "\(ids)")
                        if moves.contains(String(key)) { #expect(ids.contains { $0.contains(":2:") }, "\(ids)") }
                    }
                    for instance in instances {
                        let exit = await instance.stop()
                        #expect(exit == .code(0))
                    }
                }
            }
        }

        private func publish(_ requests: [SetTimer], over bus: RabbitBus) async throws {
            for start in stride(from: 0, to: requests.count, by: 200) {
                try await bus.publish(
                    requests[start..<min(start + 200, requests.count)].map { request in
                        .request(
                            .setTimer, request,
                            envelope: Envelope(
                                id: EnvelopeID("\(request.bot)/\(request.key)/\(request.revision)"), lane: .normal, partitionKey: nil,
                                type: Operation.setTimer.type))
                    })
            }
        }

        /// Hears every timer's event of a bot.
        private func withListener(to bot: BotName, _ body: @Sendable (Listener, RabbitBus) async throws -> Void) async throws {
            let url = try #require(TestServices.amqp)
            let queue = "test.\(bot)"
            let bus = try RabbitBus(AMQPSettings(url: #require(ConnectionURL(url))), process: "test", logger: SchedulerBench.silent)
            let busLife = Task { await bus.run() }
            let connection = AMQPConnection(
                configuration: try AMQPConfiguration(url: url, connectionName: "test"),
                topology: AMQPTopology(
                    exchanges: [AMQPExchange("inbound", kind: .topic)],
                    queues: [AMQPQueue(queue, arguments: AMQPTable([AMQPTable.Entry("x-queue-type", "quorum")]))],
                    bindings: [AMQPBinding(queue: queue, exchange: "inbound", routingKey: "dialog.*.timer.\(bot).*.*")]),
                logger: SchedulerBench.silent)
            let life = Task { await connection.run() }
            let listener = Listener()
            let result: Result<Void, any Error>
            do {
                try await connection.waitUntilReady()
                let consumer = connection.consume(AMQPSubscription(queue: queue, prefetch: 500))
                let hearing = Task {
                    for await batch in consumer {
                        listener.heard(batch.compactMap(\.properties.messageID))
                        consumer.acknowledge(batch)
                    }
                }
                defer { hearing.cancel() }
                result = .success(try await body(listener, bus))
            } catch { result = .failure(error) }
            try? await connection.deleteQueue(queue)
            await connection.close()
            await life.value
            busLife.cancel()
            await busLife.value
            try result.get()
        }
    }
}

private final class Listener: Sendable {
    private let heard = Mutex<[String]>([])

    func heard(_ ids: [String]) { heard.withLock { $0 += ids } }

    var ids: [String] { heard.withLock { $0 } }
    var count: Int { heard.withLock { $0.count } }
    var keys: [Substring] { ids.map { $0.split(separator: ":")[2] } }
}

/// A scheduler in a process of its own.
private final class Instance: Sendable {
    private let spec: ProcessSpec
    private let process = Mutex<ManagedProcess?>(nil)

    init(_ number: Int, database: String) throws {
        var ports = PortBook()
        try ports.assign(["admin"])
        let admin = try #require(ports["admin"])
        spec = ProcessSpec(
            name: "scheduler\(number)", executable: "\(TestServices.binaries ?? "")/switchboard-scheduler",
            environment: [
                "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "SWITCHBOARD_AMQP_URL": TestServices.amqp ?? "",
                "SWITCHBOARD_POSTGRES_URL": database, "SWITCHBOARD_ADMIN_ADDRESS": "127.0.0.1:\(admin)",
            ], readiness: .http(port: admin, path: "/readyz"))
    }

    func start() async throws {
        let started = try ManagedProcess.start(spec, output: .discarded)
        process.withLock { $0 = started }
        try await started.waitUntilReady()
    }

    func kill() async { _ = await process.withLock { $0 }?.kill() }
    func stop() async -> ProcessExit? { await process.withLock { $0 }?.stop() }
}
