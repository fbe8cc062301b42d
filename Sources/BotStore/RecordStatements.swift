import BotEngine
import BotLanguage
import Postgres

extension TableLayout {
    func select(_ query: RecordQuery) -> PostgresQuery {
        let columns = table.columns.map { "\(quoted(query.alias)).\(quoted($0.name))" }.joined(separator: ", ")
        let limit = (query.limit.map { " LIMIT \($0)" } ?? "") + (query.offset > 0 ? " OFFSET \(query.offset)" : "")
        return statement("SELECT \(columns) \(matching(query)) ORDER BY \(placed(query.order))\(limit)", query.parameters)
    }

    func count(_ query: RecordQuery) -> PostgresQuery { statement("SELECT count(*) \(matching(query))", query.parameters) }

    func delete(_ query: RecordQuery) -> PostgresQuery { statement("DELETE \(matching(query))", query.parameters) }

    func deleteReturning(_ query: RecordQuery) -> PostgresQuery {
        statement("DELETE \(matching(query)) RETURNING \(quoted(query.alias)).\"id\"", query.parameters)
    }

    /// Takes rows that are gone out of a column that lists rows.
    func removing(_ ids: [Int64], fromList column: String) -> PostgresQuery {
        var parameters = PostgresParameters()
        parameters.append(ids)
        let list = quoted(column)
        return PostgresQuery(
            unsafeSQL: """
                UPDATE \(name) AS t SET \(list) = (
                    SELECT COALESCE(jsonb_agg(e ORDER BY n) FILTER (WHERE NOT (e #>> '{}')::bigint = ANY($1)), '[]')
                    FROM jsonb_array_elements(t.\(list)) WITH ORDINALITY AS l(e, n))
                WHERE EXISTS (SELECT 1 FROM jsonb_array_elements(t.\(list)) AS e WHERE (e #>> '{}')::bigint = ANY($1))
                """, parameters: parameters)
    }

    func get(_ ids: [Int64]) -> PostgresQuery {
        var parameters = PostgresParameters()
        parameters.append(ids)
        return PostgresQuery(unsafeSQL: "SELECT \(columns) FROM \(name) WHERE id = ANY($1)", parameters: parameters)
    }

    func insert(_ values: [ColumnValue]) -> PostgresQuery {
        guard !values.isEmpty else { return statement("INSERT INTO \(name) DEFAULT VALUES RETURNING \(columns)", []) }
        let names = values.map { quoted($0.column) }.joined(separator: ", ")
        let places = values.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        return statement("INSERT INTO \(name) (\(names)) VALUES (\(places)) RETURNING \(columns)", values.map(\.value))
    }

    func update(_ id: Int64, _ changes: [ColumnValue]) -> PostgresQuery {
        let assignments = changes.enumerated().map { "\(quoted($1.column)) = $\($0 + 2)" }.joined(separator: ", ")
        return statement("UPDATE \(name) SET \(assignments) WHERE id = $1 RETURNING \(columns)", [.int(id)] + changes.map(\.value))
    }

    func deleteRow(_ id: Int64) -> PostgresQuery { statement("DELETE FROM \(name) WHERE id = $1", [.int(id)]) }

    func statement(_ query: ValueQuery) -> PostgresQuery { statement(placed(query.text), query.parameters) }

    private func matching(_ query: RecordQuery) -> String { "FROM \(name) AS \(quoted(query.alias)) WHERE \(placed(query.condition))" }

    /// With the bot's schema before the tables of subqueries.
    private func placed(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
        return text.split(separator: SQLNames.schema, omittingEmptySubsequences: false).joined(separator: quoted(schema))
    }

    private func statement(_ text: String, _ values: [RecordValue]) -> PostgresQuery {
        var parameters = PostgresParameters()
        for value in values { parameters.append(value) }
        return PostgresQuery(unsafeSQL: text, parameters: parameters)
    }
}
