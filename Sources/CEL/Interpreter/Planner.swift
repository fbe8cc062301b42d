/// Turns a checked expression into a ``Plan``: places of variables and fields are settled, constant parts computed.
struct Planner {
    let checked: CheckedAST
    private var slots: [String: Int] = [:]
    private var nextSlot: Int

    static func plan(_ checked: CheckedAST, root: AST.ID) -> Plan {
        var planner = Planner(checked: checked, nextSlot: checked.localCount)
        let node = planner.node(root)
        return Plan(root: node, slotCount: planner.nextSlot)
    }

    private init(checked: CheckedAST, nextSlot: Int) {
        self.checked = checked
        self.nextSlot = nextSlot
    }

    private func offset(_ id: AST.ID) -> Int { checked.ast[id].focus.lowerBound }

    mutating func node(_ id: AST.ID) -> any PlanNode {
        let node = make(id)
        if isConstant(id, node) { return folded(node) }
        return node
    }

    private mutating func make(_ id: AST.ID) -> any PlanNode {
        if let reference = checked.references[id], let node = resolved(reference) { return node }
        switch checked.ast[id].kind {
        case .literal(let value): return ConstantNode(value)
        case .name(let name):
            return FailingNode(CELError(.unboundVariable, "there is nothing named '\(name)'", offset: offset(id)))
        case .select(let operand, let field, let isOptional):
            return SelectNode(
                node(operand), field, hint: fieldHint(id), isOptional: isOptional,
                nullIsAbsent: isOptional && checked.type(of: operand).isNullable, offset: offset(id))
        case .has(let operand, let field): return HasNode(node(operand), field, offset: offset(id))
        case .index(let operand, let key, let isOptional):
            return IndexNode(
                node(operand), node(key), isOptional: isOptional,
                nullIsAbsent: isOptional && checked.type(of: operand).isNullable, offset: offset(id))
        case .and(let parts): return ConnectiveNode(parts.map { node($0) }, decisive: false, offset: offset(id))
        case .or(let parts): return ConnectiveNode(parts.map { node($0) }, decisive: true, offset: offset(id))
        case .conditional(let condition, let yes, let no): return conditional(id, condition, yes, no)
        case .call(let name, let receiver, let arguments): return call(id, name, receiver, arguments)
        case .list(let elements):
            let hasOptional = elements.contains(where: \.isOptional)
            return ListNode(elements.map { node($0.value) }, isOptional: hasOptional ? elements.map(\.isOptional) : nil)
        case .map(let entries):
            if case .record(let record)? = checked.references[id] { return construction(record, literal: entries) }
            return MapNode(
                keys: entries.map { node($0.key) }, values: entries.map { node($0.value) },
                isOptional: entries.map(\.isOptional),
                offset: offset(id))
        case .record(let name, let fields):
            guard case .record(let record)? = checked.references[id] else {
                return FailingNode(CELError(.noMatchingOverload, "there is no record type '\(name)'", offset: offset(id)))
            }
            return construction(record, fields.map { ($0.name, $0.value, $0.isOptional) })
        case .comprehension(let loop):
            guard case .locals(let first)? = checked.references[id] else { return invalid(id) }
            return LoopNode(
                loop, range: node(loop.range), condition: loop.condition.map { node($0) }, body: loop.body.map { node($0) },
                slot: first, offset: offset(id))
        case .bind(_, let value, let body):
            guard case .locals(let first)? = checked.references[id] else { return invalid(id) }
            return BindNode(slot: first, value: node(value), body: node(body))
        case .invalid: return invalid(id)
        }
    }

    private func invalid(_ id: AST.ID) -> any PlanNode {
        FailingNode(CELError(.invalidArgument, "the expression is invalid", offset: offset(id)))
    }

    private mutating func resolved(_ reference: Reference) -> (any PlanNode)? {
        switch reference {
        case .variable(let name):
            if let slot = slots[name] { return VariableNode(name, slot: slot) }
            let slot = nextSlot
            nextSlot += 1
            slots[name] = slot
            return VariableNode(name, slot: slot)
        case .local(let slot): return LocalNode(slot: slot)
        case .constant(let value): return ConstantNode(value)
        case .failure(let error): return FailingNode(error)
        case .locals, .function, .record, .field: return nil
        }
    }

    private func fieldHint(_ id: AST.ID) -> (CELObject.Shape, Int)? {
        guard case .field(let record, let position)? = checked.references[id] else { return nil }
        return (record.shape, position)
    }

    private mutating func conditional(_ id: AST.ID, _ condition: AST.ID, _ yes: AST.ID, _ no: AST.ID) -> any PlanNode {
        let test = node(condition)
        let first = node(yes)
        let second = node(no)
        if let known = test as? ConstantNode, case .bool(let value) = known.value { return value ? first : second }
        return ConditionalNode(test, first, second, offset: offset(id))
    }

    private mutating func construction(_ record: CELRecord, literal entries: [AST.Entry]) -> any PlanNode {
        var fields: [(String, AST.ID, Bool)] = []
        for entry in entries {
            guard case .literal(.string(let name)) = checked.ast[entry.key].kind else { continue }
            fields.append((name, entry.value, entry.isOptional))
        }
        return construction(record, fields)
    }

    private mutating func construction(_ record: CELRecord, _ fields: [(String, AST.ID, Bool)]) -> any PlanNode {
        var parts: [RecordNode.Part] = []
        for (name, value, isOptional) in fields {
            guard let position = record.shape.position(of: name) else { continue }
            parts.append(RecordNode.Part(position: position, node: node(value), isOptional: isOptional))
        }
        return RecordNode(record.shape, parts)
    }
}

// Calls.
extension Planner {
    private mutating func call(_ id: AST.ID, _ name: String, _ receiver: AST.ID?, _ arguments: [AST.ID]) -> any PlanNode {
        let at = offset(id)
        var overloads: [CELOverload] = []
        var full = name
        var operands = arguments
        if case .function(let resolvedName, let found, let passesReceiver)? = checked.references[id] {
            overloads = found
            full = resolvedName
            if passesReceiver, let receiver { operands = [receiver] + arguments }
        }
        if let parts = concatenated(id), parts.count > 2 {
            return ConcatenationNode(parts.map { (node($0.id), $0.offset) })
        }
        let nodes = operands.map { node($0) }
        if overloads.allSatisfy(\.isBuiltIn), let node = builtIn(name, nodes, at) { return node }
        guard let only = overloads.first, overloads.count == 1 else {
            return UnaryDispatchNode(full, overloads, nodes, offset: at) ?? DispatchNode(full, overloads, nodes, offset: at)
        }
        switch only.implementation {
        case .unary(let body) where nodes.count == 1: return UnaryCallNode(nodes[0], offset: at, body)
        case .binary(let body) where nodes.count == 2: return BinaryCallNode(nodes[0], nodes[1], offset: at, body)
        default: return CallNode(full, only, nodes, offset: at)
        }
    }

    /// The operands of a chain of `+` that gives a string; nil when the node is no such thing.
    private func concatenated(_ id: AST.ID) -> [(id: AST.ID, offset: Int)]? {
        guard case .call(Operator.add, nil, let operands) = checked.ast[id].kind, operands.count == 2,
            case .function(_, let overloads, _)? = checked.references[id], overloads.count == 1,
            overloads[0].parameters == [.string, .string]
        else { return nil }
        let before = concatenated(operands[0]) ?? [(operands[0], offset(id))]
        return before + [(operands[1], offset(id))]
    }

    /// Operators on the language's own types need no dispatch: the values' types decide in place.
    private func builtIn(_ name: String, _ operands: [any PlanNode], _ offset: Int) -> (any PlanNode)? {
        switch (name, operands.count) {
        case (Operator.equal, 2): EqualNode(operands[0], operands[1], isNegated: false)
        case (Operator.notEqual, 2): EqualNode(operands[0], operands[1], isNegated: true)
        case (Operator.less, 2): CompareNode(operands[0], operands[1], .less, orEqual: false, offset: offset)
        case (Operator.lessOrEqual, 2): CompareNode(operands[0], operands[1], .less, orEqual: true, offset: offset)
        case (Operator.greater, 2): CompareNode(operands[0], operands[1], .greater, orEqual: false, offset: offset)
        case (Operator.greaterOrEqual, 2): CompareNode(operands[0], operands[1], .greater, orEqual: true, offset: offset)
        case (Operator.contains, 2):
            ContainsTextNode(operands[0], operands[1]) ?? ContainsNode(operands[0], operands[1], offset: offset)
        case (Operator.not, 1): NotNode(operands[0], offset: offset)
        case (Operator.add, 2): ArithmeticNode(operands[0], operands[1], offset: offset, Arithmetic.add)
        case (Operator.subtract, 2): ArithmeticNode(operands[0], operands[1], offset: offset, Arithmetic.subtract)
        case (Operator.multiply, 2): ArithmeticNode(operands[0], operands[1], offset: offset, Arithmetic.multiply)
        case (Operator.divide, 2): ArithmeticNode(operands[0], operands[1], offset: offset, Arithmetic.divide)
        case (Operator.modulo, 2): ArithmeticNode(operands[0], operands[1], offset: offset, Arithmetic.modulo)
        case (Operator.negate, 1): NegateNode(operands[0], offset: offset)
        default: nil
        }
    }
}

// Constant folding.
extension Planner {
    /// Whether the node's value can't depend on the evaluation.
    private func isConstant(_ id: AST.ID, _ node: any PlanNode) -> Bool {
        if node is ConstantNode || node is FailingNode { return false }
        return checked.isClosed(id)
    }

    /// What costs more than this is left to the evaluation, with its own limit.
    private static let foldingLimits = CELLimits(cost: 1000, observesCancellation: false)

    /// What fails stays as it is: it may never be reached, or be absorbed.
    private func folded(_ node: any PlanNode) -> any PlanNode {
        var frame = Frame(slotCount: nextSlot, bindings: CELBindings(), limits: Self.foldingLimits)
        guard let value = try? node.evaluate(&frame) else { return node }
        return ConstantNode(value)
    }
}

extension CheckedAST {
    /// Whether a part depends on nothing but itself: no variables from outside it, no impure functions.
    func isClosed(_ id: AST.ID) -> Bool {
        switch references[id] {
        case .variable?, .local?, .failure?: return false
        case .constant?: return true
        case .function(_, let overloads, _)?:
            guard !overloads.isEmpty, overloads.allSatisfy(\.isPure) else { return false }
        // Comprehensions are left alone: their own variables would have to be told from those around them.
        case .locals?: return false
        case .record?, .field?, nil: break
        }
        if case .call(_, let receiver, let arguments) = ast[id].kind,
            case .function(_, _, let passesReceiver)? = references[id], receiver != nil, !passesReceiver
        {
            return arguments.allSatisfy { isClosed($0) }
        }
        return ast.children(of: id).allSatisfy { isClosed($0) }
    }
}

extension CELOverload {
    /// Whether all parameters are the language's own types.
    var isBuiltIn: Bool {
        parameters.allSatisfy { type in
            switch type {
            case .opaque, .object, .enumeration: false
            default: true
            }
        }
    }
}
