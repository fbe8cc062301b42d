import BotEngine
import BotLanguage
import CEL
import JSON
import Synchronization

/// Rows in memory, with the rules of the schema that the engine relies on.
final class MemoryStore: RecordStore {
    fileprivate struct State {
        var tables: [String: [Record]] = [:]
        var nextID: Int64 = 1
        var requests: [String] = []
    }

    private let schema: StoreSchema
    fileprivate let state = Mutex(State())

    init(_ schema: StoreSchema) {
        self.schema = schema
        state.withLock { state in
            for seed in schema.seeds {
                guard let table = schema[seed.table] else { continue }
                for row in seed.rows {
                    let values = zip(seed.columns, row.cells).map { column, cell in
                        ColumnValue(column, Self.value(cell, schema, state.tables))
                    }
                    _ = insert(&state, table, values)
                }
            }
        }
    }

    private static func value(_ cell: Seed.Cell, _ schema: StoreSchema, _ tables: [String: [Record]]) -> RecordValue {
        switch cell {
        case .value(let value): return value
        case .row(let table, let column, let key):
            guard let position = schema[table]?.columns.firstIndex(where: { $0.name == column }) else { return .null }
            return tables[table]?.first { $0.values[position] == key }.map { .int($0.id) } ?? .null
        }
    }

    func records(_ table: String) -> [Record] { state.withLock { $0.tables[table] ?? [] } }
    var requests: [String] { state.withLock { $0.requests } }

    func knows(_ person: String) -> Bool { records("users").contains { $0.values[3] == .string(person) } }

    /// The row of a person, made when it isn't there yet.
    func person(_ id: String, _ name: String) -> Record {
        state.withLock { state in
            if let found = state.tables["users"]?.first(where: { $0.values[3] == .string(id) }) { return found }
            let values: [ColumnValue] = [
                ColumnValue("platform", .string("telegram")), ColumnValue("platform_id", .string(id)),
                ColumnValue("first_name", .string(name)),
                ColumnValue("name", .string(name)),
            ]
            return insert(&state, schema.users, values)
        }
    }

    func change(_ id: Int64, _ changes: [ColumnValue]) {
        state.withLock { state in _ = update(&state, schema.users, id, changes) }
    }

    func perform(_ request: RecordRequest) async throws -> RecordReply {
        try answer(request)
    }

    func answer(_ request: RecordRequest) throws -> RecordReply {
        do { return try reply(to: request) } catch let error as CELError { throw RunFailure(.expression, error.description) }
    }

    private func reply(to request: RecordRequest) throws -> RecordReply {
        try state.withLock { state in
            switch request {
            case .select(let query):
                state.requests.append("select \(query.table)")
                return .rows(try query.meaning.select(from: { state.tables[$0] ?? [] }, offset: query.offset))
            case .query(let query):
                state.requests.append("query \(query.meaning.query.name)")
                return .rows(try query.meaning.select { state.tables[$0] ?? [] })
            case .count(let query):
                state.requests.append("count \(query.table)")
                return .value(.int(Int64(try query.meaning.select { state.tables[$0] ?? [] }.count)))
            case .get(let table, let ids):
                state.requests.append("get \(table)")
                return .rows((state.tables[table] ?? []).filter { ids.contains($0.id) })
            case .insert(let table, let values):
                state.requests.append("insert \(table)")
                guard let table = schema[table] else { return .rows([]) }
                let row = make(&state, table, values)
                if let rule = conflict(state, table, row) { return .conflict(rule) }
                state.tables[table.name, default: []].append(row)
                return .rows([row])
            case .update(let table, let id, let changes):
                state.requests.append("update \(table)")
                guard let table = schema[table] else { return .rows([]) }
                return update(&state, table, id, changes)
            case .delete(let query):
                state.requests.append("delete \(query.table)")
                let ids = Set(try query.meaning.select { state.tables[$0] ?? [] }.map(\.id))
                if let column = delete(&state, ids, of: query.table) { return .conflict(column) }
                removeFromLists(&state, ids, of: query.table)
                return .value(.int(Int64(ids.count)))
            case .deleteReturning(let query):
                state.requests.append("delete \(query.table)")
                let ids = try query.meaning.select { state.tables[$0] ?? [] }.map(\.id)
                if let column = delete(&state, Set(ids), of: query.table) { return .conflict(column) }
                removeFromLists(&state, Set(ids), of: query.table)
                return .rows(ids.map { Record([.int($0)]) })
            case .deleteRow(let table, let id):
                state.requests.append("delete \(table)")
                let before = state.tables[table]?.count ?? 0
                if let column = delete(&state, [id], of: table) { return .conflict(column) }
                removeFromLists(&state, [id], of: table)
                return .value(.int(Int64(before - (state.tables[table]?.count ?? 0))))
            }
        }
    }

    private func removeFromLists(_ state: inout State, _ ids: Set<Int64>, of table: String) {
        for other in schema.tables {
            for (position, column) in other.columns.enumerated() where column.lists == table {
                for index in state.tables[other.name, default: []].indices {
                    guard case .json(let list)? = state.tables[other.name]?[index].values[position], let elements = list.array else {
                        continue
                    }
                    let kept = elements.filter { $0.int.map { !ids.contains($0) } ?? true }
                    state.tables[other.name]?[index].values[position] = .json(.array(kept))
                }
            }
        }
    }

    private func insert(_ state: inout State, _ table: Table, _ values: [ColumnValue]) -> Record {
        let row = make(&state, table, values)
        state.tables[table.name, default: []].append(row)
        return row
    }

    private func make(_ state: inout State, _ table: Table, _ values: [ColumnValue]) -> Record {
        let id = state.nextID
        state.nextID += 1
        return Record(
            table.columns.map { column in
                switch column.role {
                case .identity: return .int(id)
                case .creation: return .timestamp(microseconds: id * 1_000_000)
                default: return values.first { $0.column == column.name }?.value ?? column.default ?? .null
                }
            })
    }

    private func update(_ state: inout State, _ table: Table, _ id: Int64, _ changes: [ColumnValue]) -> RecordReply {
        guard let index = state.tables[table.name]?.firstIndex(where: { $0.id == id }), var row = state.tables[table.name]?[index] else {
            return .rows([])
        }
        for change in changes {
            if let position = table.columns.firstIndex(where: { $0.name == change.column }) { row.values[position] = change.value }
        }
        if let rule = conflict(state, table, row) { return .conflict(rule) }
        state.tables[table.name]?[index] = row
        return .rows([row])
    }

    /// References that may be null become null, others forbid it.
    ///
    /// - Returns: the column that forbids it; nil: the rows are gone.
    private func delete(_ state: inout State, _ ids: Set<Int64>, of name: String) -> String? {
        func refers(_ value: RecordValue) -> Bool { if case .int(let id) = value { ids.contains(id) } else { false } }
        var tables = state.tables
        for table in schema.tables {
            for (position, column) in table.columns.enumerated() where column.references == name {
                for index in (tables[table.name] ?? []).indices where refers(tables[table.name]?[index].values[position] ?? .null) {
                    guard column.isNullable else { return column.name }
                    tables[table.name]?[index].values[position] = .null
                }
            }
        }
        tables[name]?.removeAll { ids.contains($0.id) }
        state.tables = tables
        return nil
    }

    private func conflict(_ state: State, _ table: Table, _ row: Record) -> String? {
        for rule in table.uniques where rule.condition == nil {
            let positions = rule.columns.compactMap { name in table.columns.firstIndex { $0.name == name } }
            let key = positions.map { row.values[$0] }
            if key.contains(.null) { continue }
            if state.tables[table.name]?.contains(where: { other in other.id != row.id && positions.map { other.values[$0] } == key })
                ?? false
            {
                return rule.name
            }
        }
        return nil
    }
}

extension MemoryStore {
    func perform(deletingAll table: String) {
        state.withLock { $0.tables[table] = [] }
    }
}
