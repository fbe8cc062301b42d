import CEL

// Conditions and orders as SQL. What can't run there is a mistake of the definition, never a filter in memory.
extension Loader {
    /// A condition on rows.
    func predicate(_ source: String, in node: Node, offset: Int, row: String, _ collection: String, _ scope: Scope) -> RowPredicate? {
        do throws(CELCompileError) {
            return try predicate(
                try scope.environment.compile(source, expecting: .bool), row: row, collection, at: place(node, offset))
        } catch {
            for issue in error.issues { report(issue, in: node, offset) }
            return nil
        }
    }

    func predicate(
        _ program: CELProgram, row: String, _ collection: String, at position: SourcePosition
    ) throws(CELCompileError) -> RowPredicate {
        noteReferences(program.checked)
        readsRows = true
        let sql = try lowering(row, collection, after: 0).condition(program)
        return RowPredicate(expression: Expression(program: program, position: position), sql: sql)
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
            return OrderKey(
                expression: Expression(program: program, position: place(node, 0)), isDescending: key.isDescending, sql: key.fragment,
                sqlType: sqlType)
        } catch {
            for issue in error.issues { report(issue, in: node, 0) }
            return nil
        }
    }

    private static let sqlTypes: [CELType: String] = [
        .string: "text", .int: "bigint", .double: "double precision", .bool: "boolean", .timestamp: "timestamptz", .duration: "interval",
    ]

    private func place(_ node: Node, _ offset: Int) -> SourcePosition { file.position(file.mark(in: node, offset: offset)) }

    private func lowering(_ variable: String, _ collection: String, after count: Int) -> SQLLowering {
        let columns = SQLColumns(collections: collections)
        return SQLLowering(
            rows: [columns.row(variable, of: collection, alias: SQLNames.row)],
            collections: collectionNames.map { name in
                SQLCollection(
                    variable: name, from: { alias in "\(SQLNames.schema).\(SQLName.quoted(name)) AS \(SQLName.quoted(alias))" },
                    row: { alias in columns.row(alias, of: name, alias: alias) })
            }, firstPlaceholder: count + 1)
    }
}

extension CELType {
    fileprivate var isEnumeration: Bool {
        if case .enumeration = self { true } else { false }
    }
}

/// Where the fields of collections are found in a query.
struct SQLColumns: Sendable {
    let collections: [String: Collection]

    /// How many references an expression may look through in a query: `p.category.owner.name`.
    private static let depth = 2

    func row(_ variable: String, of collection: String, alias: String) -> SQLRow {
        let quoted = SQLName.quoted(alias)
        return row(variable, of: collection, depth: 0) { "\(quoted).\(SQLName.quoted($0))" }
    }

    private func row(_ variable: String, of collection: String, depth: Int, column: (String) -> String) -> SQLRow {
        var fields: [String: SQLColumn] = [:]
        for field in collections[collection]?.fields ?? [] {
            fields[field.name] = self.column(field, column(field.name), depth)
        }
        return SQLRow(variable: variable, fields: fields, key: (text: column("id"), sqlType: "bigint"))
    }

    /// Dates and times are texts in expressions, and so they are here.
    private func column(_ field: Field, _ text: String, _ depth: Int) -> SQLColumn {
        switch field.type.type {
        case .date: return SQLColumn("to_char(\(text), 'YYYY-MM-DD')", "text")
        case .time:
            return SQLColumn("to_char(\(text), CASE WHEN extract(second FROM \(text)) = 0 THEN 'HH24:MI' ELSE 'HH24:MI:SS' END)", "text")
        case .reference(let other):
            guard depth < Self.depth else { return SQLColumn(text, "bigint") }
            let alias = SQLName.quoted("j\(depth + 1)")
            let joined = row(field.name, of: other, depth: depth + 1) { name in
                "(SELECT \(alias).\(SQLName.quoted(name)) FROM \(SQLNames.schema).\(SQLName.quoted(other)) AS \(alias) WHERE \(alias).\"id\" = \(text))"
            }
            return SQLColumn(text, "bigint", row: joined)
        default: return SQLColumn(text, field.type.type.column.rawValue)
        }
    }
}
