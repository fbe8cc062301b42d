import BotLanguage
import CEL
import JSON

// Calls of `queries`.
extension Interpreter {
    /// The rows of the answer, all at once.
    mutating func rows(of call: QueryCall, _ outer: Variables) throws(Interruption) -> [CELObject] {
        let query = call.query
        let own = try variables(of: call, outer)
        let limit = query.limit ?? NamedQuery.defaultLimit + 1
        let found: [CELObject]
        if let shape = query.shape {
            found = try answer(to: query, shape, own, limit: limit).map(\.row)
        } else {
            found = try rows(.select(try self.query(query.rows, own, limit: limit)), of: query.rows.collection)
        }
        guard query.limit != nil || found.count <= NamedQuery.defaultLimit else {
            throw fail(.limit, "'\(query.name)' has more than \(NamedQuery.defaultLimit) rows and no 'limit'", at: call.position)
        }
        return found
    }

    /// What expressions in the query see: nothing of where it is called but the arguments.
    mutating func variables(of call: QueryCall, _ outer: Variables) throws(Interruption) -> Variables {
        var own = baseVariables()
        for (index, parameter) in call.query.parameters.enumerated() {
            if index < call.arguments.count {
                own[parameter.name] = try whole(try evaluate(call.arguments[index], outer))
            } else if let value = parameter.default {
                own[parameter.name] = try whole(try evaluate(value, baseVariables()))
            } else {
                own[parameter.name] = .null
            }
        }
        return own
    }

    // MARK: Columns of its own

    /// - Returns: the rows, each with the id of the table's row that it was made of; 0 for groups.
    mutating func answer(
        to query: NamedQuery, _ shape: QueryShape, _ variables: Variables, bound: ListBound? = nil, limit: Int
    ) throws(Interruption) -> [(row: CELObject, id: Int64)] {
        let request = try valueQuery(query, shape, variables, bound: bound, limit: limit)
        guard case .rows(let records) = try self.request(.query(request)) else { throw fail(.store, "a reply without rows") }
        usage.rows += records.count
        guard usage.rows <= engine.limits.rows else { throw fail(.limit, "more than \(engine.limits.rows) rows for one event") }
        let user = user
        let rows = records.map { record in
            let values = zip(shape.columns, record.values).map { column, value in
                ValueMapping.cel(value, column.type) { .object(Rows.stub($0, $1, user)) }
            }
            return CELObject(shape: shape.record.shape, values: values)
        }
        return Array(zip(try expand(rows, of: shape.record), records.map { shape.isAggregated ? 0 : $0.lastID }))
    }

    /// With whole rows of collections where the columns refer to some.
    private mutating func expand(_ rows: [CELObject], of record: RecordType) throws(Interruption) -> [CELObject] {
        var rows = rows
        for (position, part) in record.parts.enumerated() {
            guard case .reference(let collection) = part.type.type else { continue }
            func id(_ row: CELObject) -> Int64? { if case .object(let other) = row.values[position] { other.rowID } else { nil } }
            _ = try get(rows.compactMap(id), of: collection)
            var whole: [CELObject] = []
            for row in rows {
                guard let id = id(row), let found = try get([id], of: collection)[0] else {
                    whole.append(row)
                    continue
                }
                var values = row.values
                values[position] = .object(found)
                whole.append(CELObject(shape: row.shape, values: values))
            }
            rows = whole
        }
        return rows
    }

    /// A row of a query that a conversation has kept, with whole rows in it.
    mutating func wholeAnswer(_ row: CELObject) throws(Interruption) -> CELObject {
        guard let record = definition.queryRecords[row.type], row.shape.fields.count == record.parts.count else { return row }
        let whole = try expand([row], of: record)[0]
        let isGone = whole.values.contains { if case .object(let value) = $0 { value.isStub } else { false } }
        guard !isGone else { throw .gone }
        return whole
    }

    private mutating func valueQuery(
        _ query: NamedQuery, _ shape: QueryShape, _ variables: Variables, bound: ListBound?, limit: Int
    ) throws(Interruption) -> ValueQuery {
        guard let collection = definition.collections[query.rows.collection] else { throw fail(.store, "no collection") }
        try writeUser()
        var variables = variables
        var parameters: [RecordValue] = []
        var failures: [String] = []
        if let predicate = query.rows.predicate {
            try ask(predicate.expression.subqueries, &variables)
            parameters += try values(predicate.sql, variables, at: predicate.expression.position, &failures)
        }
        for column in shape.columns { parameters += try values(column.sql, variables, at: column.position, &failures) }
        for key in shape.order { parameters += try values(key.sql, variables, at: key.expression.position, &failures) }
        let columns = Self.orderColumns(shape)
        let condition = bound.map { Self.condition($0, columns, &parameters) }
        let isBackwards = bound?.side == .before
        let text = Self.text(query, shape, where: condition, columns, isBackwards: isBackwards, limit: limit)
        let meaning = RowMeaning(
            variable: query.rows.variable, predicate: query.rows.predicate?.expression.program, order: [], bindings: variables.bindings,
            bound: nil, limit: nil, collection: collection, collections: definition.collections)
        let types = shape.columns.map(\.type.type.column)
        return ValueQuery(
            text: text, columns: shape.isAggregated ? types : types + [.bigint], parameters: parameters,
            origin: QueryOrigin(query.rows.predicate?.expression.position ?? query.rows.position, failures),
            meaning: QueryMeaning(
                rows: meaning, query: query, shape: shape, bound: bound.map { ($0.side.rawValue, $0.key) }, limit: limit))
    }

    static func orderColumns(_ shape: QueryShape) -> [KeyColumn] {
        let keys = shape.order.map { KeyColumn(text: $0.sql.text, type: $0.sqlType, isDescending: $0.isDescending) }
        let id = KeyColumn(text: "\(answer).\(SQLName.quoted(SQLNames.rowID))", type: "bigint", isDescending: false)
        return shape.isAggregated ? keys : keys + [id]
    }

    private static let answer = SQLName.quoted(SQLNames.answer)

    private static func text(
        _ query: NamedQuery, _ shape: QueryShape, where condition: String?, _ order: [KeyColumn], isBackwards: Bool, limit: Int
    ) -> String {
        let row = SQLName.quoted(SQLNames.row)
        var columns = shape.columns.map { column in
            "CAST(\(column.sql.text) AS \(column.type.type.column.rawValue)) AS \(SQLName.quoted(column.name))"
        }
        var names = shape.columns.map { "\(answer).\(SQLName.quoted($0.name))" }
        if !shape.isAggregated {
            columns.append("\(row).\"id\" AS \(SQLName.quoted(SQLNames.rowID))")
            names.append("\(answer).\(SQLName.quoted(SQLNames.rowID))")
        }
        var inner = "SELECT \(columns.joined(separator: ", ")) FROM \(SQLNames.schema).\(SQLName.quoted(query.rows.collection)) AS \(row)"
        if let predicate = query.rows.predicate { inner += " WHERE \(predicate.sql.text)" }
        if shape.groupCount > 0 { inner += " GROUP BY \((1...shape.groupCount).map(String.init).joined(separator: ", "))" }
        func ordered(isBackwards: Bool) -> String {
            order.isEmpty
                ? "" : " ORDER BY " + order.map { "\($0.text) \($0.isDescending != isBackwards ? "DESC" : "ASC")" }.joined(separator: ", ")
        }
        // A page of the first rows only.
        if let first = query.limit, condition != nil || limit < first {
            inner = "SELECT * FROM (\(inner)) AS \(answer)\(ordered(isBackwards: false)) LIMIT \(first)"
        }
        return "SELECT \(names.joined(separator: ", ")) FROM (\(inner)) AS \(answer)" + (condition.map { " WHERE \($0)" } ?? "")
            + ordered(isBackwards: isBackwards) + " LIMIT \(limit)"
    }
}

/// What a place in a list is told by.
struct KeyColumn: Sendable {
    var text: String
    var type: String
    var isDescending: Bool
}

extension Record {
    /// Of a query that isn't grouped.
    fileprivate var lastID: Int64 { if case .int(let id)? = values.last { id } else { 0 } }
}
