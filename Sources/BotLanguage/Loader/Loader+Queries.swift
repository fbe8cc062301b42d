import CEL

// `queries`: what is asked of the database under a name.
extension Loader {
    /// A query between the reading of its types and that of its conditions.
    struct QueryDraft {
        struct Column {
            var name: String
            var node: Node
            var program: CELProgram
            var type: ValueType
            /// In which it was compiled.
            var environment: CELEnvironment
        }

        var name: String
        var fields: Fields
        var parameters: [Parameter]
        var variable: String
        var collection: String
        var from: Node
        /// Nil: whole rows.
        var shape: (groups: [Column], selects: [Column])?

        /// What expressions in it see beside the row.
        func scope(_ base: CELEnvironment) -> Scope { Scope(base).adding(parameters).adding(variable, .object(collection)) }
    }

    var queryNames: Set<String> { Set(queryOrder) }

    // MARK: Types

    /// Learns the names and types of queries, so that expressions can call them.
    ///
    /// - Parameter functions: names of `fn`.
    func declareQueries(_ node: Node?, functions: [String]) {
        let entries = declarations(node, "a query")
        guard !entries.isEmpty else { return }
        for entry in entries where isFreeForFunction(entry.name, functions, at: entry.key) { queryOrder.append(entry.name) }
        if entries.count > Self.maximumQueries, let node { report("there are more than \(Self.maximumQueries) queries", at: node) }
        // Within queries their names are known, so that a call is told from a misspelt function.
        let unknown = queryOrder.map { name in
            CELFunction(name, CELOverload(.global, [], rest: .dyn, returns: .list(.dyn), isPure: false, .none))
        }
        let plain = makeEnvironment(unknown)
        let grouped = makeEnvironment(unknown + SQLLowering.lenientAggregates(ofGroups: true))
        let whole = makeEnvironment(unknown + SQLLowering.lenientAggregates(ofGroups: false))
        environment = plain
        var functions: [CELFunction] = []
        for entry in entries.prefix(Self.maximumQueries) where queryOrder.contains(entry.name) {
            let draft = queryDraft(entry.name, entry.node, plain, grouped, whole)
            if let draft {
                queryDrafts.append(draft)
                if let shape = draft.shape {
                    let columns = shape.groups + shape.selects
                    let record = RecordType(name: draft.name, columns.map { RecordType.Part(name: $0.name, type: $0.type) })
                    queryRecords[draft.name] = record
                }
            }
            functions.append(function(entry.name, draft))
        }
        environment = makeEnvironment(functions)
    }

    private static let maximumQueries = 200

    private func isFreeForFunction(_ name: String, _ functions: [String], at node: Node) -> Bool {
        checkFree(name, at: node)
        let library = CELLibrary.standard
        let known = Set(HostFunctions.all.map(\.name) + SQLLowering.aggregates.map(\.name))
        if library.functionNames.contains(name) || library.macroNames.contains(name) || known.contains(name) {
            report("'\(name)' is a function of the expression language", at: node, suggestion: "choose another name")
            return false
        }
        if functions.contains(name) {
            report("'\(name)' is a function of 'fn'", at: node, suggestion: "choose another name")
            return false
        }
        return true
    }

    /// Arguments that may be left out may be so from the end.
    private func function(_ name: String, _ draft: QueryDraft?) -> CELFunction {
        guard let draft else {
            return CELFunction(name, CELOverload(.global, [], rest: .dyn, returns: .list(.dyn), isPure: false, .none))
        }
        let element = CELType.object(draft.shape == nil ? draft.collection : name)
        let types = draft.parameters.map(\.type.cel)
        let needed = draft.parameters.lastIndex { !$0.isOptional }.map { $0 + 1 } ?? 0
        let overloads = (needed...types.count).map { count in
            CELOverload.global(Array(types.prefix(count)), returns: .list(element), isPure: false, .none)
        }
        return CELFunction(name, documentation: "A query of this bot.", overloads: overloads)
    }

    private func queryDraft(
        _ name: String, _ node: Node, _ plain: CELEnvironment, _ grouped: CELEnvironment, _ whole: CELEnvironment
    ) -> QueryDraft? {
        guard let fields = fields(of: node, .query) else { return nil }
        let parameters = parameters(fields["args"])
        for (index, parameter) in parameters.enumerated() where index > 0 && !parameter.isOptional && parameters[index - 1].isOptional {
            report("'\(parameter.name)' must be given, so those before it can't be left out", at: fields["args"] ?? node)
        }
        guard let from = fields["from"] ?? missing("from", in: fields), let (variable, collection) = rowRange(from) else { return nil }
        if parameters.contains(where: { $0.name == variable }) {
            report("'\(variable)' is an argument of the query already", at: from, suggestion: "choose another name for the row")
            return nil
        }
        var draft = QueryDraft(
            name: name, fields: fields, parameters: parameters, variable: variable, collection: collection, from: from)
        guard fields["group"] != nil || fields["select"] != nil else { return draft }
        // What the condition says of null is known of the rows that are left. If it is wrong, that is reported later.
        let condition = fields["where"]?.text.flatMap { try? draft.scope(person(plain)).environment.check($0, expecting: .bool) }
        func scope(_ environment: CELEnvironment) -> Scope {
            draft.scope(person(environment)).knowing(nonNull: condition?.nonNullIfTrue ?? [])
        }
        let groups = columns(fields["group"], "a group", scope(plain), parameters, taken: [])
        let environment = fields["group"] == nil ? whole : grouped
        let selects = columns(fields["select"], "a value", scope(environment), parameters, taken: groups?.map(\.name) ?? [])
        guard let groups, let selects else { return nil }
        for group in groups where !isGroupable(group.type) {
            report(
                "rows can't be grouped by \(group.type.description)", at: group.node,
                suggestion: group.type.type == .number ? "make it a whole number, as in 'int(x)'" : nil)
            return nil
        }
        if groups.isEmpty, selects.isEmpty {
            report("the query has no columns", at: fields.key("group") ?? fields.key("select") ?? node)
            return nil
        }
        draft.shape = (groups, selects)
        return draft
    }

    private func person(_ environment: CELEnvironment) -> CELEnvironment {
        environment.adding(variables: base.variables.filter { ["user", "now", "config"].contains($0.key) })
    }

    /// Nil: something is wrong, and reported.
    private func columns(
        _ node: Node?, _ what: String, _ scope: Scope, _ parameters: [Parameter], taken: [String]
    ) -> [QueryDraft.Column]? {
        var columns: [QueryDraft.Column] = []
        let entries = declarations(node, what)
        var isValid = entries.count == (node?.mapping?.count ?? 0)
        for entry in entries {
            checkFree(entry.name, at: entry.key)
            if taken.contains(entry.name) || parameters.contains(where: { $0.name == entry.name }) {
                report("'\(entry.name)' has a meaning in the query already", at: entry.key, suggestion: "choose another name")
            }
            guard let column = column(entry.name, entry.node, scope) else {
                isValid = false
                continue
            }
            columns.append(column)
        }
        return isValid ? columns : nil
    }

    private func column(_ name: String, _ node: Node, _ scope: Scope) -> QueryDraft.Column? {
        guard let source = text(node, "an expression") else { return nil }
        do throws(CELCompileError) {
            let program = try scope.environment.compile(source)
            checkZones(program.checked, in: node, 0)
            guard !callsQuery(program.checked, in: node, 0, "in another one's columns") else { return nil }
            guard let type = ValueType(program.type, collections: Set(collectionNames)), !type.type.isList else {
                report(
                    "a query can't give a value of type \(program.type)", at: node,
                    suggestion: program.type == .null ? nil : "choose its parts")
                return nil
            }
            return QueryDraft.Column(name: name, node: node, program: program, type: type, environment: scope.environment)
        } catch {
            for issue in error.issues { report(issue, in: node, 0) }
            return nil
        }
    }

    private func isGroupable(_ type: ValueType) -> Bool {
        switch type.type {
        case .string, .int, .bool, .timestamp, .duration, .enumeration, .reference, .money, .date, .time: true
        case .number, .list, .record: false
        }
    }

    // MARK: Conditions

    /// Reads the rest, when collections are known. A query sees those above it.
    func readQueries() {
        for draft in queryDrafts { queries[draft.name] = query(draft) }
    }

    private func query(_ draft: QueryDraft) -> NamedQuery? {
        let scope = draft.scope(base)
        readsRows = true
        var predicate: RowPredicate?
        if let node = draft.fields["where"] {
            guard let source = text(node, "a condition") else { return nil }
            predicate = self.predicate(source, in: node, offset: 0, row: draft.variable, draft.collection, scope)
            guard predicate != nil else { return nil }
        }
        var parameters = predicate?.sql.parameters.count ?? 0
        let limit = draft.fields["limit"].flatMap { whole($0, in: 1...2_000, "'limit'") }
        var programs = [predicate?.expression.program].compactMap { $0 }
        var order: [OrderKey] = []
        var shape: QueryShape?
        if draft.shape != nil {
            shape = readShape(draft, &parameters)
            guard let shape else { return nil }
            programs += shape.columns.map(\.program) + shape.columns.flatMap(\.aggregates).compactMap(\.argument)
            programs += shape.order.map(\.expression.program)
        } else {
            for node in draft.fields["order"]?.elements ?? [] {
                guard let key = orderKey(node, row: draft.variable, draft.collection, scope, after: parameters) else { return nil }
                parameters += key.sql.parameters.count
                order.append(key)
            }
            programs += order.map(\.expression.program)
        }
        let asked = predicate?.expression.subqueries ?? []
        let seesPerson =
            programs.contains { $0.variables.contains("user") }
            || asked.contains { if case .query(let call) = $0.source { call.seesPerson } else { false } }
            || draft.parameters.contains { $0.default?.program.variables.contains("user") ?? false }
        return NamedQuery(
            name: draft.name, parameters: draft.parameters,
            rows: RowSource(
                variable: draft.variable, collection: draft.collection, predicate: predicate, order: order, position: position(draft.from)),
            limit: limit, shape: shape, seesPerson: seesPerson)
    }

    private func readShape(_ draft: QueryDraft, _ parameters: inout Int) -> QueryShape? {
        guard let (groups, selects) = draft.shape, let record = queryRecords[draft.name] else { return nil }
        let isGrouped = draft.fields["group"] != nil
        var columns: [QueryColumn] = []
        var rowColumn: QueryDraft.Column?
        var aggregateColumn: QueryDraft.Column?
        for (index, column) in (groups + selects).enumerated() {
            do throws(CELCompileError) {
                let lowering = lowering(draft.variable, draft.collection, after: parameters, isLenient: true)
                let (sql, readsRow, isAggregate) = try lowering.column(column.program)
                if readsRow, isGrouped, index >= groups.count {
                    report(
                        "a group has many rows, so '\(column.name)' must be made of aggregates (sum, avg, min, max, count)",
                        at: column.node,
                        suggestion: "or put it under 'group'")
                    return nil
                }
                if readsRow { rowColumn = rowColumn ?? column }
                if isAggregate { aggregateColumn = aggregateColumn ?? column }
                parameters += sql.parameters.count
                let split = try AggregateSplit.of(column.program, column.environment)
                columns.append(
                    QueryColumn(
                        name: column.name, type: column.type, sql: sql, program: split.program, aggregates: split.aggregates,
                        position: position(column.node)))
            } catch {
                for issue in error.issues { report(issue, in: column.node, 0) }
                return nil
            }
        }
        if !isGrouped, let rowColumn, let aggregateColumn {
            report(
                "'\(aggregateColumn.name)' is made of all rows, and '\(rowColumn.name)' of a single one", at: aggregateColumn.node,
                suggestion: "group by '\(rowColumn.name)', or make two queries")
            return nil
        }
        let isAggregated = isGrouped || aggregateColumn != nil
        guard let order = readOrder(draft, columns, groupCount: groups.count, isAggregated: isAggregated, &parameters) else { return nil }
        return QueryShape(columns: columns, groupCount: groups.count, isAggregated: isAggregated, record: record, order: order)
    }

    /// The author's order over the names, and then whatever tells groups apart. Single rows have their id.
    private func readOrder(
        _ draft: QueryDraft, _ columns: [QueryColumn], groupCount: Int, isAggregated: Bool, _ parameters: inout Int
    ) -> [OrderKey]? {
        var result: [OrderKey] = []
        for node in draft.fields["order"]?.elements ?? [] {
            guard let source = text(node, "an order"), let key = columnKey(source, draft, columns, node, &parameters) else { return nil }
            result.append(key)
        }
        let nowhere = draft.from
        // One row for all needs none.
        let distinct: [QueryColumn] = isAggregated ? Array(columns.prefix(groupCount)) : []
        for column in distinct {
            let name = column.name
            let sources: [String]
            if case .reference = column.type.type {
                sources = column.type.isNullable ? ["\(name) == null", "\(name) == null ? 0 : \(name).id"] : ["\(name).id"]
            } else if column.type.isNullable {
                sources = ["\(name) == null", "\(name) == null ? \(Self.zero(of: column.type.type)) : \(name)"]
            } else {
                sources = [name]
            }
            for source in sources {
                guard let key = columnKey(source, draft, columns, nowhere, &parameters) else { return nil }
                result.append(key)
            }
        }
        return result
    }

    private static func zero(of type: FieldType) -> String {
        switch type {
        case .int, .money: "0"
        case .bool: "false"
        case .timestamp: "timestamp(0)"
        case .duration: "duration('0s')"
        case .number: "0.0"
        default: "''"
        }
    }

    private func columnKey(
        _ source: String, _ draft: QueryDraft, _ columns: [QueryColumn], _ node: Node, _ parameters: inout Int
    ) -> OrderKey? {
        let types = Dictionary(columns.map { ($0.name, $0.type.cel) }) { first, _ in first }
        let scope = Scope(base).adding(draft.parameters).environment.adding(variables: types)
        var places: [String: SQLColumn] = [:]
        for column in columns {
            let text = "\(SQLName.quoted(SQLNames.answer)).\(SQLName.quoted(column.name))"
            places[column.name] = SQLColumn(text, column.type.type.column.rawValue)
        }
        let lowering = lowering(SQLRow(variable: "@answer", fields: places), after: parameters)
        do throws(CELCompileError) {
            let (key, program) = try lowering.orderKey(source, in: scope, columns: Set(types.keys), of: draft.name)
            guard !callsQuery(program.checked, in: node, 0, "in an order") else { return nil }
            guard !key.type.isNullable else {
                report("rows can't be ordered by what may be null", at: node, suggestion: "give it a value then, as in 'x == null ? 0 : x'")
                return nil
            }
            guard let sqlType = Self.sqlTypes[key.type] ?? (key.type.isEnumeration ? "text" : nil) else {
                report("rows can't be ordered by \(key.type)", at: node)
                return nil
            }
            parameters += key.fragment.parameters.count
            return OrderKey(
                expression: Expression(program: program, position: place(node, 0)), isDescending: key.isDescending, sql: key.fragment,
                sqlType: sqlType)
        } catch {
            for issue in error.issues { report(issue, in: node, 0) }
            return nil
        }
    }

    // MARK: Calls

    /// A query that may be called where an expression stands; nil, and reported, when it may not.
    func callable(
        _ name: String, in node: Node, _ offset: Int, _ focus: Range<Int>, _ environment: CELEnvironment
    ) -> NamedQuery? {
        guard let query = queries[name] else {
            // One that is wrong is reported where it stands.
            if queryDrafts.contains(where: { $0.name == name }), queries.keys.contains(name) == false, diagnostics.isEmpty {
                report(
                    "'\(name)' isn't known here yet", in: node, offset + focus.lowerBound, focus.count,
                    "a query can ask those that stand above it, and defaults of fields can't ask any")
            }
            return nil
        }
        guard !query.seesPerson || environment.variables["user"] != nil else {
            report(
                "'\(name)' looks at 'user', and here is nobody", in: node, offset + focus.lowerBound, focus.count,
                "give the query the person as an argument")
            return nil
        }
        return query
    }

    /// Reports calls of queries where none can be asked.
    func callsQuery(_ checked: CheckedAST, in node: Node, _ offset: Int, _ place: String) -> Bool {
        guard let name = checked.queries(among: queryNames).sorted().first else { return false }
        let focus =
            checked.references.first { entry in
                if case .function(name, _, _) = entry.value { true } else { false }
            }.map { checked.ast[$0.key].focus } ?? 0..<1
        report("the query '\(name)' can't be asked \(place)", in: node, offset + focus.lowerBound, focus.count, nil)
        return true
    }

    /// `e in eaten(x)` of a list: nil, and reported, when it is something else.
    func queryRange(_ node: Node, _ scope: Scope) -> (variable: String, call: QueryCall)? {
        guard let text = node.text, let (variable, rest, offset) = Self.split(text), checkName(variable, "a variable", at: node) else {
            return nil
        }
        checkFree(variable, at: node)
        guard let value = expression(rest, in: node, offset: offset, scope) else { return nil }
        guard value.isPlainVariable || value.program.source == rest, value.subqueries.count == 1, let asked = value.subqueries.first,
            case .query(let call) = asked.source, value.program.isVariable(asked.variable)
        else {
            report(
                "a list shows the rows of a collection or of one query", in: node, offset, rest.utf8.count,
                "write 'x in \(queryOrder.first ?? "query")(…)'", code: .definition)
            return nil
        }
        return (variable, call)
    }

    /// Whether a range such as `e in eaten(x)` calls a query.
    func isQueryRange(_ node: Node) -> Bool {
        guard let text = node.text, let (_, rest, _) = Self.split(text), !collectionNames.contains(rest) else { return false }
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return queryNames.contains(String(name))
    }
}

extension CELProgram {
    /// Whether it is nothing but this variable.
    func isVariable(_ name: String) -> Bool {
        if case .variable(name)? = checked.references[checked.ast.root] { true } else { false }
    }
}

extension QueryCall {
    /// Whether it, or one of its arguments that is left out, looks at the person. Arguments that are given are told where they stand.
    var seesPerson: Bool { query.seesPerson || arguments.contains { $0.program.variables.contains("user") } }
}

extension FieldType {
    fileprivate var isList: Bool { if case .list = self { true } else { false } }
}
