import CEL

/// From where an expression over a row takes what it looks at: `i.owner.tz` looks at the field `owner` of the row itself, and at
/// `tz` of the row to which it refers.
///
/// What may be looked at counts as looked at: both sides of a condition do.
struct TimerPaths {
    typealias Path = [String]

    /// The fields that are looked at, by the references that lead to them.
    private(set) var fields: [Path: Set<String>] = [:]
    private let variable: String
    /// The collection to which a field of a collection refers; nil: it isn't a reference.
    private let target: (_ collection: String, _ field: String) -> String?
    private let root: String

    init(variable: String, of collection: String, target: @escaping (String, String) -> String?) {
        self.variable = variable
        self.target = target
        root = collection
    }

    mutating func add(_ checked: CheckedAST) { _ = visit(checked.ast.root, checked, [:]) }

    /// The collection to which references lead; nil: they lead nowhere.
    func collection(_ path: some Sequence<String>) -> String? {
        var collection = root
        for field in path {
            guard let next = target(collection, field) else { return nil }
            collection = next
        }
        return collection
    }

    /// - Returns: where the rows may come from that the node stands for, or is made of.
    private mutating func visit(_ id: AST.ID, _ checked: CheckedAST, _ locals: [Int: Set<Path>]) -> Set<Path> {
        switch checked.ast[id].kind {
        case .name:
            switch checked.references[id] {
            case .variable(variable): return [[]]
            case .local(let slot): return locals[slot] ?? []
            default: return []
            }
        case .select(let operand, let field, _), .has(let operand, let field):
            let paths = visit(operand, checked, locals)
            var found: Set<Path> = []
            for path in paths where collection(path) != nil {
                fields[path, default: []].insert(field)
                if collection(path + [field]) != nil { found.insert(path + [field]) }
            }
            return found
        case .bind(_, let value, let body):
            var inner = locals
            if case .locals(let slot)? = checked.references[id] { inner[slot] = visit(value, checked, locals) }
            return visit(body, checked, inner)
        case .comprehension(let loop):
            let range = visit(loop.range, checked, locals)
            var inner = locals
            if case .locals(let slot)? = checked.references[id] { (inner[slot], inner[slot + 1]) = (range, range) }
            var found = range
            for part in [loop.condition, loop.body].compactMap({ $0 }) { found.formUnion(visit(part, checked, inner)) }
            return found
        default:
            var found: Set<Path> = []
            for child in checked.ast.children(of: id) { found.formUnion(visit(child, checked, locals)) }
            return found
        }
    }
}
