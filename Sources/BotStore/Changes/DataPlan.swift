import BotLanguage
import Postgres

/// The way from the tables as they are to those that a definition wants.
struct DataPlan: Sendable {
    /// The tables as they will be called.
    private(set) var existing: [String: ExistingTable]
    private(set) var changes: [DataChange] = []
    /// What can't be, whatever the rows hold.
    private(set) var refusals: [String] = []
    /// Renames that come before everything else.
    private(set) var statements: [String] = []
    /// What the tables and columns are called now, by what they will be called.
    private var former: [String: String] = [:]
    private var formerColumns: [String: [String: String]] = [:]
    private let schema: String
    private let layouts: [TableLayout]
    private let hasSeeds: Bool

    private static let seeds = "@seeds"

    /// - Parameters:
    ///   - layouts: of the tables that are wanted.
    ///   - renamings: of this definition.
    ///   - way: renames that come first: those between two published versions.
    init(_ layouts: [TableLayout], schema: String, existing: [String: ExistingTable], renamings: [Renaming], way: [DataChange]) {
        // What is remembered of seeds is none of the author's.
        hasSeeds = existing[Self.seeds] != nil
        self.existing = existing.filter { !$0.key.hasPrefix("@") }
        self.schema = schema
        self.layouts = layouts.sorted { $0.table.name < $1.table.name }
        for step in way { follow(step) }
        moveCollections(renamings)
        for layout in self.layouts { moveFields(of: layout.table, renamings) }
        for layout in self.layouts { compare(layout) }
        let wanted = Set(layouts.map(\.table.name))
        for name in self.existing.keys.sorted() where !wanted.contains(name) { changes.append(DataChange(.hidden, name)) }
    }

    // MARK: Names

    private mutating func follow(_ step: DataChange) {
        guard let former = step.former else { return }
        if let field = step.field {
            guard let columns = existing[step.collection]?.columns, columns[former] != nil, columns[field] == nil else { return }
            move(field: former, to: field, of: step.collection)
        } else if existing[former] != nil, existing[step.collection] == nil {
            move(collection: former, to: step.collection)
        }
    }

    private mutating func moveCollections(_ renamings: [Renaming]) {
        let own = renamings.filter { $0.field == nil }
        let moves = Moves(
            wanted: layouts.map(\.table.name).filter { $0 != Table.usersName },
            existing: Set(existing.keys.filter { $0 != Table.usersName }),
            former: Dictionary(own.map { ($0.collection, $0.formerNames) }) { first, _ in first })
        for (from, to) in moves.moves { move(collection: from, to: to) }
    }

    private mutating func move(collection from: String, to: String) {
        guard var table = existing.removeValue(forKey: from) else { return }
        statements.append("ALTER TABLE \(quoted(schema)).\(quoted(from)) RENAME TO \(quoted(to))")
        table.indexes = rename(table.indexes) { parts in
            if parts.first == from { parts[0] = to }
        }
        existing[to] = table
        for name in existing.keys {
            for column in existing[name]?.columns.keys.sorted() ?? [] where existing[name]?.columns[column]?.reference?.target == from {
                existing[name]?.columns[column]?.reference?.target = to
            }
        }
        if hasSeeds {
            // Names of collections are plain words.
            statements.append("UPDATE \(quoted(schema)).\(quoted(Self.seeds)) SET collection = '\(to)' WHERE collection = '\(from)'")
        }
        former[to] = former.removeValue(forKey: from) ?? from
        formerColumns[to] = formerColumns.removeValue(forKey: from)
        changes.append(DataChange(.renamed, to, former: from))
    }

    private mutating func moveFields(of table: Table, _ renamings: [Renaming]) {
        guard let columns = existing[table.name]?.columns else { return }
        let builtIn = Set((table.name == Table.usersName ? Table.usersColumns : Table.commonColumns).map(\.name))
        let own = renamings.filter { $0.collection == table.name && $0.field != nil }
        let moves = Moves(
            wanted: table.columns.map(\.name).filter { !builtIn.contains($0) },
            existing: Set(columns.keys.filter { !builtIn.contains($0) }),
            former: Dictionary(own.map { ($0.field ?? "", $0.formerNames) }) { first, _ in first })
        for (from, to) in moves.moves { move(field: from, to: to, of: table.name) }
    }

    private mutating func move(field from: String, to: String, of name: String) {
        guard var table = existing[name], let column = table.columns.removeValue(forKey: from) else { return }
        let place = "\(quoted(schema)).\(quoted(name))"
        statements.append("ALTER TABLE \(place) RENAME COLUMN \(quoted(from)) TO \(quoted(to))")
        // A conflict is reported by the constraint's name, which is the column's.
        if column.reference != nil { statements.append("ALTER TABLE \(place) RENAME CONSTRAINT \(quoted(from)) TO \(quoted(to))") }
        table.columns[to] = column
        table.indexes = rename(table.indexes) { parts in
            for index in parts.indices.dropFirst().dropLast() where parts[index] == from { parts[index] = to }
        }
        formerColumns[name, default: [:]][to] = formerColumns[name]?.removeValue(forKey: from) ?? from
        changes.append(DataChange(.renamed, name, field: to, former: from))
        existing[name] = table
    }

    /// Keys are called `collection.field.field.unique`.
    private mutating func rename(_ indexes: Set<String>, _ change: (inout [String]) -> Void) -> Set<String> {
        var result: Set<String> = []
        for name in indexes.sorted() {
            var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            if parts.count > 2, ["unique", "index"].contains(parts.last) { change(&parts) }
            let new = parts.joined(separator: ".")
            // A name that is too long was made another way: the key is made anew.
            guard new != name, new.utf8.count <= 63, !indexes.contains(new) else {
                result.insert(name)
                continue
            }
            statements.append("ALTER INDEX \(quoted(schema)).\(quoted(name)) RENAME TO \(quoted(new))")
            result.insert(new)
        }
        return result
    }

    // MARK: Differences

    private mutating func compare(_ layout: TableLayout) {
        let table = layout.table
        guard let old = existing[table.name] else {
            if table.name != Table.usersName || !existing.isEmpty { changes.append(DataChange(.added, table.name)) }
            return
        }
        refusals += layout.refusals(of: old)
        for column in table.columns {
            guard case .field = column.role else { continue }
            if let before = old.columns[column.name] {
                if column.isNullable, !before.isNullable { changes.append(DataChange(.optional, table.name, field: column.name)) }
                if !column.isNullable, before.isNullable { changes.append(DataChange(.required, table.name, field: column.name)) }
            } else {
                changes.append(DataChange(.added, table.name, field: column.name))
            }
        }
        for name in old.columns.keys.sorted() where !table.columns.contains(where: { $0.name == name }) {
            changes.append(DataChange(.hidden, table.name, field: name))
        }
        let declared = Set(table.uniques.map(\.name) + table.indexes.map(\.name))
        for name in declared.subtracting(old.indexes).sorted() where name != Table.usersUnique.name {
            changes.append(DataChange(.ruled, table.name, field: Self.fields(ofKey: name)))
        }
        for name in old.indexes.subtracting(declared).sorted() where layout.isKey(name) {
            changes.append(DataChange(.freed, table.name, field: Self.fields(ofKey: name)))
        }
    }

    private static func fields(ofKey name: String) -> String {
        name.split(separator: ".").dropFirst().dropLast().filter { !$0.hasPrefix("if_") }.joined(separator: ", ")
    }

    // MARK: Rows

    /// A question about rows: how many are against the definition, and one of them.
    struct Check: Sendable {
        var query: PostgresQuery
        /// Given how many, and the id of one.
        var complaint: @Sendable (Int64, Int64) -> String
    }

    /// What must hold of the rows that are there. To be asked before anything is renamed.
    var checks: [Check] {
        layouts.flatMap { layout -> [Check] in
            guard let old = existing[layout.table.name] else { return [] }
            return required(layout, old) + references(layout, old) + uniques(layout, old)
        }
    }

    /// The rows as the new version will see them.
    private func source(_ layout: TableLayout, _ old: ExistingTable) -> String {
        let name = layout.table.name
        let columns = layout.table.columns.map { column -> String in
            let filler = column.default.map(layout.literal) ?? "NULL::\(column.type.rawValue)"
            guard let before = old.columns[column.name] else { return "\(filler) AS \(quoted(column.name))" }
            let value = quoted(formerColumns[name]?[column.name] ?? column.name)
            let isFilled = before.isNullable && !column.isNullable && column.default != nil
            return (isFilled ? "coalesce(\(value), \(filler))" : value) + " AS \(quoted(column.name))"
        }
        return "(SELECT \(columns.joined(separator: ", ")) FROM \(quoted(schema)).\(quoted(former[name] ?? name))) AS t"
    }

    private func required(_ layout: TableLayout, _ old: ExistingTable) -> [Check] {
        layout.table.columns.compactMap { column in
            guard case .field = column.role, !column.isNullable, column.default == nil, old.columns[column.name]?.isNullable ?? true else {
                return nil
            }
            let table = layout.table.name
            let name = column.name
            let isNew = old.columns[name] == nil
            return Check(
                query: PostgresQuery(
                    unsafeSQL: "SELECT count(*), coalesce(min(id), 0) FROM \(source(layout, old)) WHERE t.\(quoted(name)) IS NULL",
                    operation: "check required")
            ) { count, row in
                let rows =
                    "\(count) \(count == 1 ? "row" : "rows") of '\(table)' \(count == 1 ? "has" : "have") no '\(name)', such as row \(row)"
                return isNew
                    ? "\(rows): a new field needs a default, or a '?' behind its type, where there are rows already"
                    : "\(rows): it can't be required, unless it gets a default"
            }
        }
    }

    private func references(_ layout: TableLayout, _ old: ExistingTable) -> [Check] {
        layout.table.columns.compactMap { column in
            guard let target = column.references, let before = old.columns[column.name], before.reference == nil else { return nil }
            let table = layout.table.name
            let name = column.name
            let rows = existing[target].map { _ in
                "AND NOT EXISTS (SELECT FROM \(quoted(schema)).\(quoted(former[target] ?? target)) AS o WHERE o.id = t.\(quoted(name)))"
            }
            return Check(
                query: PostgresQuery(
                    unsafeSQL:
                        "SELECT count(*), coalesce(min(id), 0) FROM \(source(layout, old)) WHERE t.\(quoted(name)) IS NOT NULL \(rows ?? "")",
                    operation: "check references")
            ) { count, row in
                "\(count) \(count == 1 ? "row" : "rows") of '\(table)' \(count == 1 ? "has" : "have") a '\(name)' that is no row of '\(target)', such as row \(row)"
            }
        }
    }

    private func uniques(_ layout: TableLayout, _ old: ExistingTable) -> [Check] {
        layout.table.uniques.compactMap { rule in
            guard !old.indexes.contains(rule.name) else { return nil }
            let table = layout.table.name
            let columns = rule.columns.map { "t." + quoted($0) }
            let present = columns.map { "\($0) IS NOT NULL" } + (rule.condition.map { ["(\(layout.text($0)))"] } ?? [])
            let fields = rule.columns.map { "'\($0)'" }.joined(separator: " and ")
            return Check(
                query: PostgresQuery(
                    unsafeSQL: """
                        SELECT coalesce(sum(n), 0)::bigint, coalesce(min(id), 0) FROM (
                            SELECT count(*) AS n, max(id) AS id FROM \(source(layout, old)) WHERE \(present.joined(separator: " AND "))
                            GROUP BY \(columns.joined(separator: ", ")) HAVING count(*) > 1) AS twins
                        """, operation: "check unique")
            ) { count, row in
                "\(count) rows of '\(table)' share their \(fields) with another one, such as row \(row): they can't be unique"
            }
        }
    }

    /// What the plan takes out of sight, counted.
    var countsOfHidden: [(change: Int, query: PostgresQuery)] {
        changes.indices.compactMap { index in
            let change = changes[index]
            guard change.kind == .hidden else { return nil }
            let table = "\(quoted(schema)).\(quoted(former[change.collection] ?? change.collection))"
            let column = change.field.map { quoted(formerColumns[change.collection]?[$0] ?? $0) } ?? "*"
            return (index, PostgresQuery(unsafeSQL: "SELECT count(\(column)) FROM \(table)", operation: "count hidden"))
        }
    }

    mutating func count(_ rows: Int64, ofChange index: Int) { changes[index].rows = rows }
}
