import BotLanguage
import CEL
import JSON

/// Records as values of expressions.
enum Rows {
    static func object(_ record: Record, _ collection: Collection?, user: CELObject?) -> CELObject {
        guard let collection else { return CELObject(type: "", fields: [:]) }
        let definition = collection.fields
        let values = zip(definition, record.values).map { field, value in
            ValueMapping.cel(value, field.type) { name, id in .object(stub(name, id, user)) }
        }
        return CELObject(shape: collection.record.shape, values: values, id: .int(record.id))
    }

    /// A row of which only the id is known. It equals the whole row.
    static func stub(_ collection: String, _ id: Int64, _ user: CELObject?) -> CELObject {
        if collection == Table.usersName, let user, user.rowID == id { return user }
        return CELObject(shape: CELObject.Shape(type: collection, fields: ["id"]), values: [.int(id)], id: .int(id))
    }
}

extension CELObject {
    var rowID: Int64 {
        if case .int(let id)? = id { id } else { 0 }
    }

    /// Whether only the id is known.
    var isStub: Bool { id != nil && shape.fields.count == 1 }
}

extension Interpreter {
    /// Asks for rows and makes them whole: what expressions look through is loaded with them.
    mutating func rows(_ request: RecordRequest, of collection: String) throws(Interruption) -> [CELObject] {
        guard case .rows(let records) = try self.request(request) else { throw fail(.store, "a reply without rows") }
        return try objects(records, of: collection)
    }

    mutating func objects(_ records: [Record], of collection: String, depth: Int = 0) throws(Interruption) -> [CELObject] {
        usage.rows += records.count
        guard usage.rows <= engine.limits.rows else { throw fail(.limit, "more than \(engine.limits.rows) rows for one event") }
        let plain = records.map { Rows.object($0, definition.collections[collection], user: user) }
        let whole = try expand(plain, of: collection, depth: depth)
        for row in whole { cache[RowKey(collection: collection, id: row.rowID)] = row }
        return whole
    }

    /// The rows with these ids, in this order; nil for those that are gone.
    mutating func get(_ ids: [Int64], of collection: String, depth: Int = 0) throws(Interruption) -> [CELObject?] {
        var missing: [Int64] = []
        for id in ids where row(collection, id) == nil && !missing.contains(id) { missing.append(id) }
        if !missing.isEmpty {
            guard case .rows(let records) = try request(.get(table: collection, ids: missing)) else {
                throw fail(.store, "a reply without rows")
            }
            _ = try objects(records, of: collection, depth: depth)
        }
        return ids.map { row(collection, $0) }
    }

    private func row(_ collection: String, _ id: Int64) -> CELObject? {
        if collection == Table.usersName, id == user.rowID { return user }
        return cache[RowKey(collection: collection, id: id)]
    }

    /// References that some expression of the definition looks through, a few levels deep.
    mutating func expand(_ rows: [CELObject], of collection: String, depth: Int) throws(Interruption) -> [CELObject] {
        guard depth < 4, !rows.isEmpty, let fields = definition.expansions[collection], let declared = definition.collections[collection]
        else {
            return rows
        }
        var rows = rows
        for (position, field) in declared.fields.enumerated() where fields.contains(field.name) {
            if case .list(.reference(let other)) = field.type.type {
                rows = try expand(rows, listAt: position, of: other, depth: depth)
                continue
            }
            guard case .reference(let other) = field.type.type else { continue }
            let ids = rows.compactMap { row in
                if case .object(let value) = row.values[position] { value.rowID } else { Int64?.none }
            }
            let found = try get(ids, of: other, depth: depth + 1).compactMap { $0 }
            rows = rows.map { row in
                guard case .object(let value) = row.values[position], let whole = found.first(where: { $0 == value }) else { return row }
                var values = row.values
                values[position] = .object(whole)
                return CELObject(shape: row.shape, values: values, id: row.id)
            }
        }
        return rows
    }

    /// The rows in a field that is a list of them.
    private mutating func expand(
        _ rows: [CELObject], listAt position: Int, of other: String, depth: Int
    ) throws(Interruption) -> [CELObject] {
        func ids(_ row: CELObject) -> [Int64] {
            guard case .list(let elements) = row.values[position] else { return [] }
            return elements.compactMap { if case .object(let element) = $0 { element.rowID } else { nil } }
        }
        // All at once.
        _ = try get(rows.flatMap(ids), of: other, depth: depth + 1)
        var result: [CELObject] = []
        for row in rows {
            guard case .list = row.values[position] else {
                result.append(row)
                continue
            }
            var values = row.values
            values[position] = .list(try get(ids(row), of: other, depth: depth + 1).compactMap { $0.map { .object($0) } })
            result.append(CELObject(shape: row.shape, values: values, id: row.id))
        }
        return result
    }

    /// Rows that are known by their id alone, whole; of a list those that are still there. Everything else as it is.
    mutating func whole(_ value: CELValue) throws(Interruption) -> CELValue {
        if case .list(let elements) = value, case .object(let first)? = elements.first, definition.collections[first.type] != nil {
            let rows = elements.compactMap { if case .object(let row) = $0 { row } else { CELObject?.none } }
            guard rows.contains(where: \.isStub) else { return value }
            return .list(try get(rows.map(\.rowID), of: first.type).compactMap { $0.map { .object($0) } })
        }
        if case .object(let row) = value, row.id == nil { return .object(try wholeAnswer(row)) }
        guard case .object(let row) = value, row.isStub else { return value }
        guard let found = try get([row.rowID], of: row.type).first ?? nil else { throw .gone }
        return .object(found)
    }

    /// What a conversation kept, as a value. Nil when it isn't of the type any more.
    mutating func value(_ json: JSON, _ type: ValueType) throws(Interruption) -> CELValue? {
        let user = user
        guard definition.hasMembers(json, type.type), let value = ValueMapping.cel(json, type, row: { .object(Rows.stub($0, $1, user)) })
        else { return nil }
        return try whole(value)
    }

    // MARK: Questions of expressions

    /// Asks for all of what a condition needs to know before.
    mutating func ask(_ subqueries: [Subquery], _ variables: inout Variables) throws(Interruption) {
        let outer = variables
        for subquery in subqueries { variables[subquery.variable] = try ask(subquery, outer) }
    }

    mutating func ask(_ subquery: Subquery, _ variables: Variables) throws(Interruption) -> CELValue {
        switch subquery.source {
        case .rows(let kind, let rows): return try ask(kind, rows, variables)
        case .query(let call): return .list(try rows(of: call, variables).map { .object($0) })
        }
    }

    private mutating func ask(_ kind: Subquery.Kind, _ source: RowSource, _ variables: Variables) throws(Interruption) -> CELValue {
        let collection = source.collection
        switch kind {
        case .count, .exists, .all:
            var query = try query(source, variables, limit: nil)
            if kind == .all { query = query.negated }
            guard case .value(.int(let count)) = try request(.count(query)) else { throw fail(.store, "a reply without a number") }
            return kind == .count ? .int(count) : .bool((count > 0) == (kind == .exists))
        case .one:
            let rows = try rows(.select(try query(source, variables, limit: 2)), of: collection)
            guard rows.count < 2 else {
                throw fail(.expression, "several rows of '\(collection)' where 'one' wants one", at: source.position)
            }
            return rows.first.map { .object($0) } ?? .null
        case .filter:
            let limit = Self.maximumFiltered
            let rows = try rows(.select(try query(source, variables, limit: limit + 1)), of: collection)
            guard rows.count <= limit else {
                throw fail(.limit, "more than \(limit) rows of '\(collection)'", at: source.position)
            }
            return .list(rows.map { .object($0) })
        }
    }

    /// Rows that `filter` may bring into memory.
    static let maximumFiltered = 500
}
