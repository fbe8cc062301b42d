// What a condition tells about null.
extension Checker {
    /// A path of fields from a variable: what can be known not to be null, since values never change.
    func path(_ id: AST.ID) -> String? {
        switch (ast[id].kind, references[id]) {
        case (_, .variable(let name)?): return name
        case (.name(let name), .local?): return local(named: name)?.path
        case (.select(let operand, let field, false), _), (.has(let operand, let field), _):
            return path(operand).map { "\($0).\(field)" }
        default: return nil
        }
    }

    func narrowed(_ type: CELType, _ id: AST.ID) -> CELType {
        let type = unifier.resolve(type)
        guard case .nullable(let inner) = type, let path = path(id), nonNull.contains(path) else { return type }
        return inner
    }

    /// Checks a part under what another part has shown.
    mutating func knowing<T>(_ paths: Set<String>, _ body: (inout Checker) -> T) -> T {
        let before = nonNull
        nonNull.formUnion(paths)
        defer { nonNull = before }
        return body(&self)
    }

    /// The paths that aren't null when a condition, already checked, has the given outcome.
    func paths(shownBy id: AST.ID, being truth: Bool) -> Set<String> {
        switch ast[id].kind {
        case .and(let parts): return combined(parts, truth, all: truth)
        case .or(let parts): return combined(parts, truth, all: !truth)
        case .has: return truth ? Set([path(id)].compactMap { $0 }) : []
        case .call(Operator.not, nil, let arguments) where arguments.count == 1:
            return paths(shownBy: arguments[0], being: !truth)
        case .call(Operator.equal, nil, let sides) where sides.count == 2:
            return truth ? equal(sides[0], sides[1]) : notNull(sides[0], sides[1])
        case .call(Operator.notEqual, nil, let sides) where sides.count == 2:
            return truth ? notNull(sides[0], sides[1]) : equal(sides[0], sides[1])
        case .call(Operator.contains, nil, let sides) where sides.count == 2:
            guard truth, case .list(let element) = unifier.resolve(types[sides[1].index]), isSurelyThere(element) else {
                return []
            }
            return Set([path(sides[0])].compactMap { $0 })
        default: return []
        }
    }

    /// With every part so, all that any of them shows; with one part so, only what each of them would show.
    private func combined(_ parts: [AST.ID], _ truth: Bool, all: Bool) -> Set<String> {
        let shown = parts.map { paths(shownBy: $0, being: truth) }
        guard let first = shown.first else { return [] }
        return shown.dropFirst().reduce(first) { all ? $0.union($1) : $0.intersection($1) }
    }

    private func notNull(_ a: AST.ID, _ b: AST.ID) -> Set<String> {
        if case .null = unifier.resolve(types[b.index]) { return Set([path(a)].compactMap { $0 }) }
        if case .null = unifier.resolve(types[a.index]) { return Set([path(b)].compactMap { $0 }) }
        return []
    }

    /// What equals something that is there, is there itself.
    private func equal(_ a: AST.ID, _ b: AST.ID) -> Set<String> {
        var paths: Set<String> = []
        if isSurelyThere(types[b.index]), let path = path(a) { paths.insert(path) }
        if isSurelyThere(types[a.index]), let path = path(b) { paths.insert(path) }
        return paths
    }

    private func isSurelyThere(_ type: CELType) -> Bool {
        switch unifier.resolve(type) {
        case .null, .nullable, .dyn, .variable, .error: false
        default: true
        }
    }

    /// `&&` and `||`: what the parts before have shown holds in those after.
    mutating func connective(_ parts: [AST.ID], facts truth: Bool) -> CELType {
        let before = nonNull
        defer { nonNull = before }
        for part in parts {
            let type = check(part)
            if !unifier.assign(type, to: .bool) { reportMismatch(part, wanted: .bool, given: type) }
            nonNull.formUnion(paths(shownBy: part, being: truth))
        }
        return .bool
    }

    mutating func conditional(
        _ id: AST.ID, _ condition: AST.ID, _ yes: AST.ID, _ no: AST.ID, _ expected: CELType?
    ) -> CELType {
        let type = check(condition)
        if !unifier.assign(type, to: .bool) { reportMismatch(condition, wanted: .bool, given: type) }
        let first = knowing(paths(shownBy: condition, being: true)) { $0.check(yes, expecting: expected) }
        let second = knowing(paths(shownBy: condition, being: false)) { $0.check(no, expecting: expected) }
        if let joined = unifier.join(first, second) { return joined }
        if isLenient { return .dyn }
        return report(
            "the two outcomes have different types: \(unifier.finish(first)) and \(unifier.finish(second))", at: id)
    }
}
