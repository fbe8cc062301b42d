import Glibc
import Logging
import Postgres
import Synchronization
import Testing

/// The server that the tests run against.
enum TestServer {
    static let url: String? = getenv("SWITCHBOARD_TEST_POSTGRES_URL").map { String(cString: $0) }
    static let isMissing: Comment = "SWITCHBOARD_TEST_POSTGRES_URL is not set"

    static func configuration(schema: String? = nil) throws -> PostgresConfiguration {
        var parameters = try ConnectionParameters(try #require(url))
        if let schema { try parameters.set("options", "-c search_path=\(schema),public") }
        var configuration = PostgresConfiguration(connection: parameters)
        configuration.maximumConnections = 4
        configuration.acquireTimeout = .seconds(20)
        configuration.backoffInitial = .milliseconds(20)
        configuration.closeTimeout = .seconds(2)
        return configuration
    }
}

/// Runs the body with a pool, and ends the pool's life properly afterwards.
func withPool<Value: Sendable>(
    _ configuration: PostgresConfiguration, _ body: @Sendable (PostgresPool) async throws -> Value
) async throws -> Value {
    var logger = Logger(label: "test")
    logger.logLevel = .error
    let pool = try PostgresPool(configuration, logger: logger)
    let service = Task { await pool.run() }
    let result: Result<Value, any Error>
    do { result = .success(try await body(pool)) } catch { result = .failure(error) }
    pool.close()
    await service.value
    return try result.get()
}

/// Runs the body with a pool whose search path starts with a schema of the test's own, which is dropped afterwards.
func withSchema<Value: Sendable>(
    _ change: @Sendable (inout PostgresConfiguration) throws -> Void = { _ in },
    _ body: @Sendable (PostgresPool) async throws -> Value
) async throws -> Value {
    let schema = "test_\(UInt64.random(in: 0 ... .max))"
    var configuration = try TestServer.configuration(schema: schema)
    try change(&configuration)
    let direct = try TestServer.configuration()
    try await withPool(direct) { _ = try await $0.query("CREATE SCHEMA \(identifier: schema)") }
    let result: Result<Value, any Error>
    do { result = .success(try await withPool(configuration, body)) } catch { result = .failure(error) }
    try await withPool(direct) { _ = try await $0.query("DROP SCHEMA \(identifier: schema) CASCADE") }
    return try result.get()
}

/// Asks until the answer is yes, for at most 20 s.
func eventually(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: @Sendable () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(20)
    while clock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(2))
    }
    Issue.record("never: \(what)", sourceLocation: sourceLocation)
    throw CancellationError()
}

/// The PostgresError that the body throws.
func postgresError(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: @Sendable () async throws -> Void
) async throws -> PostgresError {
    do {
        try await body()
    } catch let error as PostgresError {
        return error
    }
    Issue.record("no error was thrown", sourceLocation: sourceLocation)
    throw CancellationError()
}

/// Counts from several tasks.
final class Counter: Sendable {
    private let count = Atomic(0)

    @discardableResult
    func increment() -> Int { count.add(1, ordering: .relaxed).newValue }

    var value: Int { count.load(ordering: .relaxed) }
}
