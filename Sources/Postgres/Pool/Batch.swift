import Synchronization

/// What goes to the server in one round trip.
package struct Batch: Sendable {
    /// In the order of sending, with the statements of transaction control among them.
    package var statements: [PostgresQuery]
    /// Which of them the caller asked for; only their results are handed back.
    package var returned: Range<Int>
    package var effect: PipelineStateMachine.Effect
    /// A text of several statements, sent alone; ``statements`` is then empty.
    package var script: String?
    /// Nil: the configuration's query time-out.
    package var timeout: Duration?
    package var operation: String?

    package init(
        statements: [PostgresQuery], returned: Range<Int>? = nil, effect: PipelineStateMachine.Effect = .autocommit,
        script: String? = nil, timeout: Duration? = nil, operation: String? = nil
    ) {
        self.statements = statements
        self.returned = returned ?? 0..<statements.count
        self.effect = effect
        self.script = script
        self.timeout = timeout
        self.operation = operation
    }

    package static let nothing = Batch(statements: [])

    package var isEmpty: Bool { statements.isEmpty && script == nil }

    var isCommit: Bool {
        if case .commit = effect { return true }
        return false
    }

    /// What metrics call it: the caller's name, else the one statement's, else `BATCH` with the common keyword.
    var operationName: String {
        if let operation { return operation }
        if script != nil { return "SCRIPT" }
        let own = statements[returned]
        guard let first = own.first?.operationName else { return statements.last?.operationName ?? "OTHER" }
        if own.count == 1 { return first }
        return own.dropFirst().allSatisfy { $0.operationName == first } ? "BATCH \(first)" : "BATCH"
    }
}

/// The right to use one connection alone, until it is released.
package struct Lease: Sendable, Hashable {
    let connection: PoolStateMachine.ConnectionID
    /// Distinguishes this use of the connection from earlier and later ones.
    let number: UInt64
}

/// A batch on its way, and whose connection it wants.
final class Request: Sendable {
    let id: UInt64
    /// Nil: take any connection from the pool.
    let lease: Lease?
    let batch: Batch
    /// Whether the caller goes on using the connection.
    let keepsLease: Bool
    let submitted: Nanoseconds
    /// Set before the I/O thread hears of the cancellation, which may overtake the request itself.
    let isCancelled = Atomic<Bool>(false)

    init(id: UInt64, lease: Lease?, batch: Batch, keepsLease: Bool) {
        self.id = id
        self.lease = lease
        self.batch = batch
        self.keepsLease = keepsLease
        submitted = MonotonicClock.now()
    }
}

/// How a request ended.
struct Outcome: Sendable {
    /// Still held, because the request asked to keep it and the connection is usable.
    var lease: Lease?
    var result: Result<[PostgresResult], PostgresError>
}

typealias OutcomeContinuation = CheckedContinuation<Outcome, Never>

/// What other threads tell the I/O thread.
enum Command: Sendable {
    case submit(Request, OutcomeContinuation)
    case cancel(UInt64)
    case release(Lease, discard: Bool)
    case run(CheckedContinuation<Void, Never>)
    case stop
    case awaitReady(UInt64, CheckedContinuation<Result<Void, PostgresError>, Never>)
    case resolved(PoolStateMachine.ConnectionID, Result<[HostAddress], PostgresError>)
    case cancelDelivered(PoolStateMachine.ConnectionID)
}
