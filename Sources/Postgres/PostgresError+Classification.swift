extension PostgresError {
    /// Whether it can help to try later without changing anything.
    public enum Persistence: Sendable, Hashable {
        /// The server is away, starting, stopping, overloaded, or another transaction was in the way.
        case transient
        /// It would fail again the same way.
        case permanent
    }

    /// Transient: lost connections, time-outs of the pool, SQLSTATE classes 08 (connection), 53 (resources), 40 (rolled
    /// back), 55P03 (lock not available), 57P01…57P05 (shutdown, crash, starting up), 58 (system), XX000 excluded.
    /// ``Code/commitOutcomeUnknown`` is transient: what to do about it is the caller's to know.
    public var persistence: Persistence {
        switch code {
        case .connection, .timeout, .poolExhausted, .commitOutcomeUnknown:
            // A refused login does not mend itself, but passwords are rotated while servers restart: 28xxx stays permanent.
            guard let sqlState else { return .transient }
            return sqlState.hasPrefix("28") || sqlState.hasPrefix("3D") ? .permanent : .transient
        case .server:
            guard let sqlState else { return .permanent }
            switch sqlState.prefix(2) {
            case "08", "40", "53", "58": return .transient
            default: break
            }
            switch sqlState {
            case "57P01", "57P02", "57P03", "57P05", "55P03", "57014": return .transient
            default: return isStalePlan ? .transient : .permanent
            }
        default:
            return .permanent
        }
    }

    /// 40001: the transaction lost against a concurrent one and can be run again.
    public var isSerializationFailure: Bool { sqlState == "40001" }
    /// 40P01: the transaction was chosen to end a deadlock and can be run again.
    public var isDeadlock: Bool { sqlState == "40P01" }
    /// 23505.
    public var isUniqueViolation: Bool { sqlState == "23505" }
    /// 23503.
    public var isForeignKeyViolation: Bool { sqlState == "23503" }

    /// A prepared statement that DDL (or a pooler) took away: preparing it anew mends it.
    package var isStalePlan: Bool {
        switch sqlState {
        case "26000": true
        // The message is translated; the routine is not.
        case "0A000": server?.routine == "RevalidateCachedQuery"
        default: false
        }
    }
}
