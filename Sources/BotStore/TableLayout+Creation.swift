import BotLanguage
import JSON
import Postgres

extension TableLayout {
    /// - Parameter existing: the table as it is; nil: there is none.
    func creation(_ existing: ExistingTable?) -> [String] {
        var statements: [String] = []
        if let existing {
            statements += table.columns.flatMap { change($0, existing.columns[$0.name]) }
            // Nobody writes them any more.
            let dropped = existing.columns.filter { old in !old.value.isNullable && !table.columns.contains { $0.name == old.key } }
            statements += dropped.keys.sorted().map { "ALTER TABLE \(name) ALTER COLUMN \(quoted($0)) DROP NOT NULL" }
            let declared = Set(table.uniques.map(\.name) + table.indexes.map(\.name))
            // A rule that the definition has given up must not forbid anything. All names of ours have points.
            let rules = existing.indexes.subtracting(declared).filter(isKey)
            statements += rules.sorted().map { "DROP INDEX IF EXISTS \(quoted(schema)).\(quoted($0))" }
        } else {
            statements.append("CREATE TABLE \(name) (\n    \(table.columns.map(declaration).joined(separator: ",\n    "))\n)")
        }
        statements += table.uniques.map { rule in
            "CREATE UNIQUE INDEX IF NOT EXISTS \(quoted(rule.name)) ON \(name) (\(list(rule.columns)))"
                + (rule.condition.map { " WHERE \(text($0))" } ?? "")
        }
        statements += table.indexes.map { "CREATE INDEX IF NOT EXISTS \(quoted($0.name)) ON \(name) (\(list($0.columns)))" }
        return statements
    }

    /// Whether an index of the table is one of ours, apart from the primary key.
    func isKey(_ index: String) -> Bool { index.hasPrefix("\(table.name).") && (index.hasSuffix(".unique") || index.hasSuffix(".index")) }

    private func change(_ column: Column, _ old: ExistingTable.Column?) -> [String] {
        guard let old else { return ["ALTER TABLE \(name) ADD COLUMN \(declaration(column))"] }
        guard case .field = column.role else { return [] }
        let alter = "ALTER TABLE \(name) ALTER COLUMN \(quoted(column.name))"
        var statements: [String] = []
        // People's rows are made with the defaults of the table.
        if let value = column.default { statements.append("\(alter) SET DEFAULT \(literal(value))") }
        if column.isNullable, !old.isNullable { statements.append("\(alter) DROP NOT NULL") }
        if !column.isNullable, old.isNullable {
            if let value = column.default {
                statements.append("UPDATE \(name) SET \(quoted(column.name)) = \(literal(value)) WHERE \(quoted(column.name)) IS NULL")
            }
            statements.append("\(alter) SET NOT NULL")
        }
        return statements
    }

    func references(_ existing: ExistingTable?) -> [String] {
        table.columns.flatMap { column -> [String] in
            guard let target = column.references else { return [] }
            let wanted = ExistingTable.Reference(target: target, isCleared: column.isNullable)
            let old = existing?.columns[column.name]?.reference
            guard old != wanted else { return [] }
            // The constraint has the column's name: that is what a conflict is reported by.
            let drop = old.map { _ in "ALTER TABLE \(name) DROP CONSTRAINT \(quoted(column.name))" }
            return [drop].compactMap { $0 } + [
                """
                ALTER TABLE \(name) ADD CONSTRAINT \(quoted(column.name)) FOREIGN KEY (\(quoted(column.name)))
                REFERENCES \(quoted(schema)).\(quoted(target)) (id) ON DELETE \(column.isNullable ? "SET NULL" : "RESTRICT")
                """
            ]
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
    func literal(_ value: RecordValue) -> String {
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

    /// With its values in place of the placeholders: an index takes no parameters.
    func text(_ condition: Table.Condition) -> String {
        var result = ""
        var rest = Substring(condition.sql)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            let digits = rest[rest.index(after: dollar)...].prefix(while: \.isNumber)
            if let number = Int(digits), condition.values.indices.contains(number - 1) { result += literal(condition.values[number - 1]) }
            rest = rest[digits.endIndex...]
        }
        return result + rest
    }

    private func text(_ value: String) -> String {
        // Standard-conforming strings: only the quote is special. Scalar by scalar: a quote with an accent on it is one
        // character in Swift, and still a quote in SQL. PostgreSQL has no NUL.
        "'" + value.withoutNUL.unicodeScalars.map { $0 == "'" ? "''" : String($0) }.joined() + "'"
    }
}
