// Functions and methods.
extension Checker {
    mutating func call(_ id: AST.ID, _ name: String, _ receiver: AST.ID?, _ arguments: [AST.ID]) -> CELType {
        if receiver == nil, Operator.isOperator(name) { return operation(id, name, arguments) }
        if let receiver, let full = namespaced(name, receiver) {
            return resolve(id, full, .global, arguments, arguments.map { check($0) })
        }
        if let receiver {
            if let macro = misspeltMacro(name, arguments) {
                check(receiver)
                return report("there is no method '\(name)'", at: id, suggestion: "did you mean '\(macro)'?")
            }
            let types = [check(receiver)] + arguments.map { check($0) }
            return resolve(id, name, .receiver, [receiver] + arguments, types)
        }
        let types = arguments.map { check($0) }
        for candidate in environment.candidates(for: name) where environment.overloads(named: candidate) != nil {
            return resolve(id, candidate, .global, arguments, types)
        }
        return unknown(id, name, .global)
    }

    /// `math.greatest` as a function's full name, unless `math` is a variable.
    private func namespaced(_ name: String, _ receiver: AST.ID) -> String? {
        guard let (root, full) = qualifiedName(receiver), local(named: root) == nil else { return nil }
        return environment.candidates(for: full + "." + name).first { environment.overloads(named: $0) != nil }
    }

    /// The macro that was probably meant by a method nobody knows: its arguments would be names that nobody knows either.
    private func misspeltMacro(_ name: String, _ arguments: [AST.ID]) -> String? {
        guard !isLenient, arguments.count > 1, environment.overloads(named: name) == nil, case .name = ast[arguments[0]].kind else {
            return nil
        }
        return Suggestion.nearest(to: name, among: environment.declarations.macros.names)
    }

    private mutating func resolve(
        _ id: AST.ID, _ name: String, _ style: CELOverload.Style, _ arguments: [AST.ID], _ types: [CELType]
    ) -> CELType {
        guard let all = environment.overloads(named: name) else {
            // Nothing is known of what the method is looked for in.
            if style == .receiver, types.first == .error, !isLenient { return .error }
            return unknown(id, name, style)
        }
        let types = name == "string" ? types.map { isEnumeration($0) ? .string : $0 } : types
        let fitting = all.filter { $0.style == style && $0.accepts(argumentCount: arguments.count) }
        guard !fitting.isEmpty else { return wrongShape(id, name, style, all, arguments.count) }
        if let result = pick(id, name, fitting, types, passesReceiver: style == .receiver) { return result }
        if isLenient {
            references[id] = .function(name: name, overloads: fitting, passesReceiver: style == .receiver)
            return .dyn
        }
        if types.contains(.error) { return .error }
        return mismatch(id, name, fitting, arguments, types)
    }

    /// The overloads that the types allow. With `dyn` among them there may be several; the values decide then.
    mutating func pick(
        _ id: AST.ID, _ name: String, _ overloads: [CELOverload], _ types: [CELType], passesReceiver: Bool
    ) -> CELType? {
        let before = unifier.snapshot()
        // With nothing left open the first that fits is meant.
        let takesFirst = types.allSatisfy { isSettled($0) }
        var found: [(overload: CELOverload, result: CELType, state: [CELType?])] = []
        for overload in overloads {
            unifier.restore(before)
            let rest = Array(repeating: overload.rest ?? .dyn, count: max(0, types.count - overload.parameters.count))
            let signature = unifier.instantiate(overload.parameters + rest + [overload.result])
            let fits = zip(types, signature).allSatisfy { unifier.pass($0, to: $1) }
            guard fits else { continue }
            found.append((overload, signature[signature.count - 1], unifier.snapshot()))
            if takesFirst { break }
        }
        guard let first = found.first else {
            unifier.restore(before)
            return nil
        }
        references[id] = .function(name: name, overloads: found.map(\.overload), passesReceiver: passesReceiver)
        unifier.restore(first.state)
        if found.count == 1 { return first.result }
        let results = found.map(\.overload.result)
        guard results.allSatisfy({ $0 == results[0] }) else {
            unifier.restore(before)
            return .dyn
        }
        return first.result
    }

    /// A member of an enumeration is no string, but it can be made one.
    private func isEnumeration(_ type: CELType) -> Bool {
        if case .enumeration = unifier.resolve(type) { return true }
        return false
    }

    private func isSettled(_ type: CELType) -> Bool {
        switch unifier.resolve(type) {
        case .dyn, .variable, .error: false
        case let type: type.arguments.allSatisfy { isSettled($0) }
        }
    }
}

// Issues with calls.
extension Checker {
    private mutating func unknown(_ id: AST.ID, _ name: String, _ style: CELOverload.Style) -> CELType {
        let what = style == .receiver ? "method" : "function"
        let known = environment.functionNames.filter { candidate in
            !Operator.isOperator(candidate) && !candidate.hasPrefix("@")
                && environment.overloads(named: candidate)?.contains { $0.style == style } ?? false
        }
        return report(
            "there is no \(what) '\(name)'", at: id, suggestion: Suggestion.phrase(for: name, among: known))
    }

    private mutating func wrongShape(
        _ id: AST.ID, _ name: String, _ style: CELOverload.Style, _ all: [CELOverload], _ count: Int
    ) -> CELType {
        let sameStyle = all.filter { $0.style == style }
        let shown = (sameStyle.isEmpty ? all : sameStyle).prefix(4).map { $0.signature(of: name) }.joined(separator: " or ")
        let message =
            sameStyle.isEmpty
            ? "'\(name)' is \(style == .receiver ? "a function, not a method" : "a method, not a function")"
            : "'\(name)' doesn't take \(count - (style == .receiver ? 1 : 0)) arguments"
        return report(message, at: id, suggestion: "it is \(shown)")
    }

    private mutating func mismatch(
        _ id: AST.ID, _ name: String, _ overloads: [CELOverload], _ arguments: [AST.ID], _ types: [CELType]
    ) -> CELType {
        if let nullable = nullableArgument(overloads, types) {
            let text = source.text(ast[arguments[nullable]].range)
            return report(
                "'\(text)' may be null, which \(Operator.displayName(name)) doesn't take", at: id,
                range: ast[arguments[nullable]].range, suggestion: guardHint(arguments[nullable]))
        }
        let given = types.map { unifier.finish($0).description }.joined(separator: ", ")
        let shown = overloads.prefix(4).map { $0.signature(of: name) }.joined(separator: " or ")
        return report("'\(name)' can't be applied to (\(given))", at: id, suggestion: "it is \(shown)")
    }

    /// The first argument that may be null, when the call were right without.
    private mutating func nullableArgument(_ overloads: [CELOverload], _ types: [CELType]) -> Int? {
        guard let position = types.firstIndex(where: { unifier.resolve($0).isNullable }), types[position] != .null else {
            return nil
        }
        let unwrapped = types.map { unifier.resolve($0).unwrapped }
        let before = unifier.snapshot()
        defer { unifier.restore(before) }
        for overload in overloads {
            unifier.restore(before)
            let signature = unifier.instantiate(overload.parameters)
            if zip(unwrapped, signature).allSatisfy({ unifier.pass($0, to: $1) }) { return position }
        }
        return nil
    }
}
