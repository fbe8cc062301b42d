import CEL

/// Finds what an expression asks of collections (`items.count(i, i.user == user)`) and puts variables in its place,
/// so that the database answers: rows are never filtered in memory.
///
/// Works on the tree, so what stands in the body of an `fn` is found as well.
struct Hoisting {
    struct Found {
        enum Question {
            /// - Parameter condition: what must hold for a row, with the names bound around it. The row is called `row` in it.
            case rows(Subquery.Kind, collection: String, row: String, condition: AST)
            case query(String, arguments: [AST])
        }

        let variable: String
        let type: CELType
        let question: Question
        let node: AST.ID
    }

    struct Problem {
        let message: String
        let range: Range<Int>
    }

    /// A name around a node.
    private enum Local {
        case bound(String, AST.ID)
        /// Of a comprehension: has another value with each round.
        case looped(String)
    }

    let checked: CheckedAST
    let collections: Set<String>
    let queries: Set<String>
    /// Variables whose value isn't known when the questions are asked.
    let rows: Set<String>
    private(set) var found: [Found] = []
    private(set) var problems: [Problem] = []

    /// The expression with variables in place of the questions.
    private(set) var rewritten: AST

    init(checked: CheckedAST, collections: Set<String> = [], queries: Set<String> = [], rows: Set<String> = []) {
        self.checked = checked
        self.collections = collections
        self.queries = queries
        self.rows = rows
        rewritten = checked.ast
    }

    mutating func find() {
        guard !checked.variables.isDisjoint(with: collections) || !checked.queries(among: queries).isEmpty else { return }
        visit(checked.ast.root, [])
    }

    var variables: [String: CELType] {
        Dictionary(found.map { ($0.variable, $0.type) }) { first, _ in first }
    }

    private static func type(_ kind: Subquery.Kind, _ collection: String) -> CELType {
        switch kind {
        case .count: .int
        case .exists, .all: .bool
        case .one: .nullable(.object(collection))
        case .filter: .list(.object(collection))
        }
    }

    private mutating func visit(_ id: AST.ID, _ locals: [Local]) {
        let node = checked.ast[id]
        if case .comprehension(let loop) = node.kind {
            if let collection = collection(loop.range) { return question(id, loop, collection, locals) }
            visit(loop.range, locals)
            let inner = locals + ([loop.variable] + (loop.secondVariable.map { [$0] } ?? [])).map { .looped($0) }
            for part in [loop.condition, loop.body].compactMap({ $0 }) { visit(part, inner) }
            return
        }
        if case .bind(let name, let value, let body) = node.kind {
            visit(value, locals)
            return visit(body, locals + [.bound(name, value)])
        }
        if case .call(_, nil, let arguments) = node.kind, case .function(let name, _, _)? = checked.references[id], queries.contains(name) {
            return call(id, name, arguments, locals)
        }
        if let collection = collection(id) {
            return problem(
                "the collection '\(collection)' isn't a list in memory: ask it with exists, all, one, count or filter, as in \(collection).count(x, …)",
                node.range)
        }
        for child in checked.ast.children(of: id) { visit(child, locals) }
    }

    private func collection(_ id: AST.ID) -> String? {
        guard case .name = checked.ast[id].kind, case .variable(let name)? = checked.references[id], collections.contains(name)
        else { return nil }
        return name
    }

    private mutating func question(_ id: AST.ID, _ loop: Comprehension, _ collection: String, _ locals: [Local]) {
        let node = checked.ast[id]
        guard let kind = Self.kind(loop.kind), loop.body == nil, let condition = loop.condition, loop.secondVariable == nil,
            case .locals(let slot)? = checked.references[id]
        else {
            return problem(
                "'\(loop.macro)' can't be asked of a collection: filter it first, as in \(collection).filter(x, …).\(loop.macro)(…)",
                node.focus)
        }
        if let outer = loopVariable(in: condition, locals, own: loop.variable) {
            return problem(
                "what is asked of '\(collection)' can't depend on '\(outer)', which differs from round to round: each collection is asked once",
                node.focus)
        }
        // No source can contain such a name, so it can't be taken for another.
        let row = "@row\(found.count)"
        let variable = "@asked\(found.count)"
        found.append(
            Found(
                variable: variable, type: Self.type(kind, collection),
                question: .rows(
                    kind, collection: collection, row: row, condition: part(condition, calling: slot, row, within: locals)), node: id))
        rewritten.nodes[id.index].kind = .name(variable)
    }

    private mutating func call(_ id: AST.ID, _ query: String, _ arguments: [AST.ID], _ locals: [Local]) {
        for argument in arguments {
            guard let outer = loopVariable(in: argument, locals, own: nil) else { continue }
            return problem(
                "'\(query)' can't depend on '\(outer)', which differs from row to row: a query is asked once", checked.ast[argument].range)
        }
        let variable = "@asked\(found.count)"
        let parts = arguments.map { part($0, calling: nil, "", within: locals) }
        found.append(Found(variable: variable, type: checked.type(of: id), question: .query(query, arguments: parts), node: id))
        rewritten.nodes[id.index].kind = .name(variable)
    }

    /// A part of the expression as one of its own, with the row under another name and what was bound around it.
    private func part(_ id: AST.ID, calling slot: Int?, _ row: String, within locals: [Local]) -> AST {
        var ast = checked.ast
        var open = [id]
        while let next = open.popLast() {
            if let slot, case .name = ast[next].kind, case .local(slot)? = checked.references[next] {
                ast.nodes[next.index].kind = .name(row)
            }
            open += ast.children(of: next)
        }
        ast.root = id
        for case .bound(let name, let value) in locals.reversed() where loopVariable(in: value, locals, own: nil) == nil {
            ast.bind(name, to: value, around: ast.root)
        }
        return ast
    }

    private static func kind(_ kind: Comprehension.Kind) -> Subquery.Kind? {
        switch kind {
        case .count: .count
        case .exists: .exists
        case .all: .all
        case .one: .one
        case .filter: .filter
        default: nil
        }
    }

    /// The variable of a comprehension around the node that its value depends on; nil when there is none.
    private func loopVariable(in id: AST.ID, _ locals: [Local], own: String?) -> String? {
        if case .variable(let name)? = checked.references[id], rows.contains(name) { return name.hasPrefix("@") ? "the row" : name }
        if case .name(let name) = checked.ast[id].kind, case .local? = checked.references[id], name != own {
            for (index, local) in locals.enumerated().reversed() {
                switch local {
                case .looped(name): return name
                case .bound(name, let value): return loopVariable(in: value, Array(locals[..<index]), own: nil)
                default: continue
                }
            }
        }
        for child in checked.ast.children(of: id) {
            if let name = loopVariable(in: child, locals, own: own) { return name }
        }
        return nil
    }

    private mutating func problem(_ message: String, _ range: Range<Int>) {
        problems.append(Problem(message: message, range: range))
    }
}

extension CheckedAST {
    /// The queries that it calls.
    func queries(among names: Set<String>) -> Set<String> {
        guard !names.isEmpty else { return [] }
        return Set(
            references.values.compactMap { reference in
                if case .function(let name, _, _) = reference, names.contains(name) { name } else { nil }
            })
    }
}
