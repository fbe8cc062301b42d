extension PostgresPool {
    /// Runs the closure in a transaction: commits when it returns, rolls back when it throws, and runs it again when the
    /// server says that this can help (see ``PostgresRetryPolicy``). The closure must therefore have no lasting effect
    /// elsewhere.
    ///
    /// BEGIN goes with the first statements and COMMIT with the last, so that this takes exactly two round trips:
    ///
    ///     try await pool.transaction("handle") { transaction in
    ///         let results = try await transaction.pipeline([insertIfNew, lockAndRead])    // BEGIN, both
    ///         let next = compute(results)
    ///         try transaction.atCommit("UPDATE … \(next)")                                // both,
    ///         try transaction.atCommit("INSERT …")                                        // COMMIT
    ///     }
    ///
    /// - Parameters:
    ///   - name: what metrics call its round trips; nil: made from the keywords.
    ///   - isolation: nil: the server's default, read committed unless it was changed.
    ///   - access: nil: the server's default, read-write unless it was changed.
    /// - Throws: what the closure throws, or the ``PostgresError`` that kept it from committing;
    ///   ``PostgresError/Code/commitOutcomeUnknown`` when nobody can say whether it did.
    @discardableResult
    public func transaction<Value: Sendable>(
        _ name: String? = nil, isolation: PostgresIsolation? = nil, access: PostgresAccess? = nil,
        retry: PostgresRetryPolicy = .standard,
        _ body: @Sendable (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        var attempt = 1
        while true {
            let transaction = PostgresTransaction(pool: self, plan: TransactionPlan(isolation: isolation, access: access, operation: name))
            do {
                let value = try await body(transaction)
                try await transaction.commit()
                return value
            } catch {
                // What the database said counts, even if the closure turned it into something else.
                let reason = transaction.failure ?? (error as? PostgresError)
                transaction.abandon()
                guard let reason, reason.code != .commitOutcomeUnknown, retry.covers(reason), attempt < retry.maximumAttempts,
                    !Task.isCancelled
                else { throw error }
                try await Task.sleep(for: retry.pause(after: attempt, fraction: .random(in: 0..<1)))
                attempt += 1
            }
        }
    }
}
