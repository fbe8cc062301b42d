import CEL

// Conditions and orders as SQL. What can't run there is a mistake of the definition, never a filter in memory.
extension Loader {
    /// A condition on rows.
    func predicate(_ source: String, in node: Node, offset: Int, row: String, _ collection: String, _ scope: Scope) -> RowPredicate? {
        do throws(CELCompileError) {
            let checked = try scope.environment.check(source, expecting: .bool)
            return try predicate(checked, in: node, offset: offset, row: row, collection, scope.environment)
        } catch {
            for issue in error.issues { report(issue, in: node, offset) }
            return nil
        }
    }

    func predicate(
        _ checked: CheckedAST, in node: Node, offset: Int, row: String, _ collection: String, _ environment: CELEnvironment
    ) throws(CELCompileError) -> RowPredicate? {
        noteReferences(checked)
        checkZones(checked, in: node, offset)
        readsRows = true
        // Collections are asked within the database; queries are asked before.
        var hoisting = Hoisting(checked: checked, queries: queryNames, rows: [row])
        hoisting.find()
        guard let subqueries = try subqueries(hoisting, in: node, offset: offset, environment) else { return nil }
        let program = try environment.adding(variables: hoisting.variables).compile(hoisting.rewritten, of: checked, expecting: .bool)
        let sql = try lowering(row, collection, after: 0).condition(program)
        let expression = Expression(program: program, position: place(node, offset), subqueries: subqueries)
        return RowPredicate(expression: expression, sql: sql)
    }

    /// `i.name`, or `-i.created` for the greatest first.
    func orderKey(_ node: Node, row: String, _ collection: String, _ scope: Scope, after count: Int) -> OrderKey? {
        guard let source = text(node, "an order") else { return nil }
        do throws(CELCompileError) {
            let key = try lowering(row, collection, after: count).orderKey(source, in: scope.environment)
            guard !key.type.isNullable else {
                report("rows can't be ordered by what may be null", at: node, suggestion: "give it a value then, as in 'x == null ? 0 : x'")
                return nil
            }
            guard let sqlType = Self.sqlTypes[key.type] ?? (key.type.isEnumeration ? "text" : nil) else {
                report("rows can't be ordered by \(key.type)", at: node)
                return nil
            }
            let minus = key.isDescending ? source.utf8.prefix { $0 != UInt8(ascii: "-") }.count + 1 : 0
            let program = try scope.environment.compile(String(decoding: Array(source.utf8.dropFirst(minus)), as: UTF8.self))
            guard !callsQuery(program.checked, in: node, minus, "in an order") else { return nil }
            return OrderKey(
                expression: Expression(program: program, position: place(node, 0)), isDescending: key.isDescending, sql: key.fragment,
                sqlType: sqlType)
        } catch {
            for issue in error.issues { report(issue, in: node, 0) }
            return nil
        }
    }

    static let sqlTypes: [CELType: String] = [
        .string: "text", .int: "bigint", .double: "double precision", .bool: "boolean", .timestamp: "timestamptz", .duration: "interval",
    ]

    func place(_ node: Node, _ offset: Int) -> SourcePosition { file.position(file.mark(in: node, offset: offset)) }

    func lowering(_ variable: String, _ collection: String, after count: Int, isLenient: Bool = false) -> SQLLowering {
        let row = SQLColumns(collections: collections).row(variable, of: collection, alias: SQLNames.row)
        return lowering(row, after: count, isLenient: isLenient)
    }

    func lowering(_ row: SQLRow, after count: Int, isLenient: Bool = false) -> SQLLowering {
        let columns = SQLColumns(collections: collections)
        return SQLLowering(
            rows: [row],
            collections: collectionNames.map { name in
                SQLCollection(
                    variable: name, record: name,
                    from: { alias in "\(SQLNames.schema).\(SQLName.quoted(name)) AS \(SQLName.quoted(alias))" },
                    row: { alias in columns.row(alias, of: name, alias: alias) })
            }, functions: HostFunctions.sql, firstPlaceholder: count + 1, isLenient: isLenient)
    }
}

extension CELType {
    var isEnumeration: Bool {
        if case .enumeration = self { true } else { false }
    }
}
