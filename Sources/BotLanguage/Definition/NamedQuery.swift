package import CEL

/// A query of `queries`.
package struct NamedQuery: Sendable {
    package let name: String
    package let parameters: [Parameter]
    /// What it looks at. The order is there only for whole rows; those of a shape have their own.
    package let rows: RowSource
    /// The first rows only; nil: as many as there are.
    package let limit: Int?
    /// What a row of the answer is made of; nil: whole rows of the collection.
    package let shape: QueryShape?
    /// Whether it looks at `user`, so that somebody must be there.
    package let seesPerson: Bool

    /// The type of a row.
    package var element: CELType { .object(shape?.record.name ?? rows.collection) }

    /// Rows that a query without a `limit` of its own may bring into memory.
    package static let defaultLimit = 500
}

/// The rows of a query with `group` or `select`.
package struct QueryShape: Sendable {
    /// Those of `group`, then those of `select`.
    package let columns: [QueryColumn]
    package let groupCount: Int
    /// Whether a row of the answer stands for many: for each group one, or one for all.
    package let isAggregated: Bool
    /// Called like the query.
    package let record: RecordType
    /// Over the columns' names; total, whatever the author has ordered by.
    package let order: [OrderKey]
}

package struct QueryColumn: Sendable {
    package let name: String
    package let type: ValueType
    package let sql: SQLFragment
    /// For stores without SQL: over the row of a query that isn't aggregated, else over the values of ``aggregates`` by their variables.
    package let program: CELProgram
    package let aggregates: [QueryAggregate]
    package let position: SourcePosition
}

/// `sum(m.kcal)`
package struct QueryAggregate: Sendable {
    package let variable: String
    package let function: String
    /// Over a row; nil for `count()`.
    package let argument: CELProgram?
    package let type: CELType
}

/// `eaten(now)`
package struct QueryCall: Sendable {
    package let query: NamedQuery
    /// Of the first parameters; the others are left out.
    package let arguments: [Expression]
    package let position: SourcePosition
}
