// Where the elements of a list, or the rows of a collection, come from in a query.
extension Lowerer {
    /// Where elements come from, and which of them take part.
    struct Source {
        /// What follows FROM.
        let from: String
        /// What the next variable stands for.
        var element: Local
        /// A condition that every element is put to, in the order they were written; one that fails makes the whole fail.
        var conditions: [Lowered] = []
        /// The place of the element in the list, from 0; nil for rows, which have none.
        let place: Lowered?
        /// Whether the place is the element's index: not when some were left out.
        var isWhole = true

        var canFail: Bool { conditions.contains(where: \.canFail) }
    }

    /// Nil when the node is no list whose elements the database has.
    mutating func source(_ id: AST.ID) throws(CELCompileError) -> Source? {
        let id = meaning(of: id)
        if case .variable(let name)? = checked.references[id], let collection = collections[name] {
            let alias = alias("q")
            return Source(from: collection.from(alias), element: .row(collection.row(alias)), place: nil)
        }
        if case .comprehension(let loop) = checked.ast[id].kind, mentionsRows(id) {
            switch loop.kind {
            case .filter:
                guard var source = try source(loop.range), let condition = loop.condition else { return nil }
                try bind(id, loop, source) { lowerer throws(CELCompileError) in
                    source.conditions.append(try lowerer.lower(condition))
                }
                source.isWhole = false
                return source
            case .map:
                guard var source = try source(loop.range), let body = loop.body else { return nil }
                try bind(id, loop, source) { lowerer throws(CELCompileError) in
                    if let condition = loop.condition {
                        source.conditions.append(try lowerer.lower(condition))
                        source.isWhole = false
                    }
                    let value = try lowerer.lower(body)
                    // An element that can't be made makes the list fail, whether or not it is looked at later.
                    if value.canFail {
                        source.conditions.append(lowerer.boolean("(CASE WHEN \(value.text) IS NOT NULL THEN true END)", canFail: true))
                    }
                    var sure = value
                    sure.canFail = false
                    source.element = .value(sure)
                }
                return source
            default: return nil
            }
        }
        guard case .list(let type) = checked.type(of: id).unwrapped else { return nil }
        if case .list = checked.ast[id].kind, mentionsRows(id) { return nil }
        if !mentionsRows(id), Self.sqlType(of: .list(type)) == nil { return nil }
        let list = try lower(id)
        let alias = alias("q")
        let place = Lowered(text: "(\(alias).n - 1)", type: .int, sqlType: "bigint", isSimple: true, range: .count)
        // A list that fails has no elements, but isn't empty.
        let conditions = list.canFail ? [boolean("\(alias).b", canFail: true)] : []
        let element: Lowered
        let elements: String
        if list.sqlType == "jsonb" {
            element = try jsonValue(id, "\(alias).v", type)
            elements = "jsonb_array_elements(\(list.text)) WITH ORDINALITY"
        } else if list.sqlType.hasSuffix("[]") {
            element = Lowered(text: "\(alias).v", type: type, sqlType: String(list.sqlType.dropLast(2)), isSimple: true)
            elements = "unnest(\(list.text)) WITH ORDINALITY"
        } else {
            return nil
        }
        guard list.canFail else {
            return Source(from: "\(elements) AS \(alias)(v, n)", element: .value(element), place: place)
        }
        // One element more, which fails.
        let inner = self.alias("l")
        let from =
            "(SELECT \(inner).v, \(inner).n, true FROM \(elements) AS \(inner)(v, n) "
            + "UNION ALL SELECT NULL, 0, NULL WHERE \(list.text) IS NULL) AS \(alias)(v, n, b)"
        return Source(from: from, element: .value(element), conditions: conditions, place: place)
    }

    /// Gives the loop's variables their meaning while its parts are lowered.
    mutating func bind(
        _ id: AST.ID, _ loop: Comprehension, _ source: Source, _ body: (inout Lowerer) throws(CELCompileError) -> Void
    ) throws(CELCompileError) {
        guard case .locals(let slot)? = checked.references[id] else { throw refuse(id, "this can't run in the database") }
        aggregateDepth += 1
        defer { aggregateDepth -= 1 }
        if loop.secondVariable != nil {
            guard let place = source.place, source.isWhole else {
                throw refuse(id, source.place == nil ? "rows have no index" : "what is filtered in the database has no index")
            }
            locals[slot] = .value(place)
            locals[slot + 1] = source.element
        } else {
            locals[slot] = source.element
        }
        defer {
            locals[slot] = nil
            locals[slot + 1] = nil
        }
        try body(&self)
    }
}
