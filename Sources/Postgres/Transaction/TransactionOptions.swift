/// How far a transaction is kept apart from others.
public enum PostgresIsolation: Sendable, Hashable {
    case readCommitted
    case repeatableRead
    case serializable
}

/// What a transaction may do.
public enum PostgresAccess: Sendable, Hashable {
    case readWrite
    case readOnly
}

/// When and how often ``PostgresPool/transaction(_:isolation:access:retry:_:)`` runs its closure again.
///
/// Run again are serialization failures (40001), deadlocks (40P01), prepared statements that DDL invalidated, and
/// connections lost before COMMIT was sent: in each the server has rolled back. Never after
/// ``PostgresError/Code/commitOutcomeUnknown``.
public struct PostgresRetryPolicy: Sendable, Hashable {
    /// Runs of the closure in all. Default 8; 1 means no retry.
    public var maximumAttempts = 8
    /// Longest pause before the second run; doubles for each further one. The pause is random between zero and that.
    /// Default 5 ms: about two transactions' time.
    public var initialPause: Duration = .milliseconds(5)
    /// Default 500 ms.
    public var maximumPause: Duration = .milliseconds(500)
    /// Whether a connection lost before COMMIT leads to another run. Default true.
    public var includesConnectionLoss = true

    public init() {}

    public static let standard = PostgresRetryPolicy()
    public static let never: PostgresRetryPolicy = {
        var policy = PostgresRetryPolicy()
        policy.maximumAttempts = 1
        return policy
    }()

    /// Whether it may help to run again after this error.
    package func covers(_ error: PostgresError) -> Bool {
        switch error.code {
        case .server: error.isSerializationFailure || error.isDeadlock || error.isStalePlan
        case .connection: includesConnectionLoss
        default: false
        }
    }

    /// The pause before run `attempt` + 1; `fraction` is in 0..<1.
    package func pause(after attempt: Int, fraction: Double) -> Duration {
        let doubled = initialPause * Double(UInt64(1) << UInt64(min(max(attempt - 1, 0), 30)))
        return min(doubled, maximumPause) * fraction
    }
}
