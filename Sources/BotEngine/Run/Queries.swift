import BotLanguage
import CEL

// Queries of the definition with the values they have now.
extension Interpreter {
    /// - Parameters:
    ///   - bound: the page of a list; nil: from the beginning.
    ///   - limit: nil for counting and deleting, which need no order either.
    mutating func query(
        _ source: RowSource, _ variables: Variables, bound: ListBound? = nil, window: Int? = nil, limit: Int?
    ) throws(Interruption) -> RecordQuery {
        try writeUser()
        var variables = variables
        var parameters: [RecordValue] = []
        var failures: [String] = []
        if let predicate = source.predicate {
            try ask(predicate.expression.subqueries, &variables)
            parameters += try values(predicate.sql, variables, at: predicate.expression.position, &failures)
        }
        let order = limit == nil ? [] : source.order
        for key in order { parameters += try values(key.sql, variables, at: key.expression.position, &failures) }
        var condition = source.predicate?.sql.text ?? "true"
        if let window {
            let (row, table) = (SQLName.quoted(SQLNames.row), "\(SQLNames.schema).\(SQLName.quoted(source.collection))")
            condition =
                "\(row).\"id\" IN (SELECT \(row).\"id\" FROM \(table) AS \(row) WHERE \(condition) "
                + "ORDER BY \(Self.order(order, isBackwards: false)) LIMIT \(window))"
        }
        if let bound {
            condition = "(\(condition)) AND \(Self.condition(bound, Self.columns(order), &parameters))"
        }
        guard let collection = definition.collections[source.collection] else { throw fail(.store, "no collection", at: source.position) }
        var meaning = RowMeaning(
            variable: source.variable, predicate: source.predicate?.expression.program,
            order: order.map { ($0.expression.program, $0.isDescending) }, bindings: variables.bindings,
            bound: bound.map { ($0.side.rawValue, $0.key) }, limit: limit, collection: collection, collections: definition.collections)
        meaning.window = window
        var query = RecordQuery(
            table: source.collection, alias: SQLNames.row, condition: condition,
            order: Self.order(order, isBackwards: bound?.side == .before), limit: limit, parameters: parameters, meaning: meaning)
        query.origin = QueryOrigin(source.predicate?.expression.position ?? source.position, failures)
        return query
    }

    /// What the event has changed in the person's row so far must be there before anything is looked up.
    mutating func writeUser() throws(Interruption) {
        guard !unwritten.isEmpty else { return }
        let changes = unwritten
        unwritten = []
        if case .conflict(let name) = try request(.update(table: Table.usersName, id: user.rowID, changes: changes)) {
            throw fail(.conflict, "'\(name)' forbids the change of 'users'")
        }
    }

    /// - Parameter failures: gets why parts have no value. Rows that are decided without them are found all the same.
    mutating func values(
        _ sql: SQLFragment, _ variables: Variables, at position: SourcePosition, _ failures: inout [String]
    ) throws(Interruption) -> [RecordValue] {
        do throws(CELError) {
            let bound = try evaluate(sql, variables.bindings)
            failures += bound.failures.map(\.description)
            return bound.values.map(Self.parameter)
        } catch {
            throw failure(error, at: position)
        }
    }

    static func parameter(_ value: CELValue) -> RecordValue {
        switch value {
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(number)
        case .uint(let number): Int64(exactly: number).map { .int($0) } ?? .double(Double(number))
        case .double(let number): .double(number)
        // PostgreSQL's text can't hold a NUL, so no row has one either.
        case .string(let text): .string(text.withoutNUL)
        case .timestamp(let moment): .timestamp(microseconds: moment.seconds * 1_000_000 + Int64(moment.nanoseconds) / 1_000)
        case .duration(let span): .duration(microseconds: span.nanoseconds / 1_000)
        case .object(let row): .int(row.rowID)
        case .list(let elements): .string(ArrayLiteral.text(elements))
        default: .null
        }
    }

    // MARK: Pages

    private static func order(_ keys: [OrderKey], isBackwards: Bool) -> String {
        let terms = keys.map { "\($0.sql.text) \($0.isDescending != isBackwards ? "DESC" : "ASC")" }
        return (terms + ["\(SQLName.quoted(SQLNames.row)).\"id\" \(isBackwards ? "DESC" : "ASC")"]).joined(separator: ", ")
    }

    private static func columns(_ keys: [OrderKey]) -> [KeyColumn] {
        keys.map { KeyColumn(text: $0.sql.text, type: $0.sqlType, isDescending: $0.isDescending) }
            + [KeyColumn(text: "\(SQLName.quoted(SQLNames.row)).\"id\"", type: "bigint", isDescending: false)]
    }

    /// `(a > $3 OR (a = $3 AND (b < $4 OR (b = $4 AND id > $5))))`
    static func condition(_ bound: ListBound, _ columns: [KeyColumn], _ parameters: inout [RecordValue]) -> String {
        var placeholders: [String] = []
        for (column, value) in zip(columns, bound.key) {
            parameters.append(parameter(value))
            placeholders.append("$\(parameters.count)::\(column.type)")
        }
        var result = ""
        for (index, column) in columns.enumerated().reversed() where index < placeholders.count {
            let isGreater = column.isDescending == (bound.side == .before)
            let comparison =
                "\(column.text) \(isGreater ? ">" : "<")\(result.isEmpty && bound.side == .from ? "=" : "") \(placeholders[index])"
            result = result.isEmpty ? comparison : "(\(comparison) OR (\(column.text) = \(placeholders[index]) AND \(result)))"
        }
        return result
    }
}

extension RecordQuery {
    /// The rows for which the condition doesn't hold.
    var negated: RecordQuery {
        var meaning = meaning
        meaning.isNegated.toggle()
        var query = RecordQuery(
            table: table, alias: alias, condition: "NOT (\(condition))", order: order, limit: limit, parameters: parameters,
            meaning: meaning)
        query.origin = origin
        return query
    }
}

/// PostgreSQL's text form of an array: `{"a","b"}`.
enum ArrayLiteral {
    static func text(_ elements: [CELValue]) -> String {
        "{" + elements.map(element).joined(separator: ",") + "}"
    }

    private static func element(_ value: CELValue) -> String {
        switch value {
        case .string(let text):
            "\"" + text.unicodeScalars.filter { $0.value != 0 }.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
        case .int(let number): String(number)
        case .uint(let number): String(number)
        case .double(let number): number.description
        case .bool(let flag): flag ? "t" : "f"
        case .object(let row): String(row.rowID)
        case .timestamp(let moment): "\"\(moment.description)\""
        case .duration(let span): "\"\(span.nanoseconds / 1_000) microseconds\""
        default: "NULL"
        }
    }
}
