/// How a row variable of an expression is found in a query: each field's column, and the row's own key.
public struct SQLRow: Sendable {
    /// The variable's name in the expression, e.g. `m`.
    public let variable: String
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
public struct SQLColumn: Sendable {
    /// As it stands in the query, with its alias and quotes: `m."at"`, `(m.data->>'n')::bigint`.
    public let text: String
    /// PostgreSQL's name of the type, e.g. `bigint`, `text`, `timestamptz`.
    public let sqlType: String
    /// For a reference to another row that the query joins: that row, so that `m.user.name` has a column too.
    /// Nil: only the reference itself can be used.
    public let row: SQLRow?

    public init(_ text: String, _ sqlType: String, row: SQLRow? = nil) {
        self.text = text
        self.sqlType = sqlType
        self.row = row
    }

    /// A column by its name, quoted, with the alias of its table in front.
    public init(name: String, of alias: String, _ sqlType: String, row: SQLRow? = nil) {
        self.init("\(SQLName.quoted(alias)).\(SQLName.quoted(name))", sqlType, row: row)
    }
}

/// A variable of an expression that stands for all rows of a table: `tickets.exists(t, …)` becomes a subquery.
public struct SQLCollection: Sendable {
    /// The variable's name in the expression.
    public let variable: String
    /// What follows FROM, e.g. `"tickets" AS "t1"`, for an alias.
    public let from: @Sendable (_ alias: String) -> String
    /// The columns under an alias; the row's variable doesn't matter.
    public let row: @Sendable (_ alias: String) -> SQLRow

    public init(
        variable: String, from: @escaping @Sendable (_ alias: String) -> String,
        row: @escaping @Sendable (_ alias: String) -> SQLRow
    ) {
        self.variable = variable
        self.from = from
        self.row = row
    }
}

public enum SQLName {
    /// An identifier in double quotes; quotes within are doubled.
    public static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
