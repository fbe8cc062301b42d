/// One SQL statement with its parameters.
///
/// Written as a string literal, every interpolated value becomes a bound parameter, never text:
///
///     let query: PostgresQuery = "SELECT name FROM bots WHERE id = \(id)"    // … WHERE id = $1
///
/// Names are put in, quoted, with `\(identifier: name)`. SQL text from elsewhere needs ``init(unsafeSQL:parameters:)``.
/// The same text is prepared once per connection and reused, so texts should not vary without need.
public struct PostgresQuery: Sendable {
    public private(set) var sql: String
    public private(set) var parameters: PostgresParameters

    /// The name of the operation in metrics: a word from a small fixed set, never data. Default nil: the first keyword of
    /// the SQL text, such as `SELECT`.
    public var operation: String?

    /// Whether the statement is prepared and kept on the connection. Default true; false for text that is used once.
    public var isPrepared = true

    /// SQL text that the caller vouches for: it must not contain anything that came from outside.
    public init(unsafeSQL sql: String, parameters: PostgresParameters = PostgresParameters(), operation: String? = nil) {
        self.sql = sql
        self.parameters = parameters
        self.operation = operation
    }

    /// The same query under a name for metrics.
    public func named(_ operation: String) -> PostgresQuery {
        var query = self
        query.operation = operation
        return query
    }

    /// The same query, sent without preparing it.
    public func unprepared() -> PostgresQuery {
        var query = self
        query.isPrepared = false
        return query
    }
}

extension PostgresQuery: ExpressibleByStringInterpolation {
    public init(stringLiteral value: StaticString) {
        self.init(unsafeSQL: value.withUTF8Buffer { String(decoding: $0, as: UTF8.self) })
    }

    public init(stringInterpolation: StringInterpolation) {
        self.init(unsafeSQL: stringInterpolation.sql, parameters: stringInterpolation.parameters)
    }

    /// Builds a query piece by piece; also usable directly when its shape is known only at run time:
    ///
    ///     var sql = PostgresQuery.StringInterpolation()
    ///     sql.appendLiteral("SELECT * FROM ")
    ///     sql.appendInterpolation(identifier: table)
    ///     let query = PostgresQuery(stringInterpolation: sql)
    public struct StringInterpolation: StringInterpolationProtocol {
        public typealias StringLiteralType = StaticString

        var sql = ""
        var parameters = PostgresParameters()

        public init() {}

        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        /// Only text from the program itself: the type admits no other.
        public mutating func appendLiteral(_ literal: StaticString) {
            literal.withUTF8Buffer { sql += String(decoding: $0, as: UTF8.self) }
        }

        /// Binds a value as the next parameter.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
            parameters.append(value)
            appendPlaceholder()
        }

        /// Binds a value, or NULL.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            parameters.append(value)
            appendPlaceholder()
        }

        /// Puts in the name of a table, column or schema, quoted.
        public mutating func appendInterpolation(identifier: String) {
            sql += PostgresQuery.quoted(identifier: identifier)
        }

        /// Puts in a qualified name, each part quoted.
        public mutating func appendInterpolation(identifier schema: String, _ name: String) {
            sql += PostgresQuery.quoted(identifier: schema) + "." + PostgresQuery.quoted(identifier: name)
        }

        /// Puts in SQL text as it is. The caller vouches for it.
        public mutating func appendInterpolation(unsafeSQL text: String) { sql += text }

        private mutating func appendPlaceholder() {
            sql += "$"
            sql += String(parameters.count)
        }
    }

    /// The name between double quotes, with quotes in it doubled. NUL, which no name can contain, is dropped.
    public static func quoted(identifier: String) -> String {
        var text = "\""
        for scalar in identifier.unicodeScalars where scalar != "\0" {
            if scalar == "\"" { text.unicodeScalars.append("\"") }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }
}

extension PostgresQuery: CustomStringConvertible {
    /// The SQL text without the parameters' values.
    public var description: String { sql }
}

extension PostgresQuery {
    /// What metrics call this query. Unknown first words become `OTHER`, so that no text can make a new label.
    package var operationName: String {
        if let operation { return operation }
        // Up to eight letters, packed into an integer: no allocation for what is done with every statement.
        var word: UInt64 = 0
        var length = 0
        for byte in sql.utf8 {
            let letter = byte & 0xDF
            if letter >= UInt8(ascii: "A"), letter <= UInt8(ascii: "Z") {
                if length == 8 { return "OTHER" }
                word = word << 8 | UInt64(letter)
                length += 1
            } else if length > 0 {
                break
            }
        }
        return Self.keywords[word] ?? "OTHER"
    }

    private static let keywords: [UInt64: String] = Dictionary(
        uniqueKeysWithValues: [
            "ALTER", "ANALYZE", "BEGIN", "CALL", "COMMIT", "CREATE", "DELETE", "DROP", "EXPLAIN", "GRANT", "INSERT", "LISTEN",
            "LOCK", "MERGE", "NOTIFY", "REFRESH", "RELEASE", "ROLLBACK", "SELECT", "SET", "SHOW", "TABLE", "TRUNCATE", "UPDATE",
            "VACUUM", "VALUES", "WITH",
        ].map { (word: String) in (word.utf8.reduce(0) { $0 << 8 | UInt64($1) }, word) })
}
