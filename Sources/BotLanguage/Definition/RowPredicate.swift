package import CEL

/// A condition on the rows of a collection.
package struct RowPredicate: Sendable {
    /// Over the row's variable and those around it.
    package let expression: Expression
    /// The same for the database. Its placeholders begin at `$1`.
    package let sql: SQLFragment
}

/// What rows are ordered by.
package struct OrderKey: Sendable {
    package let expression: Expression
    package let isDescending: Bool
    /// Its placeholders follow those of the predicate and of the keys before.
    package let sql: SQLFragment
    /// PostgreSQL's type of the key.
    package let sqlType: String
}

/// How rows are called in queries.
package enum SQLNames {
    /// The alias of the rows that a query returns. Subqueries have others.
    package static let row = "t"
    /// The alias of the answer of a query with columns of its own, and its hidden column with the row's id. No name of a
    /// definition has an `@`.
    package static let answer = "s"
    package static let rowID = "@id"
    /// Part of PostgreSQL's message when an expression has no value for a row.
    package static let failure = SQLLowering.failure
    /// Stands before the tables of subqueries, where a store puts the schema in which the bot's tables lie. No name of a
    /// definition has an `@`, and no value stands in a query's text.
    package static let schema = "\"@schema\""
}
