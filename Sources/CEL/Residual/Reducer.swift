/// Builds the rest of an expression: a new tree in which what is known has been evaluated.
struct Reducer {
    let whole: CheckedAST
    private let needs: Dependencies
    private let knownVariables: [String: Result<CELValue, CELError>]
    private let known: CELBindings
    private var limits: CELLimits

    private var ast = AST()
    private var types: [CELType] = []
    private var references: [AST.ID: Reference] = [:]
    private var widened: [AST.ID: Printer.Widening] = [:]
    /// Known variables whose names stay, by the node.
    private var names: [AST.ID: String] = [:]
    /// What local names stand for where the reducer is, by their places.
    var locals: [Int: CELValue] = [:]
    /// Set when a local name's value had to be put where it can't be written.
    var lostName = false
    /// Attempts at writing loops and bound names out that may still be made; each may fail after it cost time.
    var attempts = 64
    /// Nodes that may still be prepared for evaluation.
    private var work = 50_000

    /// Values whose text is larger than this keep their names.
    private static let largestLiteral = 1000
    private static let largestComputed = 64
    /// Beyond this nothing is written out any more.
    static let largestTree = 5000

    var needsContext: Bool { needs.hasContext }
    var nodeCount: Int { ast.nodes.count }

    init(_ whole: CheckedAST, known: CELBindings, limits: CELLimits) {
        self.whole = whole
        self.known = known
        self.limits = limits
        var values: [String: Result<CELValue, CELError>] = [:]
        for name in whole.variables {
            do throws(CELError) {
                if let value = try known.value(of: name) { values[name] = .success(value) }
            } catch {
                values[name] = .failure(error)
            }
        }
        knownVariables = values
        needs = Dependencies(whole) { values[$0] != nil }
    }

    mutating func run() throws(CELError)
        -> (checked: CheckedAST, retained: Set<String>, widened: [AST.ID: Printer.Widening])
    {
        let root = try reduce(whole.ast.root)
        ast.root = root
        return compacted()
    }

    mutating func reduce(_ id: AST.ID) throws(CELError) -> AST.ID {
        switch whole.references[id] {
        case .variable(let name)?: return variable(id, name)
        case .local(let slot)?:
            guard let value = locals[slot] else { return copyTree(id) }
            if isWritable(value) { return literal(value, for: id) }
            lostName = true
            return constant(value, for: id)
        case .constant?, .failure?: return copyTree(id)
        default: break
        }
        if case .literal = whole.ast[id].kind { return copy(id, whole.ast[id].kind) }
        if let value = try value(of: id) { return literal(value, for: id) }
        switch whole.ast[id].kind {
        case .and(let parts): return try connective(id, parts, decisive: false)
        case .or(let parts): return try connective(id, parts, decisive: true)
        case .conditional(let condition, let yes, let no):
            let test = try reduce(condition)
            if case .literal(.bool(let truth)) = ast[test].kind { return keepingWidth(try reduce(truth ? yes : no), of: id) }
            return copy(id, .conditional(test, try reduce(yes), try reduce(no)))
        case .comprehension(let loop): return try comprehension(id, loop)
        case .bind(let name, let value, let body): return try bind(id, name, value, body)
        default: return try other(id)
        }
    }

    /// A node whose operands are all needed: it can be evaluated when they have become known.
    private mutating func other(_ id: AST.ID) throws(CELError) -> AST.ID {
        var children: [AST.ID: AST.ID] = [:]
        let operands = whole.operands(of: id)
        for child in operands { children[child] = try reduce(child) }
        for child in whole.ast.children(of: id) where children[child] == nil { children[child] = copyTree(child) }
        keepNullFailing(id, children)
        let made = copy(id, whole.ast[id].kind.mapChildren { children[$0] ?? $0 })
        guard needs.isOpen[id.index], !needs.isImpure[id.index], !operands.isEmpty,
            operands.allSatisfy({ children[$0].map { isLiteral($0) } ?? false }),
            let value = try evaluate(made, in: snapshot(root: made), cost: operands.count + 1), isWritable(value)
        else { return made }
        return literal(value, for: id)
    }

    /// `.?` and `[?]` give nothing for null where the type says that it may come, and fail where it said nothing.
    /// What is known now must not make that difference.
    private mutating func keepNullFailing(_ id: AST.ID, _ children: [AST.ID: AST.ID]) {
        switch whole.ast[id].kind {
        case .select(let operand, _, true), .index(let operand, _, true):
            guard let made = children[operand], !whole.type(of: operand).isNullable else { return }
            types[made.index] = whole.type(of: operand)
        default: break
        }
    }

    /// A part that takes the place of one of which the checker knew nothing is written so that it still does.
    private mutating func keepingWidth(_ made: AST.ID, of id: AST.ID) -> AST.ID {
        if whole.type(of: id) == .dyn, types[made.index] != .dyn { widened[made] = .always }
        return made
    }

    /// The value of a part that needs nothing unknown; nil when it fails, or can't be written.
    private mutating func value(of id: AST.ID) throws(CELError) -> CELValue? {
        guard !needs.isOpen[id.index], needs.locals[id.index].allSatisfy({ locals[$0] != nil }) else { return nil }
        guard let value = try evaluate(id, in: whole, cost: needs.sizes[id.index]), isWritable(value) else { return nil }
        return isShort(value) ? value : nil
    }

    /// Also for a part that needs something unknown: it may be decided without.
    mutating func decided(_ id: AST.ID) throws(CELError) -> CELValue? {
        guard !needs.isImpure[id.index], needs.locals[id.index].allSatisfy({ locals[$0] != nil }) else { return nil }
        guard let value = try evaluate(id, in: whole, cost: needs.sizes[id.index]), isWritable(value) else { return nil }
        return value
    }

    private mutating func evaluate(_ id: AST.ID, in checked: CheckedAST, cost: Int) throws(CELError) -> CELValue? {
        guard limits.cost > 0, work >= cost else { return nil }
        work -= cost
        let plan = Planner.plan(checked, root: id)
        var frame = Frame(slotCount: plan.slotCount, bindings: known, limits: limits)
        for (slot, value) in locals { frame.slots[slot] = value }
        defer { limits.cost = max(0, frame.remaining) }
        do throws(CELError) {
            return try plan.root.evaluate(&frame)
        } catch {
            if error.code == .cancelled { throw error }
            return nil
        }
    }
}

// Connectives and bound names.
extension Reducer {
    private mutating func connective(_ id: AST.ID, _ parts: [AST.ID], decisive: Bool) throws(CELError) -> AST.ID {
        var reduced: [AST.ID] = []
        for part in parts { reduced.append(try reduce(part)) }
        return connect(reduced, for: id, decisive: decisive)
    }

    /// One part with the decisive outcome decides, whatever the others do; parts with the other outcome don't matter.
    mutating func connect(_ parts: [AST.ID], for id: AST.ID, decisive: Bool) -> AST.ID {
        var rest: [AST.ID] = []
        for part in parts {
            if case .literal(.bool(let truth)) = ast[part].kind {
                if truth == decisive { return literal(.bool(decisive), for: id) }
            } else {
                rest.append(part)
            }
        }
        guard let first = rest.first else { return literal(.bool(!decisive), for: id) }
        // What may turn out to be no bool must still fail.
        if rest.count == 1, types[first.index] == .bool { return first }
        if rest.count == 1 { rest.append(literal(.bool(!decisive), for: id)) }
        return replace(id, decisive ? .or(rest) : .and(rest), type: .bool)
    }

    private mutating func bind(_ id: AST.ID, _ name: String, _ value: AST.ID, _ body: AST.ID) throws(CELError) -> AST.ID {
        let made = try reduce(value)
        guard case .locals(let slot)? = whole.references[id] else { return copyTree(id) }
        if let known = knownValue(made),
            let written = try writtenOut(
                binding: [(slot, known)],
                { reducer throws(CELError) in
                    try reducer.reduce(body)
                })
        {
            return written
        }
        return copy(id, .bind(name, made, try hiding(slot, 1) { reducer throws(CELError) in try reducer.reduce(body) }))
    }

    /// A part with names given values; nil when that would lose something.
    mutating func writtenOut(
        binding names: [(slot: Int, value: CELValue)], _ body: (inout Reducer) throws(CELError) -> AST.ID
    ) throws(CELError) -> AST.ID? {
        guard nodeCount < Self.largestTree, attempts > 0 else { return nil }
        let before = (locals: locals, lostName: lostName)
        lostName = false
        for (slot, value) in names { locals[slot] = value }
        let made = try body(&self)
        let isLost = lostName
        (locals, lostName) = before
        if isLost { attempts -= 1 }
        return isLost ? nil : made
    }

    /// A part in which local names are unknown.
    mutating func hiding<T>(
        _ slot: Int, _ count: Int, _ body: (inout Reducer) throws(CELError) -> T
    ) throws(CELError) -> T {
        let before = locals
        for own in slot..<slot + count { locals[own] = nil }
        let result = try body(&self)
        locals = before
        return result
    }
}

// New nodes.
extension Reducer {
    func isWritable(_ value: CELValue) -> Bool { LiteralText.isWritable(value, limit: Self.largestLiteral) }

    /// What is computed takes the place of its expression only when that doesn't get much longer.
    private func isShort(_ value: CELValue) -> Bool { LiteralText.isWritable(value, limit: Self.largestComputed) }

    private func isLiteral(_ id: AST.ID) -> Bool {
        if case .literal = ast[id].kind { return true }
        return false
    }

    /// The value of a new node; nil when it isn't known.
    func knownValue(_ id: AST.ID) -> CELValue? {
        if case .literal(let value) = ast[id].kind { return value }
        if case .constant(let value)? = references[id] { return value }
        return nil
    }

    func boolean(_ id: AST.ID) -> Bool? {
        if case .literal(.bool(let truth)) = ast[id].kind { return truth }
        return nil
    }

    private mutating func variable(_ id: AST.ID, _ name: String) -> AST.ID {
        switch knownVariables[name] {
        case .success(let value)?: return isWritable(value) ? literal(value, for: id) : constant(value, for: id)
        case .failure(let error)?:
            let made = copyTree(id)
            references[made] = .failure(error)
            names[made] = name
            return made
        case nil: return copyTree(id)
        }
    }

    /// The name stays, and stands for the value.
    private mutating func constant(_ value: CELValue, for id: AST.ID) -> AST.ID {
        let made = copyTree(id)
        references[made] = .constant(value)
        if case .variable(let name)? = whole.references[id] { names[made] = name }
        return made
    }

    mutating func literal(_ value: CELValue, for id: AST.ID) -> AST.ID {
        let declared = whole.type(of: id)
        let made = add(.literal(value), like: id, type: declared.narrowed(to: value))
        switch declared {
        case .dyn: widened[made] = .always
        case .nullable: widened[made] = value.isNull ? .always : .inContainers
        default: break
        }
        return made
    }

    /// A node like the old one, made of new ones.
    mutating func copy(_ id: AST.ID, _ kind: AST.Kind) -> AST.ID {
        let made = add(kind, like: id, type: whole.type(of: id))
        references[made] = whole.references[id]
        return made
    }

    /// Something else in the place of a node.
    mutating func replace(_ id: AST.ID, _ kind: AST.Kind, type: CELType) -> AST.ID { add(kind, like: id, type: type) }

    private mutating func add(_ kind: AST.Kind, like id: AST.ID, type: CELType) -> AST.ID {
        let made = AST.ID(index: ast.nodes.count)
        var node = whole.ast[id]
        node.kind = kind
        ast.nodes.append(node)
        types.append(type)
        ast.nodes[made.index].depth = 1 + ast.children(of: made).reduce(0) { max($0, ast[$1].depth) }
        return made
    }

    /// A name, with the parts it is made of, which mean nothing by themselves.
    mutating func copyTree(_ id: AST.ID) -> AST.ID {
        var children: [AST.ID: AST.ID] = [:]
        for child in whole.ast.children(of: id) {
            let made = copyTree(child)
            references[made] = nil
            children[child] = made
        }
        return copy(id, whole.ast[id].kind.mapChildren { children[$0] ?? $0 })
    }

    /// A small tree for one node whose operands are literals.
    private func snapshot(root id: AST.ID) -> CheckedAST {
        CheckedAST(
            ast: ast, source: whole.source, types: types, references: references, variables: [],
            localCount: whole.localCount)
    }

    /// The new tree without what was tried in vain.
    private func compacted() -> (checked: CheckedAST, retained: Set<String>, widened: [AST.ID: Printer.Widening]) {
        let tidy = Compaction(ast: ast, types: types, references: references, widened: widened, names: names)
        let checked = CheckedAST(
            ast: tidy.result, source: whole.source, types: tidy.resultTypes, references: tidy.resultReferences,
            variables: tidy.variables, localCount: whole.localCount)
        return (checked, tidy.retained, tidy.resultWidened)
    }
}
