import BotEngine
package import BotLanguage
package import Contracts
package import Postgres

/// The tables of one bot: a schema of its own, in the terms of its definition, to be read with psql as well.
package struct BotTables: Sendable {
    package let bot: BotName
    let schema: String
    let users: TableLayout
    private let layouts: [String: TableLayout]
    private let renamings: [Renaming]
    let seeds: [Seed]

    package init(bot: BotName, store: StoreSchema) {
        self.bot = bot
        let schema = "bot_\(bot)"
        self.schema = schema
        layouts = Dictionary(store.tables.map { ($0.name, TableLayout($0, schema: schema)) }) { first, _ in first }
        users = TableLayout(store.users, schema: schema)
        renamings = store.renamings
        seeds = store.seeds
    }

    /// Keeps every other transaction that asks the same from going on until this one has ended. Must be its first statement:
    /// what is read afterwards is then what the one before has left.
    package var order: PostgresQuery { PostgresQuery("SELECT pg_advisory_xact_lock(hashtextextended(\(schema), 0))").named("await turn") }

    func layout(_ table: String) throws -> TableLayout {
        guard let layout = layouts[table] else { throw PostgresError(.misuse, "bot \(bot) has no table \(table)") }
        return layout
    }

    /// The columns that list rows of a table.
    func lists(of table: String) -> [(TableLayout, column: String)] {
        layouts.values.sorted { $0.name < $1.name }.flatMap { layout in
            layout.table.columns.filter { $0.lists == table }.map { (layout, $0.name) }
        }
    }

    func statement(_ query: ValueQuery) -> PostgresQuery { users.statement(query) }

    func records(_ query: ValueQuery, _ result: PostgresResult) throws -> [Record] {
        try result.map { row in
            var values: [RecordValue] = []
            for (index, type) in query.columns.enumerated() { values.append(try RecordValue(row, at: index, type: type)) }
            return Record(values)
        }
    }

    /// Creates what is missing: the schema, tables, columns, and rules. No data is ever removed: a column that a definition
    /// has dropped keeps its values and loses its NOT NULL.
    ///
    /// - Throws: ``DataRefusal`` when what is there doesn't go with the definition.
    package func create(in pool: PostgresPool) async throws {
        try await pool.transaction("create tables", isolation: .readCommitted) { transaction in
            // Several processes start at once; one creates, the others find it done.
            try await transaction.query(order)
            try await bringUp(transaction, way: [])
        }
    }

    /// The same within a transaction that has begun with ``order``.
    ///
    /// - Parameter way: renames that come first; see ``StoredVersion/way(from:to:_:)``.
    /// - Returns: what has changed.
    @discardableResult
    func bringUp(_ transaction: PostgresTransaction, way: [DataChange]) async throws -> [DataChange] {
        let plan = try await checkedPlan(transaction, way: way)
        for statement in plan.statements { try await transaction.script(unsafeSQL: statement) }
        try await transaction.script(unsafeSQL: script(plan.existing))
        try await seed(transaction)
        return plan.changes
    }

    /// What would change; nothing does.
    ///
    /// - Throws: ``DataRefusal``.
    func checkedPlan(_ transaction: PostgresTransaction, way: [DataChange], countsHidden: Bool = false) async throws -> DataPlan {
        var plan = try DataPlan(
            Array(layouts.values), schema: schema, existing: await ExistingTable.all(in: schema, transaction), renamings: renamings,
            way: way)
        var reasons = plan.refusals
        let checks = reasons.isEmpty ? plan.checks : []
        // Expressions of other types than their columns would fail.
        for (check, result) in zip(checks, try await transaction.pipeline(checks.map(\.query))) {
            let (count, row) = try result.decodeOne((Int64, Int64).self)
            if count > 0 { reasons.append(check.complaint(count, row)) }
        }
        guard reasons.isEmpty else { throw DataRefusal(reasons: reasons) }
        guard countsHidden else { return plan }
        let hidden = plan.countsOfHidden
        for (part, result) in zip(hidden, try await transaction.pipeline(hidden.map(\.query))) {
            plan.count(try result.decodeOne(Int64.self), ofChange: part.change)
        }
        return plan
    }

    /// What publishing one definition after another changes, by the definitions alone.
    package static func changes(from old: StoreSchema, to new: StoreSchema, way: [DataChange]) -> [DataChange] {
        DataPlan(
            new.tables.map { TableLayout($0, schema: "") }, schema: "",
            existing: Dictionary(old.tables.map { ($0.name, ExistingTable($0)) }) { first, _ in first }, renamings: new.renamings,
            way: way
        ).changes
    }

    private func script(_ existing: [String: ExistingTable]) -> String {
        let ordered = [users] + layouts.values.filter { $0.table.name != users.table.name }.sorted { $0.table.name < $1.table.name }
        var statements = ["CREATE SCHEMA IF NOT EXISTS \(quoted(schema))"]
        statements += ordered.flatMap { $0.creation(existing[$0.table.name]) }
        // References come last: tables may refer to each other in a circle.
        statements += ordered.flatMap { $0.references(existing[$0.table.name]) }
        return statements.joined(separator: ";\n")
    }
}

extension BotTables {
    /// Puts rows that come with the definition back into empty tables.
    package func seed(in pool: PostgresPool) async throws {
        guard !seeds.isEmpty else { return }
        try await pool.transaction("seed") { transaction in
            try await transaction.query(order)
            try await seed(transaction)
        }
    }

    /// The oldest rows of a table, for people.
    package func first(_ count: Int, of table: String, in pool: PostgresPool) async throws -> [Record] {
        let layout = try layout(table)
        return try layout.records(
            await pool.query(PostgresQuery(unsafeSQL: "SELECT \(layout.columns) FROM \(layout.name) ORDER BY id LIMIT \(count)")))
    }
}
