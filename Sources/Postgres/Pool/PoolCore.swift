import CPostgres
import Glibc
import Logging
import Synchronization

/// The pool's shell: carries out what ``PoolStateMachine`` decides, on libpq connections. Lives on the I/O thread.
///
/// Not Sendable, created inside the thread's body and never handed out; ``assertConfined()`` checks it all the same.
final class PoolCore {
    let configuration: PostgresConfiguration
    let logger: Logger
    let inbox: Inbox<Command>
    let poller: Poller
    private let shared: PoolShared
    private let thread = pthread_self()

    var pool: PoolStateMachine
    var metrics: PoolMetrics
    var connections: [Connection] = []
    /// Requests that wait for a connection.
    var waiting: [UInt64: (request: Request, continuation: OutcomeContinuation)] = [:]
    private var readyWaiters: [UInt64: CheckedContinuation<Result<Void, PostgresError>, Never>] = [:]
    private var runner: CheckedContinuation<Void, Never>?
    private var leaseNumber: UInt64 = 0
    private var isStopped = false
    /// Answers are collected during one turn of the loop and given at its end.
    private var answers: [(OutcomeContinuation, Outcome)] = []
    var lastConnectError: PostgresError?
    var now = MonotonicClock.now()

    init(configuration: PostgresConfiguration, logger: Logger, inbox: Inbox<Command>, shared: PoolShared, poller: Poller) {
        self.configuration = configuration
        self.logger = logger
        self.inbox = inbox
        self.shared = shared
        self.poller = poller
        pool = PoolStateMachine(limits: .init(configuration), seed: .random(in: .min ... .max))
        metrics = PoolMetrics(poolName: configuration.poolName)
    }

    func assertConfined() { assert(pthread_equal(thread, pthread_self()) != 0, "used outside the I/O thread") }

    // MARK: The loop

    func run() {
        var commands: [Command] = []
        while true {
            inbox.takeAll(into: &commands)
            if !commands.isEmpty {
                now = MonotonicClock.now()
                for command in commands { handle(command) }
                commands.removeAll(keepingCapacity: true)
            }
            checkDeadlines()
            publish()
            if isStopped { break }
            // With commands waiting it only looks at the sockets, so that neither side can starve the other.
            let deadline = inbox.prepareToSleep() ? nextDeadline : now
            poller.wait(until: deadline, now: now) { id in
                now = MonotonicClock.now()
                handleEvent(of: id)
            }
            inbox.wokeUp()
            now = MonotonicClock.now()
        }
        for command in inbox.closeAndTakeAll() { handle(command) }
        publish()
        runner?.resume()
    }

    private func publish() {
        metrics.recordCounts(idle: pool.idleCount, used: pool.leasedCount, pending: pool.waitingCount)
        shared.update(idle: pool.idleCount, used: pool.leasedCount, waiting: pool.waitingCount)
        guard !answers.isEmpty else { return }
        for (continuation, outcome) in answers { continuation.resume(returning: outcome) }
        answers.removeAll(keepingCapacity: true)
    }

    private var nextDeadline: Nanoseconds? {
        let earliest = connections.reduce(pool.nextDeadline ?? .max) { min($0, $1.nextDeadline) }
        return earliest == .max ? nil : earliest
    }

    private func checkDeadlines() {
        if let deadline = pool.nextDeadline, deadline <= now {
            pool.tick(now: now)
            carryOut()
        }
        for connection in connections where connection.nextDeadline <= now { deadlinePassed(connection) }
    }

    // MARK: Commands

    private func handle(_ command: Command) {
        assertConfined()
        switch command {
        case .submit(let request, let continuation): submit(request, continuation)
        case .cancel(let id): cancel(id)
        case .release(let lease, let discard):
            guard let connection = connection(of: lease) else { return }
            connection.mustClose = connection.mustClose || discard
            release(connection)
        case .run(let continuation):
            if isStopped || runner != nil { return continuation.resume() }
            runner = continuation
            pool.start(now: now)
            carryOut()
        case .stop:
            pool.stop(now: now)
            carryOut()
        case .awaitReady(let id, let continuation):
            if pool.isStopping {
                continuation.resume(returning: .failure(PostgresError(.poolClosed, "the pool is closed")))
            } else if pool.isReady {
                continuation.resume(returning: .success(()))
            } else {
                readyWaiters[id] = continuation
            }
        case .resolved(let id, let addresses): resolved(id, addresses)
        case .cancelDelivered(let id): cancelDelivered(id)
        }
    }

    private func submit(_ request: Request, _ continuation: OutcomeContinuation) {
        if request.isCancelled.load(ordering: .relaxed) {
            // A cancelled request in a lease leaves the lease as it was: nothing has been sent.
            return answer(continuation, .failure(Self.cancelled), lease: request.lease)
        }
        if let lease = request.lease {
            guard let connection = connection(of: lease), connection.phase == .ready else {
                return answer(continuation, .failure(PostgresError(.connection, "the connection was lost before")), lease: nil)
            }
            return start(request, continuation, on: connection)
        }
        waiting[request.id] = (request, continuation)
        pool.acquire(request.id, now: now)
        carryOut()
    }

    private func cancel(_ id: UInt64) {
        if let waiter = readyWaiters.removeValue(forKey: id) { return waiter.resume(returning: .failure(Self.cancelled)) }
        if let entry = waiting.removeValue(forKey: id) {
            _ = pool.abandon(id)
            return answer(entry.continuation, .failure(Self.cancelled), lease: nil)
        }
        if let connection = connections.first(where: { $0.contains(request: id) }) { giveUp(connection, request: id, Self.cancelled) }
    }

    static var cancelled: PostgresError { PostgresError(.cancelled, "the task was cancelled") }

    // MARK: Actions of the state machine

    func carryOut() {
        while let action = pool.next() {
            switch action {
            case .connect(let id): connect(id)
            case .grant(let waiter, let id): grant(waiter, id)
            case .expire(let waiter):
                metrics.countAcquireTimeout()
                refuse(waiter, acquireTimeout())
            case .refuse(let waiter): refuse(waiter, PostgresError(.poolClosed, "the pool is closed"))
            case .close(let id):
                guard let connection = connection(id) else { continue }
                end(connection, because: PostgresError(.poolClosed, "the pool was closed while the connection was in use"))
            case .becameReady:
                shared.becameReady()
                for waiter in readyWaiters.values { waiter.resume(returning: .success(())) }
                readyWaiters.removeAll()
            case .stopped:
                isStopped = true
                for waiter in readyWaiters.values {
                    waiter.resume(returning: .failure(PostgresError(.poolClosed, "the pool is closed")))
                }
                readyWaiters.removeAll()
            }
        }
    }

    private func acquireTimeout() -> PostgresError {
        if let lastConnectError {
            return PostgresError(
                .poolExhausted, "no connection within \(configuration.acquireTimeout): the server cannot be reached",
                cause: lastConnectError)
        }
        let reason =
            pool.isReady
            ? "all \(configuration.maximumConnections) connections are in use" : "none has been made (is run() running?)"
        return PostgresError(.poolExhausted, "no connection within \(configuration.acquireTimeout): \(reason)")
    }

    private func grant(_ waiter: UInt64, _ id: Connection.ID) {
        guard let connection = connection(id), let entry = waiting.removeValue(forKey: waiter) else {
            // Nobody wants it any more.
            pool.release(id, now: now)
            return
        }
        metrics.recordWait(now - entry.request.submitted)
        leaseNumber += 1
        connection.lease = Lease(connection: id, number: leaseNumber)
        connection.isReleasing = false
        connection.mustClose = false
        start(entry.request, entry.continuation, on: connection)
    }

    private func refuse(_ waiter: UInt64, _ error: PostgresError) {
        guard let entry = waiting.removeValue(forKey: waiter) else { return }
        answer(entry.continuation, .failure(error), lease: nil)
    }

    // MARK: Helpers

    func answer(_ continuation: OutcomeContinuation, _ result: Result<[PostgresResult], PostgresError>, lease: Lease?) {
        answers.append((continuation, Outcome(lease: lease, result: result)))
    }

    func connection(_ id: Connection.ID) -> Connection? { connections.first { $0.id == id } }

    func connection(of lease: Lease) -> Connection? { connections.first { $0.lease == lease } }

    func noteConnectError(_ error: PostgresError?) {
        lastConnectError = error
        shared.note(connectError: error)
    }
}
