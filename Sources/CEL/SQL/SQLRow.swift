/// How a row variable of an expression is found in a query: each field's column, and the row's own key.
public struct SQLRow: Sendable {
    /// The variable's name in the expression, e.g. `m`.
    public let variable: String
    /// The columns by the names of the record's fields; a field without one can't be used in SQL.
    public let fields: [String: SQLColumn]
    /// The column that stands for the row itself (`m == other`), with its type; nil when rows can't be compared.
    public let key: (text: String, sqlType: String)?

    public init(variable: String, fields: [String: SQLColumn], key: (text: String, sqlType: String)? = nil) {
        self.variable = variable
        self.fields = fields
        self.key = key
    }
}

/// Where a field is found in a query.
///
/// A column of type `jsonb` may hold a list, a map with string keys or a record without a table of its own. Its parts are
/// read from it: text, whole numbers, truth, lists, maps and records as JSON has them; doubles as numbers, but `"NaN"`,
/// `"Infinity"`, `"-Infinity"` and `"-0"`, which jsonb has no numbers for, as text; timestamps and durations as whole
/// microseconds (since 1970); bytes as base64; references as the key of their row; null, or a missing field of a record,
/// for null. Where values lie otherwise, `json` as the type says so: then the column is only compared with null.
///
/// Lists may lie in arrays too (`text[]`). A duration with days in it counts 24 hours for each; it must not have months.
public struct SQLColumn: Sendable {
    /// As it stands in the query, with its alias and quotes: `m."at"`, `(m.data->>'n')::bigint`.
    public let text: String
    /// PostgreSQL's name of the type, e.g. `bigint`, `text`, `timestamptz`.
    public let sqlType: String
    /// For a reference to another row that the query joins: that row, so that `m.user.name` has a column too.
    /// Nil: the row is looked up if its collection says which record its rows are, else it can't be read.
    public let row: SQLRow?
    /// For text made from a column of another type: that column, so that comparisons can be made there, where indexes serve them.
    public let origin: SQLOrigin?

    public init(_ text: String, _ sqlType: String, row: SQLRow? = nil, origin: SQLOrigin? = nil) {
        self.text = text
        self.sqlType = sqlType
        self.row = row
        self.origin = origin
    }

    /// A column by its name, quoted, with the alias of its table in front.
    public init(name: String, of alias: String, _ sqlType: String, row: SQLRow? = nil) {
        self.init("\(SQLName.quoted(alias)).\(SQLName.quoted(name))", sqlType, row: row)
    }
}

/// A column whose values expressions see as text of the same order: a `date` as `2026-01-31`.
public struct SQLOrigin: Sendable {
    /// As it stands in the query.
    public var text: String
    /// PostgreSQL's name of its type.
    public let sqlType: String
    /// The value, in PostgreSQL's notation, whose text is exactly this; one that no row has when there is none.
    public let exact: @Sendable (_ text: String) -> String
    /// The first value whose text isn't before this one, or with `isAfter` is behind it; one behind all others when there is none.
    public let first: @Sendable (_ text: String, _ isAfter: Bool) -> String

    public init(
        _ text: String, _ sqlType: String, exact: @escaping @Sendable (_ text: String) -> String,
        first: @escaping @Sendable (_ text: String, _ isAfter: Bool) -> String
    ) {
        self.text = text
        self.sqlType = sqlType
        self.exact = exact
        self.first = first
    }
}

/// A variable of an expression that stands for all rows of a table: `tickets.exists(t, …)` becomes a subquery.
public struct SQLCollection: Sendable {
    /// The variable's name in the expression.
    public let variable: String
    /// The record type of its rows. With it, references to them are followed by subqueries on the key (`o.customer.name`);
    /// nil: only through columns that have a ``SQLColumn/row``.
    public let record: String?
    /// What follows FROM, e.g. `"tickets" AS "t1"`, for an alias.
    public let from: @Sendable (_ alias: String) -> String
    /// The columns under an alias; the row's variable doesn't matter.
    public let row: @Sendable (_ alias: String) -> SQLRow

    public init(
        variable: String, record: String? = nil, from: @escaping @Sendable (_ alias: String) -> String,
        row: @escaping @Sendable (_ alias: String) -> SQLRow
    ) {
        self.variable = variable
        self.record = record
        self.from = from
        self.row = row
    }
}

/// A function of the host that means the same in PostgreSQL.
public struct SQLFunction: Sendable {
    public let name: String
    public let parameters: [CELType]
    /// PostgreSQL's type of the result.
    public let sqlType: String
    /// SQL for the arguments' SQL, each of which it may use once or more. It must not raise, and must be null exactly when an argument is,
    /// or when the function fails for them; `canFail` says whether it ever does.
    public let text: @Sendable (_ arguments: [String]) -> String
    /// Whether it is null for arguments that aren't: such a row has no value.
    public let canFail: Bool
    /// Arguments that must be known before the query, by their place, since PostgreSQL gets something else in their stead.
    public let adapted: [Int: Adaptation]

    /// What PostgreSQL gets instead of an argument.
    public struct Adaptation: Sendable {
        /// As messages call the argument: `a time zone`.
        public let name: String
        /// Fails for values that the function has nothing for.
        public let adapt: @Sendable (CELValue) throws(CELError) -> CELValue

        public init(_ name: String, _ adapt: @escaping @Sendable (CELValue) throws(CELError) -> CELValue) {
            self.name = name
            self.adapt = adapt
        }

        /// A zone's name, or an offset, whose sign means the opposite there.
        public static let timeZone = Adaptation("a time zone") { value throws(CELError) in
            .string(try TimePart.postgresZone(try value.asString()))
        }
    }

    public init(
        _ name: String, _ parameters: [CELType], _ sqlType: String, canFail: Bool = false, adapted: [Int: Adaptation] = [:],
        _ text: @escaping @Sendable (_ arguments: [String]) -> String
    ) {
        self.adapted = adapted
        self.name = name
        self.parameters = parameters
        self.sqlType = sqlType
        self.canFail = canFail
        self.text = text
    }
}

/// Names as PostgreSQL reads them.
public enum SQLName {
    /// An identifier in double quotes; quotes within are doubled.
    public static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// Text in single quotes, for names of fields in JSON; quotes within are doubled.
    static func literal(_ text: String) -> String {
        let parts = text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        // With a backslash the plain form would depend on a setting of the server.
        guard text.contains("\\") else { return "'\(parts)'" }
        return " E'" + parts.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\") + "'"
    }
}
