import BotLanguage
import Postgres

// Rows that come with a definition.
extension BotTables {
    /// Adds rows that are new in the files and changes those that were changed there since. What the bot has changed or deleted
    /// stays so until the file changes. Must have the bot's lock.
    func seed(_ transaction: PostgresTransaction) async throws {
        for seed in seeds {
            let layout = try layout(seed.table)
            if seed.key == nil {
                let count = try await transaction.query(
                    PostgresQuery(
                        unsafeSQL: "SELECT count(*) FROM (SELECT 1 FROM \(layout.name) LIMIT 1) AS r", parameters: PostgresParameters()
                    )
                    .named("seeded"))
                guard try count.decodeOne(Int64.self) == 0 else { continue }
                try await write(seed, seed.rows, layout, transaction)
            } else {
                try await update(seed, layout, transaction)
            }
        }
    }

    private func update(_ seed: Seed, _ layout: TableLayout, _ transaction: PostgresTransaction) async throws {
        let marks = quoted(schema) + ".\"@seeds\""
        try await transaction.script(
            unsafeSQL:
                "CREATE TABLE IF NOT EXISTS \(marks) (collection text, key text, fingerprint text NOT NULL, PRIMARY KEY (collection, key))")
        let known = try await transaction.query(
            "SELECT key, fingerprint FROM \(unsafeSQL: marks) WHERE collection = \(seed.table)"
        ).decode((String, String).self)
        let applied = Dictionary(known.map { ($0.0, $0.1) }) { first, _ in first }
        let changed = seed.rows.filter { applied[seed.keyText($0)] != $0.fingerprint }
        try await write(seed, changed, layout, transaction)
        for part in stride(from: 0, to: changed.count, by: 500).map({ changed[$0..<min($0 + 500, changed.count)] }) {
            let (keys, fingerprints) = (part.map(seed.keyText), part.map(\.fingerprint))
            _ = try await transaction.query(
                """
                INSERT INTO \(unsafeSQL: marks) SELECT \(seed.table), k, f FROM unnest(\(keys)::text[], \(fingerprints)::text[]) AS u(k, f)
                ON CONFLICT (collection, key) DO UPDATE SET fingerprint = excluded.fingerprint
                """)
        }
    }

    private func write(
        _ seed: Seed, _ rows: [Seed.Row], _ layout: TableLayout, _ transaction: PostgresTransaction
    ) async throws {
        for part in stride(from: 0, to: rows.count, by: 200).map({ rows[$0..<min($0 + 200, rows.count)] }) {
            _ = try await transaction.pipeline(part.map { try statement(seed, $0, layout) })
        }
    }

    private func statement(_ seed: Seed, _ row: Seed.Row, _ layout: TableLayout) throws -> PostgresQuery {
        var parameters = PostgresParameters()
        var places: [String] = []
        for (index, cell) in row.cells.enumerated() {
            switch cell {
            case .value(let value):
                parameters.append(value)
                places.append("$\(index + 1)")
            case .row(let table, let column, let value):
                parameters.append(value)
                places.append("(SELECT id FROM \(try self.layout(table).name) WHERE \(quoted(column)) = $\(index + 1))")
            }
        }
        let columns = seed.columns.map(quoted)
        var text = "INSERT INTO \(layout.name) (\(columns.joined(separator: ", "))) VALUES (\(places.joined(separator: ", ")))"
        if let key = seed.key {
            let others = columns.filter { $0 != quoted(key) }
            let changes = others.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
            text += " ON CONFLICT (\(quoted(key))) DO " + (others.isEmpty ? "NOTHING" : "UPDATE SET \(changes)")
        }
        return PostgresQuery(unsafeSQL: text, parameters: parameters).named("seed row")
    }
}

extension Seed {
    /// The key of a row as the table of what was applied has it.
    fileprivate func keyText(_ row: Row) -> String {
        guard let key, let index = columns.firstIndex(of: key), row.cells.indices.contains(index), case .value(let value) = row.cells[index]
        else { return "" }
        switch value {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .date(let days): return String(days)
        default: return "\(value)"
        }
    }
}
