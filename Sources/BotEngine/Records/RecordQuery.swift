public import BotLanguage
package import CEL

/// A piece of SQL with the values of its parameters `$1`, `$2`… in order. Every placeholder carries a cast
/// (`$1::bigint`), so values may be sent as text; a list is sent as PostgreSQL's array literal.
public struct SQLText: Sendable, Hashable {
    public var text: String
    public var parameters: [RecordValue]

    public init(_ text: String, parameters: [RecordValue] = []) {
        self.text = text
        self.parameters = parameters
    }
}

/// Rows of one collection. The texts come from checked definitions, never from people: what people wrote is in the
/// parameters.
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
    /// Of condition and order together.
    public let parameters: [RecordValue]
    /// The same query for stores without SQL.
    package let meaning: RowMeaning

    /// `FROM "meals" AS "t" WHERE …`, for counting.
    public var matching: SQLText {
        SQLText("FROM \(SQLName.quoted(table)) AS \(SQLName.quoted(alias)) WHERE \(condition)", parameters: parameters)
    }

    /// The whole statement; columns in the order of the table.
    public func select(_ columns: [Column]) -> SQLText {
        let names = columns.map { "\(SQLName.quoted(alias)).\(SQLName.quoted($0.name))" }.joined(separator: ", ")
        let end = limit.map { " LIMIT \($0)" } ?? ""
        return SQLText("SELECT \(names) \(matching.text) ORDER BY \(order)\(end)", parameters: parameters)
    }

    /// Of a query without order keys, which is what counting and deleting get.
    public var count: SQLText { SQLText("SELECT count(*) \(matching.text)", parameters: parameters) }
    public var delete: SQLText { SQLText("DELETE \(matching.text)", parameters: parameters) }
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
}

extension RowMeaning {
    /// The records of a table that a store without SQL would return.
    package func select(from records: [Record]) throws(CELError) -> [Record] {
        var found: [(record: Record, key: [CELValue])] = []
        for record in records {
            var bindings = bindings
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
        return Array(found.map(\.record).prefix(limit ?? .max))
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
