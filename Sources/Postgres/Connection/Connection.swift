import CPostgres
import DequeModule

/// One libpq connection. Confined to the I/O thread: it is not Sendable, and ``PoolCore``, its only owner, is created
/// on that thread and never leaves it.
final class Connection {
    typealias ID = PoolStateMachine.ConnectionID

    enum Phase { case resolving, connecting, ready, ending }

    let id: ID
    private let poller: Poller
    private var pg: OpaquePointer?
    private var isWatchingWrites = false
    private(set) var phase = Phase.resolving
    private var pipeline = PipelineStateMachine()
    private var cache: StatementCache
    /// Statements prepared earlier are in doubt; they are dropped before the next use outside a transaction.
    private var mustForgetStatements = false
    private var active: Deque<ActiveUnit> = []

    /// When connecting began.
    let begun: Nanoseconds
    /// When connecting, or ending, has to be over.
    var phaseDeadline: Nanoseconds
    var lease: Lease?
    /// The lease has ended; what is still on its way is awaited, then the connection goes back.
    var isReleasing = false
    /// It must not be used by anybody else.
    var mustClose = false

    init(id: ID, poller: Poller, statementCacheSize: Int, begun: Nanoseconds, deadline: Nanoseconds) {
        self.id = id
        self.begun = begun
        self.poller = poller
        cache = StatementCache(capacity: statementCacheSize)
        phaseDeadline = deadline
    }

    deinit { if let pg { PQfinish(pg) } }

    // MARK: Opening and closing

    enum ConnectProgress { case waiting, ready, failed(PostgresError) }

    func open(_ parameters: [(keyword: String, value: String)]) -> ConnectProgress {
        pg = CStrings.withArrays(parameters) { PQconnectStartParams($0, $1, 0) }
        guard pg != nil else { return .failed(PostgresError(.connection, "libpq is out of memory")) }
        cpostgres_silence_notices(pg)
        guard PQstatus(pg) != CONNECTION_BAD else { return .failed(lastError()) }
        phase = .connecting
        poller.watch(PQsocket(pg), for: .write, token: id)
        return .waiting
    }

    func continueConnecting() -> ConnectProgress {
        let before = PQsocket(pg)
        switch PQconnectPoll(pg) {
        case PGRES_POLLING_OK:
            guard PQsetnonblocking(pg, 1) == 0, PQenterPipelineMode(pg) == 1 else { return .failed(lastError()) }
            phase = .ready
            poller.watch(PQsocket(pg), for: .read, token: id)
            return .ready
        case PGRES_POLLING_READING: poller.watch(PQsocket(pg), for: .read, token: id)
        case PGRES_POLLING_WRITING: poller.watch(PQsocket(pg), for: .write, token: id)
        default:
            if PQsocket(pg) == before, before >= 0 { poller.forget(before) }
            return .failed(lastError())
        }
        return .waiting
    }

    /// Stops listening to it. What is still on its way is the caller's to answer; see ``takeLost()``.
    func beginEnding() {
        phase = .ending
        if PQsocket(pg) >= 0 { poller.forget(PQsocket(pg)) }
    }

    func finish() {
        phase = .ending
        if let pg { PQfinish(pg) }
        pg = nil
    }

    /// For another thread to ask the server to stop; nil when there is nothing to ask.
    func cancelHandle() -> CancelHandle? { pg.flatMap { PQgetCancel($0) }.map(CancelHandle.init) }

    var serverDescription: String {
        let host = PQhost(pg).map { String(cString: $0) } ?? "?"
        return "\(host):\(PQport(pg).map { String(cString: $0) } ?? "?"), backend \(PQbackendPID(pg))"
    }

    // MARK: State

    enum TransactionStatus { case idle, open, failed, unusable }

    var transactionStatus: TransactionStatus {
        switch PQtransactionStatus(pg) {
        case PQTRANS_IDLE: .idle
        case PQTRANS_INTRANS: .open
        case PQTRANS_INERROR: .failed
        default: .unusable
        }
    }

    var isQuiet: Bool { active.isEmpty }

    var nextDeadline: Nanoseconds {
        if phase != .ready { return phaseDeadline }
        var earliest = Nanoseconds.max
        for unit in active { earliest = min(earliest, unit.deadline) }
        return earliest
    }

    func contains(request id: UInt64) -> Bool { active.contains { $0.request?.id == id } }

    func firstActive(where condition: (ActiveUnit) -> Bool) -> ActiveUnit? { active.first(where: condition) }

    func forgetStatements() { mustForgetStatements = true }

    // MARK: Sending

    /// Sends a unit. An error means the connection is of no more use; the unit then counts as on its way.
    func send(_ unit: ActiveUnit) -> PostgresError? {
        if let error = dropStatements() { return error }
        active.append(unit)
        if let script = unit.batch.script { return send(script: script, effect: unit.batch.effect) }
        var steps: [PipelineStateMachine.Step] = []
        steps.reserveCapacity(unit.batch.statements.count + 1)
        var isAccepted = true
        for (index, query) in unit.batch.statements.enumerated() where isAccepted {
            isAccepted = send(query, index: index, steps: &steps)
        }
        pipeline.sent(steps, effect: unit.batch.effect)
        guard isAccepted, PQpipelineSync(pg) == 1 else { return lastError() }
        return flush()
    }

    private func send(_ query: PostgresQuery, index: Int, steps: inout [PipelineStateMachine.Step]) -> Bool {
        query.parameters.withPointers { count, types, values, lengths, formats in
            guard query.isPrepared else {
                steps.append(.execute(statement: index))
                return PQsendQueryParams(pg, query.sql, count, types, values, lengths, formats, 1) == 1
            }
            switch cache.use(sql: query.sql, parameters: query.parameters) {
            case .prepared(let statement):
                steps.append(.execute(statement: index))
                return StatementCache.withName(of: statement) { PQsendQueryPrepared(pg, $0, count, values, lengths, formats, 1) == 1 }
            case .new(let statement):
                steps.append(.prepare(statement, statement: index))
                steps.append(.execute(statement: index))
                return StatementCache.withName(of: statement) { name in
                    PQsendPrepare(pg, name, query.sql, count, types) == 1
                        && PQsendQueryPrepared(pg, name, count, values, lengths, formats, 1) == 1
                }
            }
        }
    }

    /// Drops evicted statements in a unit of their own, so that an error in it harms nobody.
    private func dropStatements() -> PostgresError? {
        guard mustForgetStatements || !cache.evicted.isEmpty, active.isEmpty, transactionStatus == .idle else { return nil }
        var statements: [PostgresQuery]
        if mustForgetStatements {
            mustForgetStatements = false
            cache.removeAll()
            statements = [PostgresQuery(unsafeSQL: "DEALLOCATE ALL")]
        } else {
            statements = cache.takeEvicted().map { PostgresQuery(unsafeSQL: "DEALLOCATE \(StatementCache.name(of: $0))") }
        }
        for index in statements.indices { statements[index].isPrepared = false }
        return send(ActiveUnit(batch: Batch(statements: statements, returned: 0..<0, effect: .open), started: 0, deadline: .max))
    }

    /// The simple protocol is the only one that takes several statements in one text, and libpq has none of it in
    /// pipeline mode.
    private func send(script: String, effect: PipelineStateMachine.Effect) -> PostgresError? {
        pipeline.sentScript(effect: effect)
        guard PQexitPipelineMode(pg) == 1, PQsendQuery(pg, script) == 1 else { return lastError() }
        return flush()
    }

    private func flush() -> PostgresError? {
        let status = PQflush(pg)
        guard status >= 0 else { return lastError() }
        let mustWatch = status == 1
        if mustWatch != isWatchingWrites {
            isWatchingWrites = mustWatch
            poller.watch(PQsocket(pg), for: mustWatch ? .readAndWrite : .read, token: id)
        }
        return nil
    }

    // MARK: Receiving

    /// Takes in what has arrived. Hands over each unit that is complete; an error means that the connection is lost.
    func receive(completed: (ActiveUnit) -> Void) -> PostgresError? {
        let isAlive = PQconsumeInput(pg) == 1
        var ends = 0
        while !pipeline.isIdle, ends < 2, PQisBusy(pg) == 0 {
            guard let result = PQgetResult(pg) else {
                ends += 1
                if let error = apply(pipeline.receive(.end), result: nil, completed) { return error }
                continue
            }
            ends = 0
            let error: PostgresError?
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                error = apply(pipeline.receive(.success), result: result, completed)
            case PGRES_PIPELINE_SYNC:
                error = apply(pipeline.receive(.sync), result: result, completed)
            case PGRES_PIPELINE_ABORTED:
                error = apply(pipeline.receive(.aborted), result: result, completed)
            case PGRES_FATAL_ERROR:
                let report = PostgresError.ServerReport(result)
                error = apply(pipeline.receive(.error(isFatal: report.map { $0.severity != "ERROR" } ?? true)), result: result, completed)
            default:
                // COPY: there is no way to go on with it here.
                PQclear(result)
                return PostgresError(.protocolViolation, "COPY is not supported")
            }
            if let error { return error }
            if PQstatus(pg) == CONNECTION_BAD { break }
        }
        guard isAlive, PQstatus(pg) != CONNECTION_BAD else { return lastError() }
        return isWatchingWrites ? flush() : nil
    }

    /// Takes the result over.
    private func apply(_ action: PipelineStateMachine.Action, result: OpaquePointer?, _ completed: (ActiveUnit) -> Void) -> PostgresError? {
        if case .deliver(let statement) = action, let result {
            deliver(ResultStorage(owning: result), statement: statement)
            return nil
        }
        defer { if let result { PQclear(result) } }
        switch action {
        case .none, .deliver: break
        case .unprepared(let statement): cache.forget(statement)
        case .fail(let statement, let preparing):
            if let preparing { cache.forget(preparing) }
            fail(result, statement: statement)
        case .complete:
            guard let unit = active.popFirst() else { return PostgresError(.protocolViolation, "an answer to nothing") }
            if unit.batch.script != nil, PQstatus(pg) != CONNECTION_BAD, PQenterPipelineMode(pg) != 1 { return lastError() }
            completed(unit)
        case .violation:
            return PostgresError(.protocolViolation, "an answer out of order")
        }
        return nil
    }

    private func deliver(_ storage: ResultStorage, statement: Int) {
        guard let unit = active.first else { return }
        if unit.batch.returned.contains(statement) {
            unit.results.append(PostgresResult(storage: storage))
        } else if unit.batch.effect == .commit(statement: statement), storage.commandTag != "COMMIT" {
            unit.error = PostgresError(.misuse, "COMMIT rolled back: the transaction had failed before")
        }
    }

    private func fail(_ result: OpaquePointer?, statement: Int) {
        guard let unit = active.first, unit.error == nil, let result else { return }
        var error: PostgresError
        if let report = PostgresError.ServerReport(result) {
            error = PostgresError(report.severity == "ERROR" ? .server : .connection, report.message)
            error.server = report
        } else {
            error = PostgresError(.connection, PQresultErrorMessage(result).map { CStrings.oneLine($0) } ?? "connection lost")
        }
        let batch = unit.batch
        if batch.statements.indices.contains(statement) { error.sql = batch.statements[statement].sql } else { error.sql = batch.script }
        if batch.returned.contains(statement) { error.statementIndex = statement - batch.returned.lowerBound }
        unit.error = error
    }

    /// Everything that was on its way when the connection ended, and what became of it.
    func takeLost() -> [(unit: ActiveUnit, loss: PipelineStateMachine.Loss)] {
        defer { active.removeAll() }
        return Array(zip(active, pipeline.connectionLost())).map { (unit: $0.0, loss: $0.1) }
    }

    private func lastError() -> PostgresError {
        let text = PQerrorMessage(pg).map { CStrings.oneLine($0) } ?? ""
        return PostgresError(.connection, text.isEmpty ? "connection lost" : text)
    }
}
