import CEL

/// Follows an expression with the longest values that it may meet.
struct ExtentEstimate {
    let checked: CheckedAST
    let declared: Extents
    /// Of variables, where more is known than their types say.
    let variables: [String: ValueExtent]
    private var locals: [Int: ValueExtent] = [:]

    init(_ checked: CheckedAST, _ declared: Extents, _ variables: [String: ValueExtent]) {
        self.checked = checked
        self.declared = declared
        self.variables = variables
    }

    mutating func extent() -> ValueExtent { visit(checked.ast.root) }

    private mutating func visit(_ id: AST.ID) -> ValueExtent {
        let type = checked.type(of: id)
        switch checked.references[id] {
        case .variable(let name)?: return variables[name] ?? declared.extent(of: type)
        case .local(let slot)?: return locals[slot] ?? declared.extent(of: type)
        case .constant(let value)?:
            return ValueExtent(of: value)
        default: break
        }
        switch checked.ast[id].kind {
        case .literal(let value): return ValueExtent(of: value)
        case .select(let operand, let field, false):
            let found = visit(operand)
            if case .record(let parts) = found { return parts[field] ?? .open }
            return declared.field(field, of: checked.type(of: operand)) ?? declared.extent(of: type)
        case .index(let operand, _, false):
            if case .list(_, let element) = visit(operand) { return element }
            return declared.extent(of: type)
        case .conditional(_, let yes, let no): return visit(yes).joined(visit(no))
        case .call(let name, let receiver, let arguments): return call(id, name, receiver, arguments)
        case .list(let elements):
            guard !elements.contains(where: \.isOptional) else { return declared.extent(of: type) }
            let parts = elements.map { visit($0.value) }
            return .list(count: parts.count, parts.dropFirst().reduce(parts.first ?? .open) { $0.joined($1) })
        case .map(let entries):
            var parts: [String: ValueExtent] = [:]
            for entry in entries {
                guard case .literal(.string(let key)) = checked.ast[entry.key].kind else { return .open }
                parts[key] = visit(entry.value)
            }
            return .record(parts)
        case .comprehension(let loop): return comprehension(id, loop)
        case .bind(_, let value, let body):
            let bound = visit(value)
            guard case .locals(let slot)? = checked.references[id] else { return .open }
            locals[slot] = bound
            return visit(body)
        default: return declared.extent(of: type)
        }
    }

    private mutating func comprehension(_ id: AST.ID, _ loop: Comprehension) -> ValueExtent {
        let type = checked.type(of: id)
        guard case .list = checked.type(of: loop.range).unwrapped, case .locals(let slot)? = checked.references[id] else {
            return declared.extent(of: type)
        }
        let range = visit(loop.range)
        if loop.secondVariable == nil {
            locals[slot] = range.element
        } else {
            locals[slot] = .anyWhole
            locals[slot + 1] = range.element
        }
        switch loop.kind {
        case .filter, .sortBy: return range
        case .one: return range.element
        case .map:
            guard case .list(let count, _) = range, let body = loop.body else { return declared.extent(of: type) }
            return .list(count: count, visit(body))
        case .count:
            guard case .list(let count?, _) = range else { return .anyWhole }
            return .whole(0...Int64(count), isDeclared: true)
        default: return declared.extent(of: type)
        }
    }

    // MARK: Calls

    private mutating func call(_ id: AST.ID, _ name: String, _ receiver: AST.ID?, _ arguments: [AST.ID]) -> ValueExtent {
        var full = name
        var operands = arguments
        if case .function(let resolved, _, let passesReceiver)? = checked.references[id] {
            full = resolved
            if passesReceiver, let receiver { operands = [receiver] + arguments }
        }
        let type = checked.type(of: id)
        guard let first = operands.first else { return declared.extent(of: type) }
        let found = operands.map { visit($0) }
        switch full {
        case "_+_" where found.count == 2:
            // Times and spans can be added, too.
            guard type == .string || type == .int || type.isList else { return declared.extent(of: type) }
            return found[0].appended(found[1])
        case "_-_", "_*_", "-_": return arithmetic(full, found)
        case "string":
            if checked.type(of: first) == .timestamp { return .wholeMoment }
            return found[0].asText
        case HostFunctions.showName: return found[0].asText
        case "money": return money(found[0])
        case "date", "dayOf": return .day
        case "time": return .text(units: 5, characters: 5)
        case "cut":
            guard found.count == 2, let limit = number(operands[1]) else { return found[0] }
            return found[0].limited(to: limit)
        case "substring": return substring(found[0], operands)
        case "charAt": return .text(units: 2, characters: 1)
        case "trim", "lowerAscii", "upperAscii", "reverse", "sort", "distinct", "slice", "dyn": return found[0]
        case "pick", "first", "last", "min", "max":
            if case .list(_, let element) = found[0] { return element }
            return declared.extent(of: type)
        case "join":
            guard case .list(let count?, let element) = found[0] else { return .open }
            return element.repeated(count, between: found.count > 1 ? found[1] : .literal(""))
        case "sum":
            guard case .list(let count?, .whole(let range, let isDeclared)) = found[0] else { return declared.extent(of: type) }
            return arithmetic("_*_", [.whole(0...Int64(count), isDeclared: true), .whole(range, isDeclared: isDeclared)])
        case "math.least", "math.greatest":
            return found.dropFirst().reduce(found[0]) { bound($0, $1, isLeast: full == "math.least") }
        case "lists.range":
            guard let count = number(first), count >= 0 else { return declared.extent(of: type) }
            return .list(count: count, .whole(0...max(0, Int64(count) - 1), isDeclared: true))
        default: return declared.extent(of: type)
        }
    }

    private func number(_ id: AST.ID) -> Int? {
        guard case .literal(.int(let number)) = checked.ast[id].kind else { return nil }
        return Int(clamping: number)
    }

    private func arithmetic(_ name: String, _ found: [ValueExtent]) -> ValueExtent {
        guard case .whole(let a, let isDeclared)? = found.first else { return found.first == nil ? .open : .decimal }
        guard found.count == 2 else {
            return .whole(negated(a.upperBound)...negated(a.lowerBound), isDeclared: isDeclared)
        }
        guard case .whole(let b, let other) = found[1] else { return .decimal }
        var results: [(partialValue: Int64, overflow: Bool)] = []
        if name == "_-_" {
            results.append(a.lowerBound.subtractingReportingOverflow(b.upperBound))
            results.append(a.upperBound.subtractingReportingOverflow(b.lowerBound))
        } else {
            for x in [a.lowerBound, a.upperBound] {
                for y in [b.lowerBound, b.upperBound] { results.append(x.multipliedReportingOverflow(by: y)) }
            }
        }
        guard !results.contains(where: \.overflow) else { return .anyWhole }
        let values = results.map(\.partialValue)
        guard let low = values.min(), let high = values.max() else { return .anyWhole }
        return .whole(low...high, isDeclared: isDeclared && other)
    }

    private func negated(_ number: Int64) -> Int64 { number == .min ? .max : -number }

    private func bound(_ a: ValueExtent, _ b: ValueExtent, isLeast: Bool) -> ValueExtent {
        guard case .whole(let a, let x) = a, case .whole(let b, let y) = b else { return .decimal }
        let pick: (Int64, Int64) -> Int64 = isLeast ? { Swift.min($0, $1) } : { Swift.max($0, $1) }
        return .whole(pick(a.lowerBound, b.lowerBound)...pick(a.upperBound, b.upperBound), isDeclared: x && y)
    }

    /// `-12.50`
    private func money(_ amount: ValueExtent) -> ValueExtent {
        guard case .whole(let range, let isDeclared) = amount else { return .open }
        func length(of amount: Int64) -> Int {
            let digits = Swift.max(3, String(amount.magnitude).utf8.count)
            return amount < 0 ? digits + 2 : digits + 1
        }
        let length = Swift.max(length(of: range.lowerBound), length(of: range.upperBound))
        return .text(units: length, characters: isDeclared ? length : nil)
    }

    private func substring(_ text: ValueExtent, _ operands: [AST.ID]) -> ValueExtent {
        guard operands.count == 3, let start = number(operands[1]), let end = number(operands[2]), 0 <= start, start <= end else {
            return text
        }
        let count = end - start
        guard case .text(let units, let characters) = text else { return .text(units: ValueExtent.times(count, 2), characters: count) }
        return .text(units: min(units, ValueExtent.times(count, 2)), characters: min(characters ?? count, count))
    }
}

extension CELType {
    fileprivate var isList: Bool { if case .list = self { true } else { false } }
}
