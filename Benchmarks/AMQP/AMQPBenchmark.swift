import AMQP
import Glibc
import Logging

/// Client CPU per confirmed publish and per acknowledged delivery, against a broker that is named on the command line.
///
///     AMQPBenchmark amqp://localhost:5672 [messages] [queue type]
@main
enum AMQPBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 2 else {
            print("usage: AMQPBenchmark <amqp url> [messages=200000] [quorum|classic]")
            exit(64)
        }
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .warning
            return handler
        }
        let count = arguments.count > 2 ? Int(arguments[2]) ?? 200_000 : 200_000
        let type = arguments.count > 3 ? arguments[3] : "quorum"
        let queue = AMQPQueue("benchmark.amqp", arguments: ["x-queue-type": .string(type)])
        let topology = AMQPTopology(
            exchanges: [AMQPExchange("benchmark")], queues: [queue],
            bindings: [AMQPBinding(queue: queue.name, exchange: "benchmark", routingKey: "a.#")])
        let configuration = try AMQPConfiguration(url: arguments[1], connectionName: "benchmark")
        let publisher = AMQPConnection(configuration: configuration, topology: topology)
        let reader = AMQPConnection(configuration: configuration, topology: topology)
        async let publishing: Void = publisher.run()
        async let reading: Void = reader.run()
        try await publisher.waitUntilReady()
        try await publisher.purgeQueue(queue.name)

        let messages = (0..<256).map { message(number: $0) }
        try await measure("publish, batches of 256, 4 at a time", count) {
            try await inParallel(4, batches: count / 256) { try check(await publisher.publish(messages)) }
        }
        try await consume(reader, queue: queue.name, count: count / 256 * 256)
        for tasks in [1, 16, 256] {
            let singles = tasks == 1 ? count / 20 : count / 2
            try await measure("publish one by one, \(tasks) tasks", singles) {
                try await inParallel(tasks, batches: singles) { try await publisher.publish(messages[0]) }
            }
            try await consume(reader, queue: queue.name, count: singles)
        }
        try await publisher.deleteQueue(queue.name)
        await publisher.close()
        await reader.close()
        _ = await (publishing, reading)
    }

    static func message(number: Int) -> AMQPMessage {
        AMQPMessage(
            exchange: "benchmark", routingKey: "a.telegram.text.bot.normal.p0\(number % 10)",
            body: [UInt8](repeating: 120, count: 1024),
            properties: AMQPProperties(
                messageID: "0190c2f4-7a3e-7b5a-9d0e-3b1f00000\(100 + number)", correlationID: "0190c2f4-7a3e-7b5a-9d0e-3b1f2c4d5e6f",
                type: "message", contentType: "application/json", priority: 5, timestamp: 1_760_000_000,
                headers: [
                    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "causation": "0190c2f4", "lane": "normal",
                    "schema": 1,
                ]))
    }

    static func check(_ outcomes: [AMQPPublishOutcome]) throws {
        for outcome in outcomes { if let error = outcome.error { throw error } }
    }

    static func inParallel(_ tasks: Int, batches: Int, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    for _ in 0..<(batches / tasks + (task < batches % tasks ? 1 : 0)) { try await body() }
                }
            }
            try await group.waitForAll()
        }
    }

    static func consume(_ connection: AMQPConnection, queue: String, count: Int) async throws {
        try await measure("consume and acknowledge", count) {
            let consumer = connection.consume(AMQPSubscription(queue: queue, prefetch: 1000, maximumBatch: 256))
            var received = 0
            var batches = 0
            for await batch in consumer {
                received += batch.count
                batches += 1
                consumer.acknowledge(batch)
                if received >= count { break }
            }
            await consumer.close()
            print("  \(received / max(1, batches)) deliveries in a batch")
        }
    }

    static func measure(_ name: String, _ count: Int, _ body: @Sendable () async throws -> Void) async throws {
        let clock = ContinuousClock()
        let cpu = cpuMicroseconds()
        let time = try await clock.measure { try await body() }
        let used = cpuMicroseconds() - cpu
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let perMessage = (Double(used) / Double(count) * 100).rounded() / 100
        print("\(name): \(Int(Double(count) / seconds))/s, \(perMessage) µs of CPU each")
    }

    static func cpuMicroseconds() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000 + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    }
}
