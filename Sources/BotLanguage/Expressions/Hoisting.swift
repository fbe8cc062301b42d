import CEL

/// Finds what an expression asks of collections (`items.count(i, i.user == user)`) and puts variables in its place,
/// so that the database answers: rows are never filtered in memory.
///
/// The rewritten source has the same length, which keeps the places of later mistakes right.
struct Hoisting {
    struct Found {
        let variable: String
        let kind: Subquery.Kind
        let collection: String
        let rowVariable: String
        let predicate: String
        /// Bytes from the expression's start.
        let predicateOffset: Int
        let range: Range<Int>
    }

    struct Problem {
        let message: String
        let offset: Int
        let length: Int
    }

    let checked: CheckedAST
    let collections: Set<String>
    private(set) var found: [Found] = []
    private(set) var problems: [Problem] = []

    init(checked: CheckedAST, collections: Set<String>) {
        self.checked = checked
        self.collections = collections
    }

    mutating func find() {
        guard !checked.variables.isDisjoint(with: collections) else { return }
        visit(checked.ast.root, locals: [])
    }

    var variables: [String: CELType] {
        Dictionary(found.map { ($0.variable, Self.type($0.kind, $0.collection)) }) { first, _ in first }
    }

    var rewritten: String {
        guard !found.isEmpty else { return checked.source.text(0..<checked.source.bytes.count) }
        var bytes = checked.source.bytes
        for found in found {
            let name = Array(found.variable.utf8)
            let padding = [UInt8](repeating: 0x20, count: max(0, found.range.count - name.count))
            bytes.replaceSubrange(found.range, with: name + padding)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func type(_ kind: Subquery.Kind, _ collection: String) -> CELType {
        switch kind {
        case .count: .int
        case .exists, .all: .bool
        case .one: .nullable(.object(collection))
        case .filter: .list(.object(collection))
        }
    }

    private mutating func visit(_ id: AST.ID, locals: [String]) {
        let node = checked.ast[id]
        if case .comprehension(let loop) = node.kind {
            if let collection = collection(loop.range) {
                question(node, loop, collection, locals)
            } else {
                visit(loop.range, locals: locals)
                let inner = locals + [loop.variable] + (loop.secondVariable.map { [$0] } ?? [])
                for part in [loop.condition, loop.body].compactMap({ $0 }) { visit(part, locals: inner) }
            }
            return
        }
        if case .bind(let name, let value, let body) = node.kind {
            visit(value, locals: locals)
            return visit(body, locals: locals + [name])
        }
        if let collection = collection(id) {
            return problem(
                "the collection '\(collection)' isn't a list in memory: ask it with exists, all, one, count or filter, as in \(collection).count(x, …)",
                node.range)
        }
        for child in checked.ast.children(of: id) { visit(child, locals: locals) }
    }

    private func collection(_ id: AST.ID) -> String? {
        guard case .name = checked.ast[id].kind, case .variable(let name)? = checked.references[id], collections.contains(name)
        else { return nil }
        return name
    }

    private mutating func question(_ node: AST.Node, _ loop: Comprehension, _ collection: String, _ locals: [String]) {
        guard let kind = Self.kind(loop.kind), loop.body == nil, let condition = loop.condition, loop.secondVariable == nil else {
            return problem(
                "'\(loop.macro)' can't be asked of a collection: filter it first, as in \(collection).filter(x, …).\(loop.macro)(…)",
                node.focus)
        }
        if let outer = usedLocal(condition, among: locals, inner: loop.variable) {
            return problem(
                "what is asked of '\(collection)' can't depend on '\(outer)': this version asks each collection once", node.focus)
        }
        let bytes = checked.source.bytes
        let end = node.range.upperBound - 1
        guard let comma = bytes[loop.variableRange.upperBound...].firstIndex(of: UInt8(ascii: ",")), comma < end,
            bytes[end] == UInt8(ascii: ")"),
            bytes[checked.ast[loop.range].range.upperBound...].first(where: { $0 != 0x20 && $0 != 0x0A }) == UInt8(ascii: ".")
        else { return problem("write this as \(collection).\(loop.macro)(x, …)", node.focus) }
        found.append(
            Found(
                variable: "_q\(found.count)", kind: kind, collection: collection, rowVariable: loop.variable,
                predicate: checked.source.text(comma + 1..<end), predicateOffset: comma + 1, range: node.range))
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

    private func usedLocal(_ id: AST.ID, among locals: [String], inner: String) -> String? {
        if case .name(let name) = checked.ast[id].kind, case .local? = checked.references[id], name != inner, locals.contains(name) {
            return name
        }
        for child in checked.ast.children(of: id) {
            if let name = usedLocal(child, among: locals, inner: inner) { return name }
        }
        return nil
    }

    private mutating func problem(_ message: String, _ range: Range<Int>) {
        problems.append(Problem(message: message, offset: range.lowerBound, length: range.count))
    }
}
