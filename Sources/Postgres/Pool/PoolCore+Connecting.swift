import Logging

/// Opening and closing connections.
extension PoolCore {
    /// How long a connection is kept for the request to cancel what it was running.
    private static let cancelTimeout: Nanoseconds = 5_000_000_000

    func connect(_ id: Connection.ID) {
        let connection = Connection(
            id: id, poller: poller, statementCacheSize: configuration.statementCacheSize, begun: now,
            deadline: now + configuration.connectTimeout.nanoseconds)
        connections.append(connection)
        let names = HostResolver.names(in: configuration.connection)
        if names.isEmpty { return open(connection, []) }
        do {
            try Threads.start(name: "postgres-dns") { [inbox] in
                let addresses = Result { () throws(PostgresError) in try HostResolver.resolve(names) }
                _ = inbox.send(.resolved(id, addresses))
            }
        } catch {
            connectFailed(connection, error as? PostgresError ?? PostgresError(.connection, "no thread", cause: error))
        }
    }

    func resolved(_ id: Connection.ID, _ addresses: Result<[HostAddress], PostgresError>) {
        // It may have timed out meanwhile.
        guard let connection = connection(id), connection.phase == .resolving else { return }
        switch addresses {
        case .success(let addresses): open(connection, addresses)
        case .failure(let error): connectFailed(connection, error)
        }
    }

    private func open(_ connection: Connection, _ addresses: [HostAddress]) {
        progress(connection, connection.open(configuration.connection.libpqValues().replacingHosts(with: addresses)))
    }

    func continueConnecting(_ connection: Connection) { progress(connection, connection.continueConnecting()) }

    private func progress(_ connection: Connection, _ progress: Connection.ConnectProgress) {
        switch progress {
        case .waiting: break
        case .failed(let error): connectFailed(connection, error)
        case .ready:
            logger.debug("connected", metadata: ["server": "\(connection.serverDescription)", "connection": "\(connection.id)"])
            metrics.recordCreation(now - connection.begun)
            noteConnectError(nil)
            pool.connected(connection.id, now: now)
            carryOut()
        }
    }

    private func connectFailed(_ connection: Connection, _ error: PostgresError) {
        connection.finish()
        connections.removeAll { $0 === connection }
        // Once, and again only when the reason changes: the attempts go on for as long as the server is away.
        let isNews = lastConnectError?.message != error.message
        logger.log(level: isNews ? .warning : .debug, "cannot connect to PostgreSQL", metadata: ["error": "\(error)"])
        noteConnectError(error)
        pool.connectFailed(connection.id, now: now)
        carryOut()
    }

    /// The connection broke by itself.
    func lost(_ connection: Connection, _ error: PostgresError) {
        metrics.countLost()
        logger.info("connection lost", metadata: ["error": "\(error)", "connection": "\(connection.id)"])
        connection.beginEnding()
        answerLost(connection, error)
        connection.finish()
        remove(connection)
    }

    /// Closes a connection; what is still running on the server is cancelled there first, from another thread, because
    /// a server notices a closed socket only when it next writes to it.
    func end(_ connection: Connection, because error: PostgresError) {
        guard connection.phase != .ending else { return }
        let isRunning = connection.phase == .ready && !connection.isQuiet
        let wasConnecting = connection.phase == .connecting || connection.phase == .resolving
        connection.beginEnding()
        connection.phaseDeadline = now + Self.cancelTimeout
        pool.beginClosing(connection.id)
        answerLost(connection, error)
        if isRunning, let cancel = connection.cancelHandle(), deliver(cancel, for: connection.id) { return }
        if wasConnecting { logger.debug("gave up connecting", metadata: ["connection": "\(connection.id)"]) }
        connection.finish()
        remove(connection)
    }

    /// False when there is no thread for it.
    func deliver(_ cancel: CancelHandle, for id: Connection.ID) -> Bool {
        do {
            try Threads.start(name: "postgres-cancel") { [inbox] in
                cancel.deliver()
                _ = inbox.send(.cancelDelivered(id))
            }
            return true
        } catch {
            cancel.discard()
            return false
        }
    }

    func cancelDelivered(_ id: Connection.ID) {
        // One whose COMMIT is awaited is still in use and ends by itself.
        guard let connection = connection(id), connection.phase == .ending else { return }
        connection.finish()
        remove(connection)
    }

    private func remove(_ connection: Connection) {
        connections.removeAll { $0 === connection }
        pool.closed(connection.id, now: now)
        carryOut()
    }

    private func answerLost(_ connection: Connection, _ reason: PostgresError) {
        for (unit, loss) in connection.takeLost() {
            guard let continuation = unit.continuation else { continue }
            if loss == .committed {
                record(unit, nil)
                answer(continuation, .success(unit.results), lease: nil)
                continue
            }
            var error = unit.error ?? unit.givenUp ?? reason
            switch loss {
            case .commitUnknown:
                error = PostgresError(
                    .commitOutcomeUnknown, "COMMIT was sent and not answered: the transaction may have taken effect", cause: error)
                error.mayHaveExecuted = true
            case .mayHaveExecuted: error.mayHaveExecuted = true
            case .noEffect, .committed: break
            }
            record(unit, error)
            answer(continuation, .failure(error), lease: nil)
        }
    }

    func deadlinePassed(_ connection: Connection) {
        switch connection.phase {
        case .resolving, .connecting:
            connectFailed(connection, PostgresError(.connection, "no connection within \(configuration.connectTimeout)"))
        case .ready:
            guard let unit = connection.firstActive(where: { $0.deadline <= now }) else { return }
            let error = PostgresError(.timeout, "no answer within \(unit.batch.timeout ?? configuration.queryTimeout ?? .zero)")
            if let id = unit.request?.id, unit.givenUp == nil {
                giveUp(connection, request: id, error)
            } else {
                end(connection, because: unit.givenUp ?? error)
            }
        case .ending: cancelDelivered(connection.id)
        }
    }
}
