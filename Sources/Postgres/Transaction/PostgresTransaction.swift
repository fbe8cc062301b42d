import Synchronization

/// A transaction under way; see ``PostgresPool/transaction(_:isolation:access:retry:_:)``.
public final class PostgresTransaction: Sendable {
    private struct State {
        var plan: TransactionPlan
        var lease: Lease?
        var isBusy = false
    }

    private let pool: PostgresPool
    private let state: Mutex<State>

    init(pool: PostgresPool, plan: TransactionPlan) {
        self.pool = pool
        state = Mutex(State(plan: plan))
    }

    /// Runs one statement and awaits its result.
    @discardableResult
    public func query(_ query: PostgresQuery, timeout: Duration? = nil) async throws -> PostgresResult {
        try PostgresPool.only(await pipeline([query], timeout: timeout))
    }

    /// Runs statements in one round trip; the transaction's first one carries BEGIN along. After an error the
    /// transaction, or the savepoint around it, can only be rolled back.
    @discardableResult
    public func pipeline(_ queries: [PostgresQuery], timeout: Duration? = nil) async throws -> [PostgresResult] {
        if queries.isEmpty { return [] }
        return try await exchange { try $0.roundTrip(queries, timeout: timeout) }
    }

    /// Sends a statement together with COMMIT, in the order of the calls. Its error is thrown by the transaction itself;
    /// its result is not seen.
    public func atCommit(_ query: PostgresQuery) throws {
        try state.withLock { try $0.plan.atCommit(query) }
    }

    /// Runs the closure within a savepoint: if it throws, what it did, and what it queued with ``atCommit(_:)``, is undone,
    /// the error is thrown on, and the transaction can go on. The savepoint costs no round trip of its own.
    @discardableResult
    public func savepoint<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        let mark = try state.withLock { try $0.plan.beginSavepoint() }
        do {
            let value = try await body()
            try state.withLock { try $0.plan.release(mark) }
            return value
        } catch {
            state.withLock { $0.plan.rollBack(to: mark) }
            throw error
        }
    }

    /// Runs a text of any number of statements without parameters. The caller vouches for the text, and that it does not
    /// end the transaction.
    public func script(unsafeSQL sql: String, timeout: Duration? = nil) async throws {
        if let control = try state.withLock({ try $0.plan.beforeScript() }) { _ = try await exchange { _ in control } }
        _ = try await exchange { _ in Batch(statements: [], effect: .open, script: sql, timeout: timeout) }
    }

    private func exchange(_ makeBatch: @Sendable (inout TransactionPlan) throws -> Batch) async throws -> [PostgresResult] {
        let (batch, lease) = try state.withLock { state in
            // Whichever of two came first would carry BEGIN, and each would look for a connection.
            if state.isBusy { throw PostgresError(.misuse, "a transaction sends one round trip at a time; use pipeline") }
            let batch = try makeBatch(&state.plan)
            state.isBusy = true
            return (batch, state.lease)
        }
        let outcome = await pool.submit(batch, lease: lease, keepsLease: true)
        state.withLock { state in
            state.isBusy = false
            state.lease = outcome.lease
            if case .failure(let error) = outcome.result { state.plan.finished(error) }
        }
        return try outcome.result.get()
    }

    // MARK: The end

    func commit() async throws {
        let (batch, lease) = try state.withLock { state in
            if state.isBusy { throw PostgresError(.misuse, "a statement of the transaction is still running at its end") }
            return (try state.plan.commit(), state.lease)
        }
        guard let batch else { return }
        let outcome = await pool.submit(batch, lease: lease, keepsLease: false)
        state.withLock { state in
            state.lease = outcome.lease
            if case .failure(let error) = outcome.result { state.plan.finished(error) }
        }
        _ = try outcome.result.get()
    }

    /// Rolls back, if there is anything to roll back, without waiting for it.
    func abandon() {
        let lease = state.withLock { state in
            state.plan.end()
            defer { state.lease = nil }
            return state.lease
        }
        if let lease { pool.release(lease) }
    }

    var failure: PostgresError? { state.withLock { $0.plan.failure } }
}
