import AMQP
import Contracts
import DevServices
import Glibc
import Logging
import Postgres
import Testing

/// The broker and the database that all these tests share: starting them takes longer than most tests.
final class PipelineServices: Sendable {
    @TaskLocal static var current: PipelineServices?

    let folder: String
    let rabbitMQ: PrivateRabbitMQ
    let postgres: PrivatePostgres

    private init(folder: String) async throws {
        self.folder = folder
        try Files.makeFolder(folder, mode: 0o711)
        let ports = try PortBook.free(4)
        rabbitMQ = try PrivateRabbitMQ(
            folder: folder + "/rabbitmq", ports: .init(amqp: ports[0], distribution: ports[1], epmd: ports[2]), mark: Self.mark)
        postgres = try await PrivatePostgres(folder: folder + "/postgres", port: ports[3], durability: .relaxed, mark: Self.mark)
    }

    /// By which whoever runs the tests finds what they left behind when they were killed.
    private static var mark: String? { getenv(Leftovers.mark).map { String(cString: $0) } }

    /// Runs the body with both; afterwards they and their folder are gone, whatever happened.
    static func run(_ body: @Sendable (PipelineServices) async throws -> Void) async throws {
        let name = "pipeline-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let services = try await PipelineServices(folder: (TestEnvironment.folder ?? "/tmp") + "/" + name)
        let result: Result<Void, any Error>
        do {
            async let broker: Void = services.rabbitMQ.start()
            try await services.postgres.start()
            try await broker
            result = .success(try await body(services))
        } catch {
            result = .failure(error)
        }
        await services.postgres.stop()
        await services.rabbitMQ.stop()
        try? PrivatePostgres.removeData(folder: services.folder + "/postgres")
        // With a folder of the caller's own the logs stay: it is theirs to keep or remove.
        if TestEnvironment.folder == nil { try? Files.remove(services.folder) } else { try? Files.remove(services.folder + "/rabbitmq") }
        try result.get()
    }

    // MARK: The database

    /// An empty database, by its address.
    func makeDatabase(_ name: String) async throws -> String {
        try await withPool(postgres.url) { pool in _ = try await pool.query("CREATE DATABASE \(identifier: name)") }
        guard let end = postgres.url.lastIndex(of: "/") else { throw PipelineFailure("the database's address has no path") }
        return postgres.url[...end] + name
    }

    func withPool<Value: Sendable>(_ url: String, _ body: @Sendable (PostgresPool) async throws -> Value) async throws -> Value {
        var configuration = try PostgresConfiguration(url)
        configuration.maximumConnections = 1
        let pool = try PostgresPool(configuration, logger: .quiet)
        async let life: Void = pool.run()
        let result: Result<Value, any Error>
        do { result = .success(try await body(pool)) } catch { result = .failure(error) }
        pool.close()
        await life
        return try result.get()
    }

    // MARK: The broker

    /// What waits in the queues, unacknowledged deliveries aside; queues with nothing in them are left out. Nil: the broker
    /// can't be asked.
    func waitingMessages() async throws -> [String: Int] {
        try await withBroker { broker in
            var depths: [String: Int] = [:]
            for queue in Topology.queues {
                let depth = try await broker.queueStatus(queue.name).messages
                if depth > 0 { depths[queue.name] = depth }
            }
            return depths
        }
    }

    /// Empties every queue, so that a failed test leaves nothing to the next one.
    func purge() async throws {
        try await withBroker { broker in
            for queue in Topology.queues { try? await broker.purgeQueue(queue.name) }
        }
    }

    private func withBroker<Value: Sendable>(_ body: @Sendable (AMQPConnection) async throws -> Value) async throws -> Value {
        let connection = AMQPConnection(
            configuration: try AMQPConfiguration(url: rabbitMQ.url, connectionName: "tests"), logger: .quiet)
        async let life: Void = connection.run()
        let result: Result<Value, any Error>
        do { result = .success(try await body(connection)) } catch { result = .failure(error) }
        await connection.close()
        await life
        return try result.get()
    }
}

extension Logger {
    static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}

/// Starts the services once for a suite and all in it.
struct PipelineServicesTrait: SuiteTrait, TestScoping {
    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        try await PipelineServices.run { services in
            try await PipelineServices.$current.withValue(services) { try await function() }
        }
    }
}

extension Trait where Self == PipelineServicesTrait {
    static var pipelineServices: Self { Self() }
}
