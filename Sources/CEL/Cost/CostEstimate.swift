/// Follows the interpreter through an expression with the largest values it may meet.
struct CostEstimate {
    let checked: CheckedAST
    let sizes: CELSizes
    private var locals: [Int: Extent] = [:]

    typealias Found = (cost: Steps, extent: Extent)

    init(checked: CheckedAST, sizes: CELSizes) {
        self.checked = checked
        self.sizes = sizes
    }

    /// The largest value of a type.
    func largest(_ type: CELType) -> Extent {
        switch type {
        case .string, .bytes, .enumeration: .text(Steps(sizes.text))
        case .list(let element): .list(Steps(sizes.count), largest(element))
        case .map(let key, let value): .map(Steps(sizes.count), largest(key), largest(value))
        case .optional(let inner), .nullable(let inner): largest(inner)
        case .dyn, .object, .opaque, .parameter, .variable, .error: .any(Steps(max(sizes.parts, max(sizes.count, sizes.text))))
        default: .scalar
        }
    }

    mutating func visit(_ id: AST.ID) -> Found {
        switch checked.references[id] {
        case .variable(let name)?: return (0, variable(name, checked.type(of: id)))
        case .local(let slot)?: return (0, locals[slot] ?? largest(checked.type(of: id)))
        case .constant(let value)?: return (0, Extent(of: value))
        case .failure?: return (0, .scalar)
        default: break
        }
        switch checked.ast[id].kind {
        case .literal(let value): return (0, Extent(of: value))
        case .name, .invalid: return (0, .scalar)
        case .select(let operand, _, _):
            let found = visit(operand)
            if case .map(_, _, let value) = found.extent { return (found.cost, value) }
            return (found.cost, largest(checked.type(of: id)))
        case .has(let operand, _): return (visit(operand).cost, .scalar)
        case .index(let operand, let key, _):
            let found = visit(operand)
            let cost = found.cost + visit(key).cost
            switch found.extent {
            case .list(_, let element): return (cost, element)
            case .map(_, _, let value): return (cost, value)
            default: return (cost, largest(checked.type(of: id)))
            }
        case .and(let parts), .or(let parts): return (parts.reduce(0) { $0 + visit($1).cost }, .scalar)
        case .conditional(let condition, let yes, let no):
            let test = visit(condition)
            let (first, second) = (visit(yes), visit(no))
            return (test.cost + max(first.cost, second.cost), first.extent.joined(second.extent))
        case .call(let name, _, _): return call(id, name)
        case .list(let elements):
            var found: Found = (Steps(1 + elements.count), .scalar)
            for element in elements {
                let part = visit(element.value)
                found = (found.cost + part.cost, found.extent.joined(part.extent))
            }
            return (found.cost, .list(Steps(elements.count), found.extent))
        case .map(let entries): return map(id, entries)
        case .record(_, let fields): return record(fields.map(\.value))
        case .comprehension(let loop): return comprehension(id, loop)
        case .bind(_, let value, let body):
            let bound = visit(value)
            guard case .locals(let slot)? = checked.references[id] else { return bound }
            locals[slot] = bound.extent
            let found = visit(body)
            return (bound.cost + found.cost, found.extent)
        }
    }

    private func variable(_ name: String, _ type: CELType) -> Extent {
        guard let size = sizes.variables[name].map({ Steps($0) }) else { return largest(type) }
        return switch largest(type) {
        case .text: .text(size)
        case .list(_, let element): .list(size, element)
        case .map(_, let key, let value): .map(size, key, value)
        case .any: .any(size)
        case .scalar: .scalar
        }
    }

    private mutating func record(_ values: [AST.ID]) -> Found {
        var found: (cost: Steps, parts: Steps) = (Steps(1 + values.count), Steps(values.count))
        for value in values {
            let part = visit(value)
            found = (found.cost + part.cost, found.parts + max(part.extent.whole, part.extent.size))
        }
        return (found.cost, .any(max(found.parts, Steps(sizes.parts))))
    }

    private mutating func map(_ id: AST.ID, _ entries: [AST.Entry]) -> Found {
        if case .record? = checked.references[id] { return record(entries.map(\.value)) }
        var cost = Steps(1 + entries.count)
        var (keys, values) = (Extent.scalar, Extent.scalar)
        for entry in entries {
            let (key, value) = (visit(entry.key), visit(entry.value))
            cost += key.cost + value.cost
            keys = keys.joined(key.extent)
            values = values.joined(value.extent)
        }
        return (cost, .map(Steps(entries.count), keys, values))
    }

    private mutating func comprehension(_ id: AST.ID, _ loop: Comprehension) -> Found {
        let range = visit(loop.range)
        let isOptional = loop.kind == .optionalMap || loop.kind == .optionalFlatMap
        let rounds: Steps = isOptional ? 1 : range.extent.size
        let element = isOptional ? range.extent : range.extent.element
        if case .locals(let slot)? = checked.references[id] {
            var isMap = false
            if case .map = range.extent { isMap = true }
            if loop.secondVariable == nil {
                locals[slot] = element
            } else if case .any = range.extent {
                (locals[slot], locals[slot + 1]) = (element, element)
            } else {
                locals[slot] = isMap ? element : .scalar
                locals[slot + 1] = isMap ? range.extent.mapped : element
            }
        }
        let condition = loop.condition.map { visit($0).cost } ?? 0
        let body = loop.body.map { visit($0) } ?? (cost: 0, extent: .scalar)
        let cost = range.cost + rounds * (1 + condition + body.cost)
        let result: Extent =
            switch loop.kind {
            case .all, .exists, .existsOne, .count: .scalar
            case .filter, .sortBy: .list(rounds, element)
            case .map: .list(rounds, body.extent)
            case .transformMap: .map(rounds, loop.secondVariable == nil ? element : range.extent.element.joined(.scalar), body.extent)
            case .transformMapEntry: .map(rounds * max(1, body.extent.size), body.extent.element, body.extent.mapped)
            case .one: element
            case .optionalMap, .optionalFlatMap: body.extent
            }
        return (cost, result)
    }
}
