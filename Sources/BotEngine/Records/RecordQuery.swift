public import BotLanguage
package import CEL

/// Rows of one collection. The texts come from checked definitions, never from people: what people wrote is in the
/// parameters. Every placeholder `$1`, `$2`… carries a cast (`$1::bigint`), so values may be sent as text; a list is sent as
/// PostgreSQL's array literal. Other tables are called `"@schema"."makers"`: a store puts its schema there.
public struct RecordQuery: Sendable {
    public let table: String
    /// How the texts call the row: `"t"."kcal"`.
    public let alias: String
    /// `true` when every row is meant.
    public let condition: String
    /// Always ends with the id, so that the order is total.
    public let order: String
    /// Nil only for counting and deleting.
    public let limit: Int?
    /// How many rows to pass over before the first.
    public internal(set) var offset = 0
    /// Of condition and order together.
    public let parameters: [RecordValue]
    /// For the author, when an expression in it has no value for a row.
    public internal(set) var origin = QueryOrigin()
    /// The same query for stores without SQL.
    package let meaning: RowMeaning
}

/// Where in the definition a query stands, and what went wrong before it was asked.
public struct QueryOrigin: Sendable {
    let position: SourcePosition?
    /// Why parts that mention no row have no value: they are bound as null, which fails only for rows that they matter for.
    let failures: [String]

    init(_ position: SourcePosition? = nil, _ failures: [String] = []) {
        self.position = position
        self.failures = failures
    }

    /// What a store ends the run with when the database says that an expression has no value for a row.
    public var failure: RunFailure {
        RunFailure(
            .expression, "an expression has no value for some row" + (failures.first.map { ": \($0)" } ?? ", by a division or a sum, say"),
            at: position)
    }
}

/// What a query means, row by row.
package struct RowMeaning: Sendable {
    package var variable: String
    package var predicate: CELProgram?
    package var isNegated = false
    package var order: [(program: CELProgram, isDescending: Bool)]
    package var bindings: CELBindings
    package var bound: (side: String, key: [CELValue])?
    package var limit: Int?
    /// How many of the first rows take part at all; nil: every one.
    package var window: Int?
    package var collection: Collection
    /// All of the bot, for questions within the predicate.
    package var collections: [String: Collection]
}

extension RowMeaning {
    /// The records that a store without SQL would return.
    ///
    /// - Parameter records: those of a table, by its name.
    package func select(from records: (String) -> [Record], offset: Int = 0) throws(CELError) -> [Record] {
        var found: [(record: Record, key: [CELValue])] = []
        let (objects, around) = try matching(from: records)
        let all = Dictionary(records(collection.name).map { ($0.id, $0) }) { first, _ in first }
        for object in objects {
            guard let record = all[object.rowID] else { continue }
            var bindings = around
            bindings[variable] = .object(object)
            var key: [CELValue] = []
            for order in order { key.append(try order.program.evaluate(bindings)) }
            found.append((record, key + [.int(record.id)]))
        }
        let isBackwards = bound?.side == "before"
        found.sort { isBefore($0.key, $1.key) != isBackwards && $0.record.id != $1.record.id }
        if let window {
            // Of the first rows only, whichever way they are turned.
            let first = found.sorted { isBefore($0.key, $1.key) }.prefix(window).map(\.record.id)
            found = found.filter { first.contains($0.record.id) }
        }
        if let bound {
            found = found.filter { row in
                switch bound.side {
                case "after": isBefore(bound.key, row.key)
                case "before": isBefore(row.key, bound.key)
                default: !isBefore(row.key, bound.key)
                }
            }
        }
        return Array(found.map(\.record).dropFirst(offset).prefix(limit ?? .max))
    }

    /// The rows that the predicate holds for, in the order of the table, and what expressions see beside a row.
    func matching(from records: (String) -> [Record]) throws(CELError) -> (rows: [CELObject], around: CELBindings) {
        var around = bindings
        for (name, collection) in collections {
            around[name] = .list(records(name).map { .object(whole($0, collection, records)) })
        }
        var found: [CELObject] = []
        for record in records(collection.name) {
            let row = whole(record, collection, records)
            var bindings = around
            bindings[variable] = .object(row)
            if let predicate, try predicate.evaluate(bindings).asBool() == isNegated { continue }
            found.append(row)
        }
        return (found, around)
    }

    /// With the rows that it refers to, a few levels deep.
    private func whole(_ record: Record, _ collection: Collection, _ records: (String) -> [Record], depth: Int = 0) -> CELObject {
        let row = Rows.object(record, collection, user: nil)
        guard depth < 3 else { return row }
        let values = zip(collection.fields, row.values).map { field, value in
            switch (field.type.type, value) {
            case (.reference(let other), .object(let stub)): return found(stub, other, records, depth) ?? value
            case (.list(.reference(let other)), .list(let stubs)):
                return .list(stubs.compactMap { if case .object(let stub) = $0 { found(stub, other, records, depth) } else { nil } })
            default: return value
            }
        }
        return CELObject(shape: row.shape, values: values, id: row.id)
    }

    private func found(_ stub: CELObject, _ name: String, _ records: (String) -> [Record], _ depth: Int) -> CELValue? {
        guard let collection = collections[name], let record = records(name).first(where: { $0.id == stub.rowID }) else { return nil }
        return .object(whole(record, collection, records, depth: depth + 1))
    }

    private func isBefore(_ a: [CELValue], _ b: [CELValue]) -> Bool {
        for (index, (left, right)) in zip(a, b).enumerated() where left != right {
            let isDescending = index < order.count && order[index].isDescending
            return Self.less(left, right) != isDescending
        }
        return false
    }

    /// As PostgreSQL orders values: text by code point, NaN behind all other numbers.
    static func less(_ a: CELValue, _ b: CELValue) -> Bool {
        switch (a, b) {
        case (.int(let a), .int(let b)): a < b
        case (.double(let a), .double(let b)): a.isNaN ? false : b.isNaN ? true : a < b
        case (.string(let a), .string(let b)): a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
        case (.bool(let a), .bool(let b)): !a && b
        case (.timestamp(let a), .timestamp(let b)): a < b
        case (.duration(let a), .duration(let b)): a < b
        default: false
        }
    }
}
