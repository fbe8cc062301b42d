// Macros that run over elements.
extension Checker {
    mutating func comprehension(_ id: AST.ID, _ loop: Comprehension, _ expected: CELType?) -> CELType {
        let range = check(loop.range)
        guard let (first, second) = variableTypes(id, loop, range) else {
            // The bodies are still checked, for their own issues.
            return within(names(loop, .error, .error), for: id) { checker in
                checker.bodies(loop, nil)
                return checker.isLenient ? .dyn : .error
            }
        }
        let wanted = expected.flatMap { bodyExpectation(loop.kind, unifier.resolve($0)) }
        return within(names(loop, first, second), for: id) { checker in
            let body = checker.bodies(loop, wanted)
            return checker.result(id, loop, element: first, range: range, body: body)
        }
    }

    private func names(_ loop: Comprehension, _ first: CELType, _ second: CELType) -> [(name: String, type: CELType)] {
        [(loop.variable, first)] + (loop.secondVariable.map { [($0, second)] } ?? [])
    }

    /// The types of the variables; nil after an issue.
    private mutating func variableTypes(
        _ id: AST.ID, _ loop: Comprehension, _ range: CELType
    ) -> (CELType, CELType)? {
        let overOptional = loop.kind == .optionalMap || loop.kind == .optionalFlatMap
        switch unifier.resolve(range) {
        case .dyn, .variable: return (.dyn, .dyn)
        case .optional(let wrapped) where overOptional: return (unifier.resolve(wrapped), .dyn)
        case .list(let element) where !overOptional:
            return loop.secondVariable == nil ? (unifier.resolve(element), .dyn) : (.int, unifier.resolve(element))
        case .map(let key, let value) where !overOptional: return (unifier.resolve(key), unifier.resolve(value))
        case .error: return nil
        case .nullable:
            let text = source.text(ast[loop.range].range)
            if isLenient { return (.dyn, .dyn) }
            _ = report("'\(text)' may be null, so \(loop.macro) needs a guard", at: id, suggestion: guardHint(loop.range))
            return nil
        case let other:
            if isLenient { return (.dyn, .dyn) }
            let wanted = overOptional ? "an optional" : "a list or a map"
            _ = report("\(loop.macro) needs \(wanted), this is \(unifier.finish(other))", at: id)
            return nil
        }
    }

    private func bodyExpectation(_ kind: Comprehension.Kind, _ expected: CELType) -> CELType? {
        switch (kind, expected.unwrapped) {
        case (.map, .list(let element)): element
        case (.transformMap, .map(_, let value)): value
        case (.optionalMap, .optional(let wrapped)): wrapped
        default: nil
        }
    }

    @discardableResult
    private mutating func bodies(_ loop: Comprehension, _ expected: CELType?) -> CELType {
        var shown: Set<String> = []
        if let condition = loop.condition {
            let type = check(condition)
            if !unifier.assign(type, to: .bool) { reportMismatch(condition, wanted: .bool, given: type) }
            shown = paths(shownBy: condition, being: true)
        }
        guard let body = loop.body else { return .bool }
        return knowing(shown) { $0.check(body, expecting: expected) }
    }

    private mutating func result(
        _ id: AST.ID, _ loop: Comprehension, element: CELType, range: CELType, body: CELType
    ) -> CELType {
        switch loop.kind {
        case .all, .exists, .existsOne: return .bool
        case .count: return .int
        case .one: return unifier.resolve(element).orNull
        case .filter: return .list(element)
        case .map: return .list(body)
        case .sortBy:
            if let body = loop.body, !isLenient, !isOrdered(types[body.index]) {
                return report("sortBy needs keys that have an order, not \(unifier.finish(types[body.index]))", at: body)
            }
            return .list(element)
        case .transformMap:
            if case .map(let key, _) = unifier.resolve(range) { return .map(key, body) }
            if case .list = unifier.resolve(range) { return .map(.int, body) }
            return .map(.dyn, body)
        case .transformMapEntry:
            switch unifier.resolve(body) {
            case .map, .dyn, .variable, .error: return body
            case let other: return report("transformMapEntry needs {key: value}, not \(unifier.finish(other))", at: id)
            }
        case .optionalMap: return .optional(body)
        case .optionalFlatMap:
            let inner = unifier.fresh()
            guard unifier.assign(body, to: .optional(inner)) else {
                return report("optFlatMap needs a body that is an optional, not \(unifier.finish(body))", at: id)
            }
            return .optional(inner)
        }
    }

    func isOrdered(_ type: CELType) -> Bool {
        switch unifier.resolve(type) {
        case .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration, .dyn, .variable, .error: true
        default: false
        }
    }
}
