/// Anything that went wrong between this module and PostgreSQL.
///
/// ``description`` is safe to log anywhere: code, SQLSTATE, the names of the objects involved, and for errors of the
/// server its primary message. What may carry people's data (the server's DETAIL and HINT, the SQL text) appears in
/// ``debugDescription`` only. Parameter values and passwords appear in neither.
public struct PostgresError: Error, Sendable {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// The connection could not be made or was lost.
        public static let connection = Code(description: "connection")
        /// The server refused a statement; see ``PostgresError/sqlState``.
        public static let server = Code(description: "server")
        /// No answer within the time allowed. The connection is given up and the statement is cancelled on the server.
        public static let timeout = Code(description: "timeout")
        /// The task was cancelled.
        public static let cancelled = Code(description: "cancelled")
        /// A value or row that is not what the caller asked for: type, null, or shape.
        public static let decoding = Code(description: "decoding")
        /// No connection became free within the pool's acquire time-out.
        public static let poolExhausted = Code(description: "poolExhausted")
        /// The pool is closed or closing.
        public static let poolClosed = Code(description: "poolClosed")
        /// The connection was lost, or the time ran out, after COMMIT was sent and before it was answered: the
        /// transaction may or may not have taken effect. Never retried by this module.
        public static let commitOutcomeUnknown = Code(description: "commitOutcomeUnknown")
        /// A connection string or setting that cannot be used.
        public static let configuration = Code(description: "configuration")
        /// The API was used in a way that has no meaning, such as a transaction used after its end.
        public static let misuse = Code(description: "misuse")
        /// A migration that was applied earlier has changed, or is unknown here.
        public static let migration = Code(description: "migration")
        /// An answer that the protocol does not allow here.
        public static let protocolViolation = Code(description: "protocolViolation")
    }

    public var code: Code
    public var message: String
    /// What the server said, when it was the server.
    public var server: ServerReport?
    /// Which statement of a pipeline failed, counted from 0 in the order given by the caller; nil when no single one did.
    public var statementIndex: Int?
    /// The column that could not be decoded.
    public var column: String?
    /// True when the statements may have reached the server before it went wrong, so that repeating them is safe
    /// only if they are idempotent. False when they certainly had no lasting effect.
    public var mayHaveExecuted = false
    /// SQL text of the failed statement (text only, never parameter values).
    public var sql: String?
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The five-character SQLSTATE, such as `23505`.
    public var sqlState: String? { server?.sqlState }
    /// The violated constraint.
    public var constraint: String? { server?.constraint }
    /// The table the error is about.
    public var table: String? { server?.table }
}

extension PostgresError {
    /// The fields of an ErrorResponse.
    public struct ServerReport: Sendable, Hashable {
        /// Five characters, such as `40001`.
        public var sqlState: String
        /// Untranslated: `ERROR`, `FATAL` or `PANIC`.
        public var severity: String
        public var message: String
        /// May contain data.
        public var detail: String?
        /// May contain data.
        public var hint: String?
        public var schema: String?
        public var table: String?
        public var column: String?
        public var constraint: String?
        /// Place in the SQL text, counted in characters from 1.
        public var position: Int?
        /// Name of the reporting routine in the server's source.
        public var routine: String?

        /// A made-up report, for tests of what depends on one.
        public init(sqlState: String, severity: String = "ERROR", message: String) {
            self.sqlState = sqlState
            self.severity = severity
            self.message = message
        }
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String {
        var text = "\(code)"
        if let sqlState { text += " \(sqlState)" }
        text += ": \(message)"
        if let statementIndex { text += " (statement \(statementIndex))" }
        if let column { text += " (column \"\(column)\")" }
        if let constraint { text += " (constraint \"\(constraint)\")" }
        if let cause = cause as? PostgresError { text += " [caused by \(cause)]" }
        return text
    }

    public var debugDescription: String {
        var text = description
        if let server {
            text += "\n  severity: \(server.severity)"
            for (name, value) in [
                ("detail", server.detail), ("hint", server.hint), ("schema", server.schema), ("table", server.table),
                ("column", server.column), ("position", server.position.map(String.init)), ("routine", server.routine),
            ] {
                if let value { text += "\n  \(name): \(value)" }
            }
        }
        if let sql { text += "\n  sql: \(sql)" }
        if mayHaveExecuted { text += "\n  the statements may have been executed" }
        if let cause { text += "\n  cause: \(String(reflecting: cause))" }
        return text
    }
}
