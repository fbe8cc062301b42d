/// What each node of an expression needs from outside itself.
struct Dependencies {
    /// By node: whether it needs an unknown variable or a function that isn't pure.
    private(set) var isOpen: [Bool]
    /// By node: whether it calls a function that isn't pure.
    private(set) var isImpure: [Bool]
    /// By node: places of local names that are bound around it.
    private(set) var locals: [Set<Int>]
    /// By node: how many nodes it is made of.
    private(set) var sizes: [Int]
    /// Whether any function sees the bindings themselves.
    private(set) var hasContext = false

    init(_ checked: CheckedAST, isKnown: (String) -> Bool) {
        let count = checked.ast.nodes.count
        isOpen = Array(repeating: false, count: count)
        isImpure = isOpen
        locals = Array(repeating: [], count: count)
        sizes = Array(repeating: 1, count: count)
        visit(checked.ast.root, checked, isKnown)
    }

    private mutating func visit(_ id: AST.ID, _ checked: CheckedAST, _ isKnown: (String) -> Bool) {
        let place = id.index
        switch checked.references[id] {
        case .variable(let name)?:
            isOpen[place] = !isKnown(name)
            return
        case .local(let slot)?:
            locals[place] = [slot]
            return
        case .constant?, .failure?: return
        case .function(_, let overloads, _)? where !overloads.allSatisfy(\.isPure):
            isOpen[place] = true
            isImpure[place] = true
            for overload in overloads { if case .contextual = overload.implementation { hasContext = true } }
        default: break
        }
        for (position, child) in checked.operands(of: id).enumerated() {
            visit(child, checked, isKnown)
            isOpen[place] = isOpen[place] || isOpen[child.index]
            isImpure[place] = isImpure[place] || isImpure[child.index]
            sizes[place] += sizes[child.index]
            var inner = locals[child.index]
            // What names stand for, or run over, is outside their scope.
            if position > 0, case .locals(let slot)? = checked.references[id] {
                for own in slot..<slot + checked.ast.localNames(of: id) { inner.remove(own) }
            }
            locals[place].formUnion(inner)
        }
    }
}

extension CheckedAST {
    /// The children that are evaluated: not the namespace in front of a function's name.
    func operands(of id: AST.ID) -> [AST.ID] {
        if case .call(_, _?, let arguments) = ast[id].kind, case .function(_, _, false)? = references[id] { return arguments }
        return ast.children(of: id)
    }
}

extension AST {
    /// How many local names a node introduces.
    func localNames(of id: ID) -> Int {
        switch self[id].kind {
        case .bind: 1
        case .comprehension(let loop): loop.secondVariable == nil ? 1 : 2
        default: 0
        }
    }
}
