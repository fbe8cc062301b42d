import Synchronization

/// One connection, lent by ``PostgresPool/withConnection(discard:_:)`` for the duration of its closure.
///
/// Statements sent from several tasks at once are pipelined in the order in which they are sent.
public final class PostgresConnection: Sendable {
    private let pool: PostgresPool
    private let lease: Mutex<Lease?>

    init(pool: PostgresPool, lease: Lease) {
        self.pool = pool
        self.lease = Mutex(lease)
    }

    /// As ``PostgresPool/query(_:timeout:)``, on this connection.
    @discardableResult
    public func query(_ query: PostgresQuery, timeout: Duration? = nil) async throws -> PostgresResult {
        try PostgresPool.only(await pipeline([query], timeout: timeout))
    }

    /// As ``PostgresPool/pipeline(_:operation:timeout:)``, on this connection.
    @discardableResult
    public func pipeline(
        _ queries: [PostgresQuery], operation: String? = nil, timeout: Duration? = nil
    ) async throws -> [PostgresResult] {
        if queries.isEmpty { return [] }
        return try await run(Batch(statements: queries, timeout: timeout, operation: operation))
    }

    /// Runs a text of any number of statements without parameters; results are dropped. Nothing else may run on the
    /// connection meanwhile. The caller vouches for the text.
    public func script(unsafeSQL sql: String, timeout: Duration? = nil) async throws {
        _ = try await run(Batch(statements: [], script: sql, timeout: timeout))
    }

    private func run(_ batch: Batch) async throws -> [PostgresResult] {
        guard let current = lease.withLock({ $0 }) else {
            throw PostgresError(.connection, "the connection was given back or lost")
        }
        let outcome = await pool.submit(batch, lease: current, keepsLease: true)
        if outcome.lease == nil { lease.withLock { $0 = nil } }
        return try outcome.result.get()
    }

    func end(discard: Bool) {
        let last = lease.withLock { lease in
            defer { lease = nil }
            return lease
        }
        if let last { pool.release(last, discard: discard) }
    }
}
