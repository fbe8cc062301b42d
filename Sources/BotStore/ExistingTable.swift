import BotLanguage
import Postgres

/// A table as an earlier version of the definition has left it.
struct ExistingTable: Sendable {
    struct Reference: Sendable, Hashable {
        var target: String
        /// Rows that refer to a deleted one get null; else it can't be deleted.
        var isCleared: Bool
    }

    struct Column: Sendable {
        /// As in `information_schema`: `timestamp with time zone`.
        var type: String
        var isNullable: Bool
        var reference: Reference?
    }

    var columns: [String: Column] = [:]
    var indexes: Set<String> = []

    init() {}

    /// As a definition makes it.
    init(_ table: Table) {
        for column in table.columns {
            columns[column.name] = Column(
                type: column.type.standardName, isNullable: column.isNullable,
                reference: column.references.map { Reference(target: $0, isCleared: column.isNullable) })
        }
        indexes = Set(table.uniques.map(\.name) + table.indexes.map(\.name))
    }

    /// All tables of a schema.
    static func all(in schema: String, _ transaction: PostgresTransaction) async throws -> [String: ExistingTable] {
        let results = try await transaction.pipeline([
            "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES' FROM information_schema.columns WHERE table_schema = \(schema)",
            // Ours have the name of their column.
            """
            SELECT own.relname::text, rule.conname::text, other.relname::text, rule.confdeltype = 'n'
            FROM pg_constraint AS rule JOIN pg_class AS own ON own.oid = rule.conrelid JOIN pg_class AS other ON other.oid = rule.confrelid
            JOIN pg_namespace AS place ON place.oid = own.relnamespace WHERE rule.contype = 'f' AND place.nspname = \(schema)
            """,
            "SELECT tablename::text, indexname::text FROM pg_indexes WHERE schemaname = \(schema)",
        ])
        var tables: [String: ExistingTable] = [:]
        for (table, column, type, isNullable) in try results[0].decode((String, String, String, Bool).self) {
            tables[table, default: ExistingTable()].columns[column] = Column(type: type, isNullable: isNullable)
        }
        for (table, column, target, isCleared) in try results[1].decode((String, String, String, Bool).self) {
            tables[table]?.columns[column]?.reference = Reference(target: target, isCleared: isCleared)
        }
        for (table, index) in try results[2].decode((String, String).self) { tables[table]?.indexes.insert(index) }
        return tables
    }
}

extension Column.ColumnType {
    /// As `information_schema` calls it.
    fileprivate var standardName: String {
        switch self {
        case .timestamptz: "timestamp with time zone"
        case .time: "time without time zone"
        default: rawValue
        }
    }
}

extension TableLayout {
    /// What existing columns can't be changed into without an author's decision about the values in them.
    func refusals(of existing: ExistingTable) -> [String] {
        table.columns.compactMap { column in
            guard let old = existing.columns[column.name] else { return nil }
            func refuse(_ old: String, _ new: String) -> String {
                "'\(table.name).\(column.name)' holds \(old) of an earlier version, and \(new) is wanted now; give the field another name"
            }
            guard old.type == column.type.standardName else { return refuse("values of type \(old.type)", column.type.standardName) }
            guard let reference = old.reference else { return nil }
            guard let target = column.references else { return refuse("rows of '\(reference.target)'", "a plain \(old.type)") }
            return target == reference.target ? nil : refuse("rows of '\(reference.target)'", "a row of '\(target)'")
        }
    }
}
