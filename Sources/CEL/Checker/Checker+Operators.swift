// Operators.
extension Checker {
    mutating func operation(_ id: AST.ID, _ name: String, _ arguments: [AST.ID]) -> CELType {
        switch name {
        case Operator.equal, Operator.notEqual: return equality(id, name, arguments)
        case Operator.contains: return membership(id, arguments)
        case Operator.less, Operator.lessOrEqual, Operator.greater, Operator.greaterOrEqual:
            return comparison(id, name, arguments)
        default: break
        }
        let types = arguments.map { check($0) }
        if types.contains(.error) { return .error }
        let overloads = environment.overloads(named: name) ?? []
        if let result = pick(id, name, overloads, types, passesReceiver: false) { return result }
        if isLenient {
            references[id] = .function(name: name, overloads: overloads, passesReceiver: false)
            return .dyn
        }
        return misapplied(id, name, arguments, types)
    }

    private mutating func misapplied(
        _ id: AST.ID, _ name: String, _ arguments: [AST.ID], _ types: [CELType]
    ) -> CELType {
        let shown = Operator.displayName(name)
        if let position = types.firstIndex(where: { $0.isNullable }) {
            let text = source.text(ast[arguments[position]].range)
            return report(
                "'\(text)' may be null, which \(shown) doesn't take", at: id, suggestion: guardHint(arguments[position]))
        }
        let finished = types.map { unifier.finish($0) }
        if finished.count == 1 { return report("\(shown) can't be applied to \(finished[0])", at: id) }
        let given = finished.map(\.description).joined(separator: " and ")
        return report("\(shown) can't be applied to \(given)", at: id, suggestion: conversionHint(name, finished))
    }

    private func conversionHint(_ name: String, _ types: [CELType]) -> String? {
        if name == Operator.add, types.contains(.string) { return "write string(…) around what isn't text" }
        if types.allSatisfy(\.isNumeric) { return "convert one of them with int(…), uint(…) or double(…)" }
        return nil
    }

    private mutating func equality(_ id: AST.ID, _ name: String, _ arguments: [AST.ID]) -> CELType {
        let types = arguments.map { check($0) }
        guard types.count == 2, !types.contains(.error) else { return .bool }
        if let position = neverNull(types, arguments) {
            if isLenient { return .bool }
            let text = source.text(ast[arguments[position]].range)
            _ = report("'\(text)' is never null: it is \(unifier.finish(types[position]))", at: id)
            return .bool
        }
        if unifier.join(types[0], types[1]) == nil, !isLenient {
            let finished = types.map { unifier.finish($0) }
            _ = report(
                "\(finished[0]) and \(finished[1]) can't be compared with \(Operator.displayName(name))", at: id,
                suggestion: enumHint(finished, arguments) ?? conversionHint(name, finished))
        }
        return .bool
    }

    /// The side that is compared with null for nothing. Types of which a null is at least conceivable pass, and
    /// what is known not to be null only because of a guard: to ask again is no mistake.
    private func neverNull(_ types: [CELType], _ arguments: [AST.ID]) -> Int? {
        for (position, other) in [(0, 1), (1, 0)] where unifier.resolve(types[other]) == .null {
            if let path = path(arguments[position]), nonNull.contains(path) { continue }
            switch unifier.resolve(types[position]) {
            case .bool, .int, .uint, .double, .string, .bytes, .enumeration: return position
            default: continue
            }
        }
        return nil
    }

    /// `Status.open` for `status == 'open'`.
    private func enumHint(_ types: [CELType], _ arguments: [AST.ID]) -> String? {
        for (a, b) in [(0, 1), (1, 0)] {
            guard case .enumeration(let name) = types[a], case .literal(.string(let text)) = ast[arguments[b]].kind,
                let members = environment.declarations.enums[name]?.members
            else { continue }
            if members.contains(text) { return "write \(name).\(text)" }
            return Suggestion.nearest(to: text, among: members).map { "did you mean \(name).\($0)?" }
        }
        return nil
    }

    private mutating func comparison(_ id: AST.ID, _ name: String, _ arguments: [AST.ID]) -> CELType {
        let types = arguments.map { check($0) }
        guard types.count == 2, !types.contains(.error) else { return .bool }
        if types.allSatisfy({ isOrdered($0) }) {
            if types.allSatisfy(\.isNumeric) || unifier.join(types[0], types[1]) != nil { return .bool }
        } else if let overloads = environment.overloads(named: name),
            let result = pick(id, name, overloads, types, passesReceiver: false)
        {
            return result
        }
        if isLenient { return .bool }
        _ = misapplied(id, name, arguments, types)
        return .bool
    }

    private mutating func membership(_ id: AST.ID, _ arguments: [AST.ID]) -> CELType {
        let types = arguments.map { check($0) }
        guard types.count == 2, !types.contains(.error) else { return .bool }
        let item: CELType
        switch unifier.resolve(types[1]) {
        case .dyn, .variable: return .bool
        case .list(let element): item = element
        case .map(let key, _): item = key
        default:
            if isLenient { return .bool }
            let position = 1
            if types[position].isNullable {
                _ = misapplied(id, Operator.contains, arguments, [.bool, types[position]])
                return .bool
            }
            let shown = unifier.finish(types[1])
            _ = report(
                "'in' needs a list or a map on its right, this is \(shown)", at: id,
                suggestion: shown == .string ? "text is searched with .contains(…)" : nil)
            return .bool
        }
        if unifier.join(types[0], item) == nil, !isLenient {
            let finished = [unifier.finish(types[0]), unifier.finish(item)]
            _ = report("a list of \(finished[1]) can't contain \(finished[0])", at: id)
        }
        return .bool
    }
}
