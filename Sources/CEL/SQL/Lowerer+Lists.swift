// Collections of rows, and lists: what is done with their elements becomes a subquery.
extension Lowerer {
    /// `tickets.exists(t, …)` and its kin.
    mutating func comprehension(_ id: AST.ID, _ loop: Comprehension) throws(CELCompileError) -> Lowered {
        switch loop.kind {
        case .all, .exists, .existsOne, .count: break
        case .filter, .map:
            throw refuse(
                id, "a list made by '\(loop.macro)' can't be a value in the database", suggestion: "count it, sum it or look into it")
        default: throw refuse(id, "'\(loop.macro)' can't run in the database")
        }
        guard let source = try source(loop.range), let condition = loop.condition else {
            throw refuse(id, "'\(loop.macro)' over this can't run in the database")
        }
        var outcome: Lowered?
        var sure: [String] = []
        try bind(id, loop, source) { lowerer throws(CELCompileError) in
            if loop.kind == .all {
                outcome = try lowerer.lower(condition)
            } else {
                let found = try lowerer.conjunction(condition)
                (outcome, sure) = (found.whole, found.sure)
            }
        }
        guard let test = outcome else { throw refuse(id, "this can't run in the database") }
        if source.canFail || test.canFail { return careful(loop.kind, source, test, sure) }
        let filters = source.conditions.map(\.text)
        switch loop.kind {
        case .exists: return boolean("EXISTS (SELECT 1 FROM \(source.from) WHERE \(all(filters + [test.text])))")
        case .all: return boolean("(NOT EXISTS (SELECT 1 FROM \(source.from) WHERE \(all(filters + ["NOT \(test.text)"]))))")
        case .existsOne: return boolean("((SELECT count(*) FROM \(source.from) WHERE \(all(filters + [test.text]))) = 1)")
        default:
            return whole(
                "(SELECT count(*) FROM \(source.from) WHERE \(all(filters + [test.text])))", range: WholeRange(low: 0, high: .max),
                canFail: false)
        }
    }

    private func all(_ conditions: [String]) -> String { conditions.joined(separator: " AND ") }

    /// Whether an element takes part: null when that fails. A condition is only put to what the ones before let pass.
    private func taking(_ conditions: [Lowered]) -> String {
        guard let first = conditions.first else { return "true" }
        if conditions.count == 1 { return first.text }
        let rest = taking(Array(conditions.dropFirst()))
        return first.canFail
            ? "(CASE \(first.text) WHEN true THEN \(rest) WHEN false THEN false END)" : "(\(first.text) AND \(rest))"
    }

    /// With conditions that can fail: one element with the decisive outcome decides, even when others fail, but not
    /// for counting, and not when the list itself fails.
    private mutating func careful(_ kind: Comprehension.Kind, _ source: Source, _ test: Lowered, _ sure: [String]) -> Lowered {
        let alias = alias("s")
        // Rows that can't fail and don't take part needn't be looked at.
        let narrowing = source.canFail ? [] : source.conditions.map(\.text) + (kind == .all ? [] : sure)
        let taking = source.canFail ? taking(source.conditions) : "true"
        let place = narrowing.isEmpty ? "" : " WHERE \(all(narrowing))"
        let from = "(SELECT \(taking) AS c, \(test.text) AS d FROM \(source.from)\(place)) AS \(alias)"
        let (c, d) = ("\(alias).c", "\(alias).d")
        let result: String
        switch kind {
        case .exists, .all:
            let decisive = kind == .exists ? d : "NOT \(d)"
            result =
                "CASE WHEN bool_or(\(c) IS NULL) THEN NULL WHEN bool_or(\(c) AND \(decisive)) THEN \(kind == .exists) "
                + "WHEN bool_or(\(c) AND \(d) IS NULL) THEN NULL ELSE \(kind != .exists) END"
        default:
            let count = "count(*) FILTER (WHERE \(c) AND \(d))"
            result =
                "CASE WHEN bool_or(\(c) IS NULL OR (\(c) AND \(d) IS NULL)) THEN NULL ELSE \(count)\(kind == .existsOne ? " = 1" : "") END"
        }
        let text = "(SELECT \(result) FROM \(from))"
        return kind == .count ? whole(text, range: WholeRange(low: 0, high: .max), canFail: true) : boolean(text, canFail: true)
    }

    /// `item in rows.map(…)`, `item in o.tags`
    mutating func membership(
        _ id: AST.ID, _ item: Lowered, inRows list: AST.ID, _ element: CELType
    ) throws(CELCompileError) -> Lowered {
        guard !element.isNullable, element != .dyn else { throw refuse(id, "'in' needs a list without nulls") }
        if case .comprehension = checked.ast[list].kind {
        } else if mentionsRows(list), !isCollection(list) {
            let whole = try lower(list)
            // An index on a JSON column knows what lies in it.
            if whole.sqlType == "jsonb", !whole.canFail, [.string, .int, .bool].contains(element), item.type == element {
                return boolean("(\(whole.text) @> to_jsonb(\(item.text)))", canFail: item.canFail)
            }
            if whole.sqlType.hasSuffix("[]") { return any(item, of: whole) }
        }
        guard let source = try source(list) else {
            throw refuse(id, "'in' needs a list that is known before the query, or lies in a column")
        }
        let value: Lowered
        switch source.element {
        case .value(let found): value = found
        case .row(let row):
            guard let key = row.key else { throw refuse(id, "rows of this kind have no key to compare them by") }
            value = Lowered(text: key.text, type: element, sqlType: key.sqlType, isSimple: true)
        }
        var test = equality(item, value, isEqual: true)
        if !source.canFail, !item.canFail {
            return boolean("EXISTS (SELECT 1 FROM \(source.from) WHERE \(all(source.conditions.map(\.text) + [test.text])))")
        }
        test.canFail = true
        let found = careful(.exists, source, test, [])
        // In an empty list an item isn't looked for, but it is still made.
        guard item.canFail else { return found }
        return boolean("(CASE WHEN \(item.text) IS NOT NULL THEN \(found.text) END)", canFail: true)
    }

    private func isCollection(_ id: AST.ID) -> Bool {
        if case .variable(let name)? = checked.references[meaning(of: id)] { return collections[name] != nil }
        return false
    }

    /// Functions on lists; nil for what is none.
    mutating func overList(
        _ id: AST.ID, _ name: String, _ list: AST.ID, _ arguments: [AST.ID]
    ) throws(CELCompileError) -> Lowered? {
        let type = checked.type(of: list).unwrapped
        if name == "size", case .map = type, mentionsRows(list) {
            let map = try lower(list)
            guard map.sqlType == "jsonb" else { return nil }
            return whole("(SELECT count(*) FROM jsonb_object_keys(\(map.text)))", range: .count, canFail: map.canFail)
        }
        guard case .list(let element) = type, mentionsRows(list) else { return nil }
        let list = meaning(of: list)
        if name == "size", !isCollection(list) {
            if case .comprehension = checked.ast[list].kind {
            } else {
                let value = try lower(list)
                guard value.sqlType == "jsonb" || value.sqlType.hasSuffix("[]") else {
                    throw refuse(id, "'\(name)' of this list can't run in the database")
                }
                let count = value.sqlType == "jsonb" ? "jsonb_array_length(\(value.text))" : "cardinality(\(value.text))"
                return whole("\(count)::bigint", range: .count, canFail: value.canFail)
            }
        }
        guard let found = try source(list) else { throw refuse(id, "'\(name)' of this list can't run in the database") }
        return try reduced(id, name, found, element, arguments)
    }

    private mutating func reduced(
        _ id: AST.ID, _ name: String, _ source: Source, _ element: CELType, _ arguments: [AST.ID]
    ) throws(CELCompileError) -> Lowered {
        let alias = alias("s")
        let (c, x) = ("\(alias).c", "\(alias).x")
        var value = boolean("true")
        if case .value(let found) = source.element { value = found }
        if element == .int { value.text = number(value) }
        var result: Lowered
        switch (name, element) {
        case ("size", _): result = whole("count(*)", range: WholeRange(low: 0, high: .max), canFail: false)
        case ("join", .string):
            let order = source.place.map { _ in " ORDER BY \(alias).n" } ?? ""
            guard source.place != nil else { throw refuse(id, "rows have no order to join them in") }
            var separator = Lowered(text: "''", type: .string, sqlType: "text")
            if let argument = arguments.first { separator = try lower(argument) }
            let text = "COALESCE(string_agg(\(x), \(separator.text)\(order)), '')"
            let whole = separator.canFail ? "CASE WHEN \(separator.text) IS NOT NULL THEN \(text) END" : text
            result = Lowered(text: whole, type: .string, sqlType: "text", canFail: separator.canFail)
        default:
            guard case .value = source.element,
                let found = aggregateText(name, element, x, order: source.place == nil ? "" : " ORDER BY \(alias).n")
            else { throw refuse(id, "'\(name)' of a list of \(element) can't run in the database") }
            result = found
        }
        let filters = source.canFail ? [] : source.conditions.map(\.text)
        let index = source.place.map { ", \($0.text) AS n" } ?? ""
        let inner =
            "SELECT \(source.canFail ? taking(source.conditions) : "true") AS c, \(value.text) AS x\(index) FROM \(source.from)"
            + (filters.isEmpty ? "" : " WHERE \(all(filters))")
        if source.canFail {
            // What doesn't take part is left out before it is counted.
            let kept = "(SELECT * FROM (\(inner)) AS \(alias) WHERE \(c) IS NOT FALSE) AS \(alias)"
            result.text = "(SELECT CASE WHEN bool_or(\(c) IS NULL) THEN NULL ELSE \(result.text) END FROM \(kept))"
            result.canFail = true
        } else {
            result.text = "(SELECT \(result.text) FROM (\(inner)) AS \(alias))"
        }
        return result
    }
}
