import AMQP
import Glibc
import Logging
import Testing

/// The broker the tests run against, from `SWITCHBOARD_TEST_AMQP_URL`.
enum AMQPTestBroker {
    static let url: String? = getenv("SWITCHBOARD_TEST_AMQP_URL").flatMap { String(validatingCString: $0) }
    static let isAvailable = url != nil
    static let missing: Comment = "SWITCHBOARD_TEST_AMQP_URL is not set: no RabbitMQ to test against"

    static let tlsURL: String? = getenv("SWITCHBOARD_TEST_AMQPS_URL").flatMap { String(validatingCString: $0) }
    static let missingTLS: Comment = "SWITCHBOARD_TEST_AMQPS_URL is not set: no RabbitMQ with TLS to test against"

    static func configuration(name: String = "test", through proxy: TCPProxy? = nil) throws -> AMQPConfiguration {
        var configuration = try AMQPConfiguration(url: try #require(url), connectionName: name)
        if let proxy {
            configuration.host = "127.0.0.1"
            configuration.port = proxy.port
        }
        configuration.reconnectDelay = .milliseconds(20) ... .milliseconds(200)
        return configuration
    }

    /// Breaking connections is what the tests do; it need not be told, unless `SWITCHBOARD_TEST_LOG` is set.
    static var quiet: Logger {
        var logger = Logger(label: "amqp.test")
        logger.logLevel = getenv("SWITCHBOARD_TEST_LOG") == nil ? .critical : .debug
        return logger
    }

    /// A name no other test or run uses.
    static func unique(_ name: String) -> String { "test.\(name).\(UInt64.random(in: .min ... .max))" }

    static func quorum(_ name: String, _ more: AMQPTable = AMQPTable()) -> AMQPQueue {
        AMQPQueue(name, arguments: AMQPTable(AMQPTable(dictionaryLiteral: ("x-queue-type", "quorum")).entries + more.entries))
    }

    static func temporary(_ name: String, _ arguments: AMQPTable = AMQPTable()) -> AMQPQueue {
        AMQPQueue(name, isDurable: true, arguments: arguments)
    }
}

struct TimedOut: Error { let what: String }

/// Runs `body`; fails when it takes longer.
func within<Result: Sendable>(
    _ bound: Duration = .seconds(30), _ what: String = "the operation", _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: bound)
            throw TimedOut(what: what)
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw TimedOut(what: what) }
        return result
    }
}

/// Runs a connection for as long as `body` takes, and deletes the named queues afterwards.
func withConnection<Result: Sendable>(
    _ configuration: AMQPConfiguration, topology: AMQPTopology = AMQPTopology(), deleting queues: [String] = [],
    exchanges: [String] = [], _ body: @escaping @Sendable (AMQPConnection) async throws -> Result
) async throws -> Result {
    let connection = AMQPConnection(configuration: configuration, topology: topology, logger: AMQPTestBroker.quiet)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await connection.run() }
        do {
            let result = try await within(.seconds(50), "the test") {
                try await connection.waitUntilReady()
                return try await body(connection)
            }
            for queue in queues { try await connection.deleteQueue(queue) }
            for exchange in exchanges { try await connection.deleteExchange(exchange) }
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }
}

extension AMQPConnection {
    /// Publishes again whatever was not confirmed, until all of it is.
    func publishUntilConfirmed(_ messages: [AMQPMessage]) async throws -> Int {
        var open = messages
        var rounds = 0
        while !open.isEmpty {
            rounds += 1
            let outcomes = await publish(open)
            open = zip(open, outcomes).filter { !$0.1.isConfirmed }.map(\.0)
            try Task.checkCancellation()
        }
        return rounds
    }

    func waitUntil(_ isMet: @Sendable (AMQPConnectionState) -> Bool) async throws {
        for await state in states where isMet(state) { return }
        throw CancellationError()
    }
}

extension AMQPConsumer {
    func waitUntilActive() async throws {
        for await state in states { if case .active = state { return } }
        throw CancellationError()
    }

    /// The next deliveries, at least `count` of them.
    func take(_ count: Int) async throws -> [AMQPDelivery] {
        var taken: [AMQPDelivery] = []
        var iterator = makeAsyncIterator()
        while taken.count < count {
            guard let batch = await iterator.next() else { throw CancellationError() }
            taken += batch
        }
        return taken
    }
}

extension AMQPDelivery {
    var text: String { String(decoding: body, as: UTF8.self) }
}

func texts(_ count: Int, to queue: String, from first: Int = 0) -> [AMQPMessage] {
    (first..<first + count).map {
        AMQPMessage(routingKey: queue, body: Array("\($0)".utf8), properties: AMQPProperties(messageID: "\(queue)-\($0)"))
    }
}
