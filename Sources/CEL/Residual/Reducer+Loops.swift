// Comprehensions.
extension Reducer {
    /// Loops over more are left as they are.
    private static let longestLoop = 32

    mutating func comprehension(_ id: AST.ID, _ loop: Comprehension) throws(CELError) -> AST.ID {
        let range = try reduce(loop.range)
        guard case .locals(let slot)? = whole.references[id] else { return copyTree(id) }
        if let over = knownValue(range) {
            if let value = try decided(id) { return literal(value, for: id) }
            if let steps = Self.steps(of: over, slot, hasSecond: loop.secondVariable != nil),
                let written = try writtenOut(id, loop, steps)
            {
                return written
            }
        }
        return try hiding(slot, whole.ast.localNames(of: id)) { reducer throws(CELError) in
            let condition = try reducer.reduceIfAny(loop.condition)
            let body = try reducer.reduceIfAny(loop.body)
            return reducer.copy(
                id,
                .comprehension(
                    Comprehension(
                        kind: loop.kind, macro: loop.macro, range: range, variable: loop.variable,
                        variableRange: loop.variableRange, secondVariable: loop.secondVariable, condition: condition,
                        body: body)))
        }
    }

    private mutating func reduceIfAny(_ id: AST.ID?) throws(CELError) -> AST.ID? {
        guard let id else { return nil }
        return try reduce(id)
    }

    /// What the variables are in each round; nil when there are too many rounds.
    private static func steps(
        of value: CELValue, _ slot: Int, hasSecond: Bool
    ) -> [[(slot: Int, value: CELValue)]]? {
        switch value {
        case .list(let list):
            guard list.count <= longestLoop else { return nil }
            return list.enumerated().map { position, element in
                hasSecond ? [(slot, .int(Int64(position))), (slot + 1, element)] : [(slot, element)]
            }
        case .map(let map):
            guard map.count <= longestLoop else { return nil }
            return map.map { key, value in hasSecond ? [(slot, key), (slot + 1, value)] : [(slot, key)] }
        default: return nil
        }
    }

    /// The loop as what it does in each round; nil when it can't be said so.
    private mutating func writtenOut(
        _ id: AST.ID, _ loop: Comprehension, _ steps: [[(slot: Int, value: CELValue)]]
    ) throws(CELError) -> AST.ID? {
        guard loop.kind == .all || loop.kind == .exists || loop.kind == .map else { return nil }
        var parts: [AST.ID] = []
        for step in steps {
            var isTaken = true
            let part: AST.ID?
            switch (loop.kind, loop.condition, loop.body) {
            case (.all, let condition?, _), (.exists, let condition?, _):
                part = try writtenOut(binding: step) { reducer throws(CELError) in try reducer.reduce(condition) }
            case (.map, let condition, let body?):
                if let condition {
                    let test = try writtenOut(binding: step) { reducer throws(CELError) in try reducer.reduce(condition) }
                    guard let test, let truth = boolean(test) else { return nil }
                    isTaken = truth
                }
                if !isTaken { continue }
                part = try writtenOut(binding: step) { reducer throws(CELError) in try reducer.reduce(body) }
            default: return nil
            }
            guard let part else { return nil }
            parts.append(part)
        }
        switch loop.kind {
        case .exists: return connect(parts, for: id, decisive: true)
        case .all: return connect(parts, for: id, decisive: false)
        default:
            let elements = parts.map { AST.Element(value: $0, isOptional: false) }
            return replace(id, .list(elements), type: whole.type(of: id))
        }
    }
}
