import BotLanguage
import JSON
import Postgres

extension TableLayout {
    /// - Parameter existing: the columns that the table has; nil: there is no such table.
    func creation(existing: Set<String>?) -> [String] {
        var statements: [String] = []
        if let existing {
            statements += table.columns.filter { !existing.contains($0.name) }.map { "ALTER TABLE \(name) ADD COLUMN \(declaration($0))" }
            let declared = Set(table.columns.map(\.name))
            statements += existing.subtracting(declared).sorted().map { "ALTER TABLE \(name) ALTER COLUMN \(quoted($0)) DROP NOT NULL" }
        } else {
            statements.append("CREATE TABLE \(name) (\n    \(table.columns.map(declaration).joined(separator: ",\n    "))\n)")
        }
        statements += table.uniques.map { "CREATE UNIQUE INDEX IF NOT EXISTS \(quoted($0.name)) ON \(name) (\(list($0.columns)))" }
        statements += table.indexes.map { "CREATE INDEX IF NOT EXISTS \(quoted($0.name)) ON \(name) (\(list($0.columns)))" }
        return statements
    }

    func references(existing: Set<String>, schema: String) -> [String] {
        table.columns.compactMap { column in
            guard let target = column.references, !existing.contains(column.name) else { return nil }
            // The constraint has the column's name: that is what a conflict is reported by.
            return """
                ALTER TABLE \(name) ADD CONSTRAINT \(quoted(column.name)) FOREIGN KEY (\(quoted(column.name)))
                REFERENCES \(quoted(schema)).\(quoted(target)) (id) ON DELETE \(column.isNullable ? "SET NULL" : "RESTRICT")
                """
        }
    }

    private func declaration(_ column: Column) -> String {
        var text = "\(quoted(column.name)) \(column.type.rawValue)"
        switch column.role {
        case .identity: return text + " GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        case .creation: return text + " NOT NULL DEFAULT now()"
        case .generated(let sql): return text + " GENERATED ALWAYS AS (\(sql)) STORED"
        case .field: break
        }
        if let value = column.default { text += " DEFAULT \(literal(value))" }
        if !column.isNullable { text += " NOT NULL" }
        return text
    }

    private func list(_ columns: [String]) -> String { columns.map(quoted).joined(separator: ", ") }

    /// A constant of the definition; DDL takes no parameters.
    private func literal(_ value: RecordValue) -> String {
        switch value {
        case .null: "NULL"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .double(let value): "'\(value)'::double precision"
        case .string(let value): text(value)
        case .timestamp(let microseconds): "to_timestamp(\(Double(microseconds) / 1e6))"
        case .date(let days): "(date '1970-01-01' + \(days))"
        case .time(let microseconds): "(time '00:00' + \(microseconds) * interval '1 microsecond')"
        case .duration(let microseconds): "(\(microseconds) * interval '1 microsecond')"
        case .json(let value): text(value.description) + "::jsonb"
        }
    }

    private func text(_ value: String) -> String {
        // Standard-conforming strings: only the quote is special. PostgreSQL has no NUL.
        "'" + value.replacing("'", with: "''").replacing("\0", with: "") + "'"
    }
}
