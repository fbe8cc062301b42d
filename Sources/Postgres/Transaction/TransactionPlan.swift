/// What a transaction sends when: BEGIN with the first round trip, savepoints with the next one, COMMIT with the last.
///
/// A value without I/O: it makes batches and is told how they ended.
package struct TransactionPlan {
    private enum Phase {
        /// BEGIN has not been sent.
        case fresh
        case open
        /// A statement failed; until the transaction, or the savepoint around it, is rolled back nothing can be sent.
        case failed(PostgresError)
        /// No savepoint can mend it: connection lost, or the failure cannot be placed.
        case broken(PostgresError)
        case ended
    }

    package struct Savepoint: Sendable {
        fileprivate var name: String
        fileprivate var roundTrip: Int
        fileprivate var prefixIndex: Int
        fileprivate var queuedCount: Int
    }

    private var phase = Phase.fresh
    private let begin: PostgresQuery
    /// Transaction control to be sent before the next statements.
    private var prefix: [PostgresQuery] = []
    /// Statements to be sent with COMMIT.
    private var queued: [PostgresQuery] = []
    private var roundTrips = 0
    private var depth = 0
    private let operation: String?

    package init(isolation: PostgresIsolation? = nil, access: PostgresAccess? = nil, operation: String? = nil) {
        var sql = "BEGIN"
        switch isolation {
        case nil: break
        case .readCommitted: sql += " ISOLATION LEVEL READ COMMITTED"
        case .repeatableRead: sql += " ISOLATION LEVEL REPEATABLE READ"
        case .serializable: sql += " ISOLATION LEVEL SERIALIZABLE"
        }
        switch access {
        case nil: break
        case .readWrite: sql += " READ WRITE"
        case .readOnly: sql += " READ ONLY"
        }
        begin = PostgresQuery(unsafeSQL: sql)
        self.operation = operation
    }

    /// The error that made the transaction fail, unless a savepoint mended it.
    package var failure: PostgresError? {
        switch phase {
        case .failed(let error), .broken(let error): error
        default: nil
        }
    }

    /// The batch that sends these statements, and whatever has to go before them.
    package mutating func roundTrip(_ queries: [PostgresQuery], timeout: Duration? = nil) throws -> Batch {
        try checkUsable()
        let control = takeControl()
        return Batch(
            statements: control + queries, returned: control.count..<control.count + queries.count, effect: .open,
            timeout: timeout, operation: operation)
    }

    /// What has to be sent before a script, which cannot be sent together with anything; nil when there is nothing.
    package mutating func beforeScript() throws -> Batch? {
        try checkUsable()
        let control = takeControl()
        return control.isEmpty ? nil : Batch(statements: control, returned: 0..<0, effect: .open, operation: operation)
    }

    package mutating func finished(_ error: PostgresError?) {
        guard let error else { return }
        // What was given up before it was sent has changed nothing.
        if error.code == .misuse { return }
        if error.code == .server, error.statementIndex != nil { phase = .failed(error) } else { phase = .broken(error) }
    }

    package mutating func atCommit(_ query: PostgresQuery) throws {
        try checkUsable()
        queued.append(query)
    }

    /// The last batch: queued statements and COMMIT. Nil when nothing was ever asked, so that nothing has to be sent.
    package mutating func commit(timeout: Duration? = nil) throws -> Batch? {
        if let failure { throw failure }
        try checkUsable()
        if case .fresh = phase, queued.isEmpty {
            phase = .ended
            return nil
        }
        let control = takeControl()
        phase = .ended
        let statements = control + queued + ["COMMIT"]
        return Batch(
            statements: statements, returned: control.count..<control.count + queued.count,
            effect: .commit(statement: statements.count - 1), timeout: timeout, operation: operation)
    }

    package mutating func end() { phase = .ended }

    // MARK: Savepoints

    package mutating func beginSavepoint() throws -> Savepoint {
        try checkUsable()
        depth += 1
        let mark = Savepoint(name: "sp\(depth)", roundTrip: roundTrips, prefixIndex: prefix.count, queuedCount: queued.count)
        prefix.append(PostgresQuery(unsafeSQL: "SAVEPOINT \(mark.name)"))
        return mark
    }

    package mutating func release(_ mark: Savepoint) throws {
        if let failure { throw failure }
        try checkUsable()
        depth -= 1
        if mark.roundTrip == roundTrips {
            prefix.removeSubrange(mark.prefixIndex...)
        } else {
            prefix.append(PostgresQuery(unsafeSQL: "RELEASE SAVEPOINT \(mark.name)"))
        }
    }

    package mutating func rollBack(to mark: Savepoint) {
        depth -= 1
        queued.removeSubrange(min(mark.queuedCount, queued.count)...)
        switch phase {
        case .broken, .ended: return
        case .failed: phase = .open
        case .fresh, .open: break
        }
        if mark.roundTrip == roundTrips {
            prefix.removeSubrange(mark.prefixIndex...)
        } else {
            // What was waiting to be sent belongs to the part that is undone.
            prefix = [
                PostgresQuery(unsafeSQL: "ROLLBACK TO SAVEPOINT \(mark.name)"),
                PostgresQuery(unsafeSQL: "RELEASE SAVEPOINT \(mark.name)"),
            ]
        }
    }

    // MARK: Rules

    private func checkUsable() throws {
        switch phase {
        case .fresh, .open: return
        case .failed(let error), .broken(let error):
            throw PostgresError(.misuse, "the transaction has failed; nothing more can be sent in it", cause: error)
        case .ended: throw PostgresError(.misuse, "the transaction is over")
        }
    }

    private mutating func takeControl() -> [PostgresQuery] {
        defer { prefix.removeAll() }
        roundTrips += 1
        guard case .fresh = phase else { return prefix }
        phase = .open
        return [begin] + prefix
    }
}
