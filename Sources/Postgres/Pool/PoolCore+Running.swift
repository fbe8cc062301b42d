import Logging

/// Running batches on connections that are lent out.
extension PoolCore {
    /// How long a COMMIT that was cancelled or timed out may still take to answer before its outcome counts as unknown.
    private static let commitGrace: Nanoseconds = 5_000_000_000
    /// How long our own ROLLBACK may take.
    private static let rollbackTimeout: Nanoseconds = 30_000_000_000

    func start(_ request: Request, _ continuation: OutcomeContinuation, on connection: Connection) {
        let lease = request.keepsLease ? connection.lease : nil
        if request.batch.isEmpty {
            answer(continuation, .success([]), lease: lease)
            if !request.keepsLease { release(connection) }
            return
        }
        let isScriptRunning = connection.firstActive { $0.batch.script != nil } != nil
        if isScriptRunning || request.batch.script != nil && !connection.isQuiet {
            let error = PostgresError(.misuse, "a script runs alone on its connection")
            return answer(continuation, .failure(error), lease: lease)
        }
        let timeout = (request.batch.timeout ?? configuration.queryTimeout)?.nanoseconds
        send(
            ActiveUnit(
                batch: request.batch, request: request, continuation: continuation, started: now,
                deadline: timeout.map { now + $0 } ?? .max),
            on: connection)
    }

    private func send(_ unit: ActiveUnit, on connection: Connection) {
        if let error = connection.send(unit) { lost(connection, error) }
    }

    func handleEvent(of id: Connection.ID) {
        guard let connection = connection(id) else { return }
        switch connection.phase {
        case .resolving, .ending: return
        case .connecting: return continueConnecting(connection)
        case .ready: break
        }
        var finished: [ActiveUnit] = []
        let error = connection.receive { finished.append($0) }
        for unit in finished { complete(unit, on: connection, isAlive: error == nil) }
        if let error, connection.phase == .ready { lost(connection, error) }
    }

    private func complete(_ unit: ActiveUnit, on connection: Connection, isAlive: Bool) {
        guard let request = unit.request, let continuation = unit.continuation else {
            if connection.isReleasing, isAlive {
                // Trying again would fail again.
                if unit.error != nil { connection.mustClose = true }
                release(connection)
            }
            return
        }
        if let error = unit.error, error.isStalePlan {
            connection.forgetStatements()
            metrics.countReprepared()
            // By itself it is a transaction that was rolled back, so it can simply be run again.
            if unit.batch.effect == .autocommit, unit.batch.script == nil, !unit.isSecondAttempt, unit.givenUp == nil, isAlive,
                connection.isQuiet, connection.transactionStatus == .idle
            {
                unit.results = []
                unit.error = nil
                unit.isSecondAttempt = true
                return send(unit, on: connection)
            }
        }
        record(unit, unit.error)
        var result = unit.error.map { Result<[PostgresResult], PostgresError>.failure($0) } ?? .success(unit.results)
        if unit.givenUp != nil {
            connection.mustClose = true
            if case .failure(let error) = result, error.sqlState == "57014", let reason = unit.givenUp { result = .failure(reason) }
        }
        let staysLent = request.keepsLease && isAlive && unit.givenUp == nil && !connection.isReleasing
        answer(continuation, result, lease: staysLent ? connection.lease : nil)
        if isAlive, !staysLent { release(connection) }
    }

    func record(_ unit: ActiveUnit, _ error: PostgresError?) {
        metrics.record(operation: unit.batch.operationName, duration: now - unit.started, error: error)
    }

    /// Takes a connection back: waits for what is on its way, ends an open transaction, then gives it to the next.
    func release(_ connection: Connection) {
        connection.lease = nil
        connection.isReleasing = true
        guard connection.phase == .ready, connection.isQuiet else { return }
        if connection.mustClose { return end(connection, because: Self.cancelled) }
        switch connection.transactionStatus {
        case .idle:
            connection.isReleasing = false
            pool.release(connection.id, now: now)
            carryOut()
        case .open, .failed:
            // Not prepared: what led here may be that prepared statements are gone.
            let rollback = Batch(statements: [PostgresQuery(unsafeSQL: "ROLLBACK").unprepared()], returned: 0..<0, effect: .open)
            send(ActiveUnit(batch: rollback, started: now, deadline: now + Self.rollbackTimeout), on: connection)
        case .unusable:
            end(connection, because: PostgresError(.connection, "unusable after its last statement"))
        }
    }

    /// The caller of a request on its way wants it no more. It is stopped on the server and its connection is closed.
    /// Only a COMMIT is still waited for, since nobody else will learn what became of it.
    func giveUp(_ connection: Connection, request id: UInt64, _ reason: PostgresError) {
        guard let unit = connection.firstActive(where: { $0.request?.id == id }), unit.givenUp == nil else { return }
        logger.debug("statement given up", metadata: ["reason": "\(reason)", "connection": "\(connection.id)"])
        guard unit.batch.isCommit else { return end(connection, because: reason) }
        unit.givenUp = reason
        unit.deadline = now + Self.commitGrace
        if let cancel = connection.cancelHandle() { _ = deliver(cancel, for: connection.id) }
    }
}
