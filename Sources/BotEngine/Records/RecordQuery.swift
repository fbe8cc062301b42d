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
    /// The same query for stores without SQL.
    package let meaning: RowMeaning
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
        var around = bindings
        for (name, collection) in collections {
            around[name] = .list(records(name).map { .object(Rows.object($0, collection, user: nil)) })
        }
        for record in records(collection.name) {
            var bindings = around
            bindings[variable] = .object(Rows.object(record, collection, user: nil))
            if let predicate, try predicate.evaluate(bindings).asBool() == isNegated { continue }
            var key: [CELValue] = []
            for order in order { key.append(try order.program.evaluate(bindings)) }
            found.append((record, key + [.int(record.id)]))
        }
        let isBackwards = bound?.side == "before"
        found.sort { isBefore($0.key, $1.key) != isBackwards && $0.record.id != $1.record.id }
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

    private func isBefore(_ a: [CELValue], _ b: [CELValue]) -> Bool {
        for (index, (left, right)) in zip(a, b).enumerated() where left != right {
            let isDescending = index < order.count && order[index].isDescending
            return less(left, right) != isDescending
        }
        return false
    }

    private func less(_ a: CELValue, _ b: CELValue) -> Bool {
        switch (a, b) {
        case (.int(let a), .int(let b)): a < b
        case (.double(let a), .double(let b)): a < b
        case (.string(let a), .string(let b)): a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
        case (.bool(let a), .bool(let b)): !a && b
        case (.timestamp(let a), .timestamp(let b)): a < b
        case (.duration(let a), .duration(let b)): a < b
        default: false
        }
    }
}
