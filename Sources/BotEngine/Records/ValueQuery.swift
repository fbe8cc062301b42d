public import BotLanguage
package import CEL

/// A question whose answer isn't rows of a table: groups, and values made of rows. The text comes from a checked definition,
/// never from people: what people wrote is in the parameters.
public struct ValueQuery: Sendable {
    /// A whole statement. Placeholders are as in ``RecordQuery``, and tables are called `"@schema"."meals"`.
    public let text: String
    /// The types of the answer's columns.
    public let columns: [Column.ColumnType]
    public let parameters: [RecordValue]
    public let origin: QueryOrigin
    /// The same query for stores without SQL.
    package let meaning: QueryMeaning
}

/// What a query with columns of its own means.
package struct QueryMeaning: Sendable {
    /// The rows that take part.
    package var rows: RowMeaning
    package var query: NamedQuery
    package var shape: QueryShape
    package var bound: (side: String, key: [CELValue])?
    /// How many rows are wanted of those that the query gives.
    package var limit: Int

    private struct Row {
        var values: [CELValue]
        var key: [CELValue]
        var id: Int64
    }
}

extension QueryMeaning {
    /// The records that a store without SQL would return. A row of the table that isn't grouped has its id behind its columns.
    ///
    /// - Parameter records: those of a table, by its name.
    package func select(from records: (String) -> [Record]) throws(CELError) -> [Record] {
        let (found, around) = try rows.matching(from: records)
        var answer: [Row] = []
        if shape.isAggregated {
            for group in try groups(of: found, around) { answer.append(try ordered(group.values, id: 0)) }
        } else {
            for row in found {
                var bindings = around
                bindings[rows.variable] = .object(row)
                var values: [CELValue] = []
                for column in shape.columns { values.append(try column.program.evaluate(bindings)) }
                answer.append(try ordered(values, id: row.rowID))
            }
        }
        answer.sort { isBefore($0.key, $1.key) }
        if let limit = query.limit { answer = Array(answer.prefix(limit)) }
        if let bound {
            answer = answer.filter { row in
                switch bound.side {
                case "after": isBefore(bound.key, row.key)
                case "before": isBefore(row.key, bound.key)
                default: !isBefore(row.key, bound.key)
                }
            }
            if bound.side == "before" { answer.reverse() }
        }
        return try answer.prefix(limit).map { row throws(CELError) in try record(row) }
    }

    // MARK: Groups

    private func groups(
        of found: [CELObject], _ around: CELBindings
    ) throws(CELError) -> [(values: [CELValue], rows: [CELBindings])] {
        var groups: [(values: [CELValue], rows: [CELBindings])] = []
        // Without `group` there is one, also of no rows.
        if shape.groupCount == 0 { groups.append(([], [])) }
        for row in found {
            var bindings = around
            bindings[rows.variable] = .object(row)
            var key: [CELValue] = []
            for column in shape.columns.prefix(shape.groupCount) { key.append(try column.program.evaluate(bindings)) }
            if let index = groups.firstIndex(where: { $0.values == key }) {
                groups[index].rows.append(bindings)
            } else {
                groups.append((key, [bindings]))
            }
        }
        for index in groups.indices {
            for column in shape.columns.dropFirst(shape.groupCount) {
                var bindings = around
                for aggregate in column.aggregates {
                    let values = try Aggregation.values(aggregate, groups[index].rows)
                    // A sum that is too large fails where it is looked at.
                    do throws(CELError) { bindings[aggregate.variable] = try Aggregation.value(aggregate, values) } catch {
                        bindings.setLazy(aggregate.variable) { throw error }
                    }
                }
                groups[index].values.append(try column.program.evaluate(bindings))
            }
        }
        return groups
    }

    // MARK: Order

    private func ordered(_ values: [CELValue], id: Int64) throws(CELError) -> Row {
        var bindings = rows.bindings
        for (column, value) in zip(shape.columns, values) { bindings[column.name] = value }
        var key: [CELValue] = []
        for order in shape.order { key.append(try order.expression.program.evaluate(bindings)) }
        return Row(values: values, key: shape.isAggregated ? key : key + [.int(id)], id: id)
    }

    private func isBefore(_ a: [CELValue], _ b: [CELValue]) -> Bool {
        for (index, (left, right)) in zip(a, b).enumerated() {
            let isDescending = index < shape.order.count && shape.order[index].isDescending
            if RowMeaning.less(left, right) { return !isDescending }
            if RowMeaning.less(right, left) { return isDescending }
        }
        return false
    }

    private func record(_ row: Row) throws(CELError) -> Record {
        var values: [RecordValue] = []
        for (column, value) in zip(shape.columns, row.values) {
            do throws(ValueError) { values.append(try ValueMapping.record(value, column.type)) } catch {
                throw CELError(.invalidArgument, error.message)
            }
        }
        return Record(shape.isAggregated ? values : values + [.int(row.id)])
    }
}

/// Many values made one.
enum Aggregation {
    /// What the argument gives for each row; of `count()` true.
    static func values(_ aggregate: QueryAggregate, _ rows: [CELBindings]) throws(CELError) -> [CELValue] {
        guard let argument = aggregate.argument else { return rows.map { _ in .bool(true) } }
        var values: [CELValue] = []
        for row in rows {
            let value = try argument.evaluate(row)
            if !value.isNull { values.append(value) }
        }
        return values
    }

    static func value(_ aggregate: QueryAggregate, _ values: [CELValue]) throws(CELError) -> CELValue {
        switch aggregate.function {
        case "count": return .int(Int64(values.count { $0 == .bool(true) }))
        case "sum": return try sum(values, aggregate.type.unwrapped)
        case "avg":
            guard !values.isEmpty else { return .null }
            let doubles = values.map { if case .int(let number) = $0 { CELValue.double(Double(number)) } else { $0 } }
            guard case .double(let total) = try sum(doubles, .double) else { return .null }
            return .double(total / Double(values.count))
        default:
            let isLeast = aggregate.function == "min"
            if let nan = values.first(where: isNaN) { return nan }
            return values.dropFirst().reduce(values.first ?? .null) { best, next in
                RowMeaning.less(isLeast ? next : best, isLeast ? best : next) ? next : best
            }
        }
    }

    private static func isNaN(_ value: CELValue) -> Bool { if case .double(let number) = value { number.isNaN } else { false } }

    private static func sum(_ values: [CELValue], _ type: CELType) throws(CELError) -> CELValue {
        if type == .double {
            var total = 0.0
            for case .double(let number) in values {
                let next = total + number
                if next.isInfinite, total.isFinite, number.isFinite { throw CELError(.overflow, "the sum is infinite") }
                total = next
            }
            return .double(total)
        }
        var total: Int128 = 0
        for value in values {
            switch value {
            case .int(let number): total += Int128(number)
            case .duration(let span): total += Int128(span.nanoseconds / 1_000)
            default: break
            }
        }
        if type == .duration {
            guard let span = Int64(exactly: total * 1_000) else { throw CELError(.overflow, "the sum is beyond 292 years") }
            return .duration(CELDuration(nanoseconds: span))
        }
        guard let number = Int64(exactly: total) else { throw CELError(.overflow, "the sum is beyond 64 bits") }
        return .int(number)
    }
}
