import Glibc
public import Logging
import Synchronization

/// A pool of connections to one PostgreSQL database.
///
/// All connections live on one I/O thread of the pool's own; callers only await. ``run()`` must be running for anything
/// to be answered:
///
///     let pool = try PostgresPool(PostgresConfiguration("postgres://app@localhost/app"), logger: logger)
///     async let service: Void = pool.run()
///     let rows = try await pool.query("SELECT id, name FROM bots WHERE owner = \(owner)")
///     for (id, name) in try rows.decode((Int64, String?).self) { … }
///
/// Cancelling the task of a query cancels it on the server and closes its connection.
public final class PostgresPool: Sendable {
    public let configuration: PostgresConfiguration

    private let inbox: Inbox<Command>
    private let shared = PoolShared()
    private let lastID = Atomic<UInt64>(0)

    /// Starts the I/O thread; connections are opened by ``run()``. Throws ``PostgresError/Code/configuration`` for settings
    /// that cannot work.
    public init(_ configuration: PostgresConfiguration, logger: Logger = Logger(label: "postgres")) throws {
        let configuration = try configuration.validated()
        let inbox = try Inbox<Command>()
        self.configuration = configuration
        self.inbox = inbox
        // Made and thrown away here, so that running out of descriptors is an error now and not on the thread.
        _ = try Poller(wakeup: inbox.wakeup)
        try Threads.start(name: "postgres-io") { [shared] in
            do {
                let poller = try Poller(wakeup: inbox.wakeup)
                PoolCore(configuration: configuration, logger: logger, inbox: inbox, shared: shared, poller: poller).run()
            } catch {
                logger.critical("the PostgreSQL thread could not start", metadata: ["error": "\(error)"])
                PoolCore.refuseAll(inbox)
            }
        }
    }

    deinit { _ = inbox.send(.stop) }

    // MARK: Life

    /// Keeps the pool's connections up until the task is cancelled or ``close()`` is called, then closes gracefully:
    /// whoever waits is refused, connections in use get the configuration's close time-out. Returns when all are closed.
    public func run() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !inbox.send(.run(continuation)) { continuation.resume() }
            }
        } onCancel: {
            close()
        }
    }

    /// Begins to close; ``run()`` returns when it is done. May be called more than once.
    public func close() { _ = inbox.send(.stop) }

    /// Returns once the first connection stands. Waits as long as that takes; cancel the task to stop waiting.
    public func waitUntilReady() async throws {
        let id = nextID()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !inbox.send(.awaitReady(id, continuation)) { continuation.resume(returning: .failure(Self.closed)) }
                // A cancellation from before has found nobody waiting.
                if Task.isCancelled { _ = inbox.send(.cancel(id)) }
            }
        } onCancel: {
            _ = inbox.send(.cancel(id))
        }
        try result.get()
    }

    /// A moment's view of the pool, for health pages.
    public struct Status: Sendable {
        /// Connections nobody uses.
        public var idle: Int
        /// Connections in use.
        public var used: Int
        /// Callers that wait for a connection.
        public var waiting: Int
        /// Whether a connection has ever been made.
        public var hasConnected: Bool
        /// Why the last attempt to connect failed; nil after a success.
        public var connectError: PostgresError?
        /// At least one connection stands.
        public var isHealthy: Bool { idle + used > 0 }
    }

    public var status: Status { shared.status }

    // MARK: Statements

    /// Runs one statement, in a transaction of its own.
    ///
    /// - Parameter timeout: how long the answer may take; nil: ``PostgresConfiguration/queryTimeout``.
    @discardableResult
    public func query(_ query: PostgresQuery, timeout: Duration? = nil) async throws -> PostgresResult {
        try Self.only(await pipeline([query], timeout: timeout))
    }

    /// Runs statements in one round trip and one transaction: if one fails, none takes effect, and the error's
    /// ``PostgresError/statementIndex`` says which.
    ///
    /// - Parameter operation: their name in metrics; nil: made from their keywords.
    @discardableResult
    public func pipeline(
        _ queries: [PostgresQuery], operation: String? = nil, timeout: Duration? = nil
    ) async throws -> [PostgresResult] {
        if queries.isEmpty { return [] }
        return try await submit(Batch(statements: queries, timeout: timeout, operation: operation)).result.get()
    }

    /// Lends a connection for the closure's duration. A transaction left open is rolled back.
    ///
    /// - Parameter discard: closes the connection afterwards, for those who change the session (`SET`, temporary tables).
    @discardableResult
    public func withConnection<Value: Sendable>(
        discard: Bool = false, _ body: @Sendable (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let outcome = await submit(.nothing, keepsLease: true)
        _ = try outcome.result.get()
        guard let lease = outcome.lease else { throw Self.closed }
        let connection = PostgresConnection(pool: self, lease: lease)
        defer { connection.end(discard: discard) }
        return try await body(connection)
    }

    // MARK: Way to the I/O thread

    func submit(_ batch: Batch, lease: Lease? = nil, keepsLease: Bool = false) async -> Outcome {
        if let error = batch.problem { return Outcome(lease: lease, result: .failure(error)) }
        let request = Request(id: nextID(), lease: lease, batch: batch, keepsLease: keepsLease)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !inbox.send(.submit(request, continuation)) {
                    continuation.resume(returning: Outcome(lease: nil, result: .failure(Self.closed)))
                }
            }
        } onCancel: {
            request.isCancelled.store(true, ordering: .relaxed)
            _ = inbox.send(.cancel(request.id))
        }
    }

    func release(_ lease: Lease, discard: Bool = false) { _ = inbox.send(.release(lease, discard: discard)) }

    static func only(_ results: [PostgresResult]) throws -> PostgresResult {
        guard let result = results.first else { throw PostgresError(.protocolViolation, "a statement without a result") }
        return result
    }

    private func nextID() -> UInt64 { lastID.wrappingAdd(1, ordering: .relaxed).newValue }

    static var closed: PostgresError { PostgresError(.poolClosed, "the pool is closed") }
}

extension PoolCore {
    /// Answers everybody when there is no I/O thread to do it.
    static func refuseAll(_ inbox: Inbox<Command>) {
        for command in inbox.closeAndTakeAll() {
            switch command {
            case .submit(_, let continuation): continuation.resume(returning: Outcome(lease: nil, result: .failure(PostgresPool.closed)))
            case .run(let continuation): continuation.resume()
            case .awaitReady(_, let continuation): continuation.resume(returning: .failure(PostgresPool.closed))
            case .cancel, .release, .stop, .resolved, .cancelDelivered: break
            }
        }
    }
}

extension Batch {
    /// What the protocol has no way to express; found before anything is sent.
    var problem: PostgresError? {
        for query in statements {
            // The count travels as 16 bits.
            if query.parameters.count > 65_535 {
                return PostgresError(
                    .misuse, "\(query.parameters.count) parameters; a statement takes at most 65535 (use arrays and UNNEST)")
            }
            if query.sql.containsNUL { return PostgresError(.misuse, "SQL text with a NUL in it") }
        }
        if let script, script.containsNUL { return PostgresError(.misuse, "SQL text with a NUL in it") }
        return nil
    }
}

extension String {
    /// A C string would end there.
    fileprivate var containsNUL: Bool {
        utf8.withContiguousStorageIfAvailable { buffer in buffer.baseAddress.map { memchr($0, 0, buffer.count) != nil } ?? false }
            ?? utf8.contains(0)
    }
}
