// Calls: what their operands cost, what the interpreter takes for them, and how large their results are.
extension CostEstimate {
    mutating func call(_ id: AST.ID, _ name: String) -> Found {
        let operands = checked.operands(of: id)
        var cost: Steps = 0
        var extents: [Extent] = []
        for operand in operands {
            let found = visit(operand)
            cost += found.cost
            extents.append(found.extent)
        }
        if Operator.isOperator(name), extents.count <= 2, let first = extents.first {
            let (own, result) = operation(id, name, first, extents.count > 1 ? extents[1] : .scalar)
            return (cost + own, result)
        }
        var full = name
        if case .function(let resolved, _, _)? = checked.references[id] { full = resolved }
        let result = self.result(id, full, extents, operands)
        return (cost + extents.reduce(result.charge) { $0 + $1.reading }, result)
    }

    private func operation(_ id: AST.ID, _ name: String, _ first: Extent, _ second: Extent) -> Found {
        switch name {
        case Operator.equal, Operator.notEqual: return (min(first.whole, second.whole), .scalar)
        case Operator.contains:
            let size = second.size
            return (1 + size / 8 + size * min(first.whole, second.element.whole), .scalar)
        case Operator.add:
            let sum = first.appended(second)
            return (sum.charge + 1, sum)
        case Operator.not, Operator.less, Operator.lessOrEqual, Operator.greater, Operator.greaterOrEqual: return (1, .scalar)
        default:
            let result = largest(checked.type(of: id))
            return (result.charge, result)
        }
    }

    private static let textLimit = Steps(CELLibrary.largestText)
    private static let listLimit = Steps(CELLibrary.largestList)
    /// The longest text of a number, a time or a truth.
    private static let scalarText: Steps = 400

    private func result(_ id: AST.ID, _ name: String, _ extents: [Extent], _ operands: [AST.ID]) -> Extent {
        let type = checked.type(of: id)
        guard let first = extents.first else { return name == "optional.none" ? .scalar : largest(type) }
        let second = extents.count > 1 ? extents[1] : .scalar
        switch name {
        case "substring", "charAt", "trim", "lowerAscii", "upperAscii", "bytes", "base64.decode", "sort", "distinct", "reverse", "slice",
            "dyn", "optional.of", "optional.ofNonZeroValue", "value", "optional.unwrap", "unwrapOpt":
            return first
        case "string": return .text(max(sizes.areResultsLargest ? Self.scalarText : 1, first.size))
        case "strings.quote": return .text(2 + first.size * 10)
        case "base64.encode": return .text(4 + first.size * 2)
        case "replace":
            let replacement = extents.count > 2 ? extents[2].size : 0
            return .text(min(Self.textLimit, first.size + (1 + first.size) * replacement))
        case "join": return .text(min(Self.textLimit, first.size * (first.element.size + second.size)))
        case "format", "regex.replace": return sizes.areResultsLargest ? .text(Self.textLimit) : largest(type)
        case "flatten", "lists.range": return largestList(name, type, first, operands)
        case "regex.extract": return .text(first.size)
        case "regex.extractAll": return .list(1 + first.size, .text(first.size))
        case "split": return .list(1 + first.size, .text(first.size))
        case "or", "orValue": return first.joined(second)
        case "first", "last", "min", "max": return first.element
        case "sum", "avg": return .scalar
        default: return largest(type)
        }
    }

    private func largestList(_ name: String, _ type: CELType, _ first: Extent, _ operands: [AST.ID]) -> Extent {
        if name == "flatten", operands.count == 1, case .list(let outer, .list(let inner, let element)) = first {
            return .list(min(Self.listLimit, outer * inner), element)
        }
        if name == "lists.range", case .literal(.int(let count)) = checked.ast[operands[0]].kind {
            return .list(min(Self.listLimit, Steps(Int(clamping: count))), .scalar)
        }
        guard sizes.areResultsLargest else { return largest(type) }
        return .list(Self.listLimit, name == "flatten" ? .any(max(Steps(sizes.parts), first.whole)) : .scalar)
    }
}
