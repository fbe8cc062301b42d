// What names stand for.
extension Checker {
    mutating func name(_ id: AST.ID) -> CELType {
        if let type = qualified(id) { return type }
        guard case .name(let name) = ast[id].kind else { return .error }
        let bare = name.hasPrefix(".") ? String(name.dropFirst()) : name
        if environment.declarations.enums[bare] != nil {
            return report("'\(bare)' is an enumeration; write one of its members, as in \(bare).…", at: id)
        }
        if environment.overloads(named: bare) != nil {
            return report("'\(bare)' is a function; it needs parentheses", at: id, suggestion: "\(bare)(…)")
        }
        let known = environment.variables.keys.map { $0 } + locals.map(\.name)
        return report(
            "there is nothing named '\(bare)' here", at: id, suggestion: Suggestion.phrase(for: bare, among: known),
            code: .unboundVariable)
    }

    /// A name, or a chain of fields that together is the name of something: a variable, an enum's member, a type.
    mutating func qualified(_ id: AST.ID) -> CELType? {
        guard let (root, full) = qualifiedName(id) else { return nil }
        if let local = local(named: root) {
            guard case .name = ast[id].kind else { return nil }
            references[id] = .local(local.slot)
            return narrowed(local.type, id)
        }
        for candidate in environment.candidates(for: full) {
            if let type = environment.variables[candidate] {
                references[id] = .variable(candidate)
                variables.insert(candidate)
                return narrowed(type, id)
            }
            if let (type, value) = environment.constant(named: candidate) {
                references[id] = .constant(value)
                return type
            }
        }
        return member(of: full, id)
    }

    /// The issue for a member that an enumeration doesn't have; nil when the name is no enumeration's.
    private mutating func member(of full: String, _ id: AST.ID) -> CELType? {
        guard let dot = full.lastIndex(of: ".") else { return nil }
        for candidate in environment.candidates(for: String(full[..<dot])) {
            guard let found = environment.declarations.enums[candidate] else { continue }
            let member = String(full[full.index(after: dot)...])
            let near = Suggestion.nearest(to: member, among: found.members).map { "did you mean '\(found.name).\($0)'?" }
            let all = "it has \(found.members.prefix(8).joined(separator: ", "))"
            return report("\(found.name) has no member '\(member)'", at: id, suggestion: near ?? all, code: .noSuchField)
        }
        return nil
    }

    /// The first part and the whole of a name such as `a.b.c`; nil for other nodes.
    func qualifiedName(_ id: AST.ID) -> (root: String, full: String)? {
        switch ast[id].kind {
        case .name(let name): return (name, name)
        case .select(let operand, let field, false):
            guard let (root, full) = qualifiedName(operand) else { return nil }
            return (root, full + "." + field)
        default: return nil
        }
    }

    mutating func select(
        _ id: AST.ID, _ operand: AST.ID, _ field: String, isOptional: Bool, isTest: Bool = false
    ) -> CELType {
        let type = check(operand)
        if isOptional {
            let found = self.field(id, field, of: unwrapForOptional(type), operand)
            return .optional(flattened(present(found, id)))
        }
        let found = self.field(id, field, of: type, operand)
        return isTest ? found : narrowed(found, id)
    }

    /// `.?` looks into optionals, and into what may be null as if it were an optional.
    private func unwrapForOptional(_ type: CELType) -> CELType {
        switch unifier.resolve(type) {
        case .optional(let wrapped): unifier.resolve(wrapped).unwrapped
        case let other: other.unwrapped
        }
    }

    /// A record's field that is null counts as absent when it is looked up as an optional, as it does for `has`.
    private func present(_ type: CELType, _ id: AST.ID) -> CELType {
        if case .field? = references[id] { return unifier.resolve(type).unwrapped }
        return type
    }

    private func flattened(_ type: CELType) -> CELType {
        if case .optional(let wrapped) = unifier.resolve(type) { return wrapped }
        return type
    }

    private mutating func field(_ id: AST.ID, _ field: String, of type: CELType, _ operand: AST.ID) -> CELType {
        switch unifier.resolve(type) {
        case .dyn, .variable: return .dyn
        case .error: return .error
        case .map(let key, let value):
            if unifier.assign(.string, to: key) { return value }
            return report("the map's keys are \(unifier.finish(key)), not strings", at: id)
        case .object(let name):
            guard let record = environment.record(named: name) else { return .dyn }
            guard let position = record.shape.position(of: field) else {
                let names = record.fields.map(\.name)
                let hint = Suggestion.phrase(for: field, among: names) ?? "it has \(names.prefix(10).joined(separator: ", "))"
                return report("\(name) has no field '\(field)'", at: id, suggestion: hint, code: .noSuchField)
            }
            references[id] = .field(record, position)
            return record.fields[position].type
        case .optional(let wrapped):
            let found = self.field(id, field, of: unifier.resolve(wrapped).unwrapped, operand)
            return .optional(flattened(present(found, id)))
        case .nullable:
            if isLenient { return .dyn }
            return report(
                "'\(source.text(ast[operand].range))' may be null, so its field '\(field)' can't be read unguarded", at: id,
                suggestion: guardHint(operand))
        case .null: return report("null has no fields", at: id, code: .noSuchField)
        case let other: return report("\(unifier.finish(other)) has no fields", at: id, code: .noSuchField)
        }
    }

    mutating func index(_ id: AST.ID, _ operand: AST.ID, _ key: AST.ID, isOptional: Bool) -> CELType {
        let type = check(operand)
        let keyType = check(key)
        let base = isOptional ? unwrapForOptional(type) : unifier.resolve(type)
        let element = element(id, of: base, operand, key, keyType)
        return isOptional ? .optional(flattened(element)) : element
    }

    private mutating func element(
        _ id: AST.ID, of type: CELType, _ operand: AST.ID, _ key: AST.ID, _ keyType: CELType
    ) -> CELType {
        switch type {
        case .dyn, .variable: return .dyn
        case .error: return .error
        case .list(let element):
            guard unifier.assign(keyType, to: .int) || unifier.assign(keyType, to: .uint) else {
                reportMismatch(key, wanted: .int, given: keyType)
                return element
            }
            return element
        case .map(let wanted, let value):
            if !unifier.assign(keyType, to: wanted), !(unifier.resolve(wanted).isNumeric && keyType.isNumeric) {
                reportMismatch(key, wanted: wanted, given: keyType)
            }
            return value
        case .optional(let wrapped):
            return .optional(flattened(element(id, of: unifier.resolve(wrapped), operand, key, keyType)))
        case .nullable:
            if isLenient { return .dyn }
            return report(
                "'\(source.text(ast[operand].range))' may be null, so it can't be indexed unguarded", at: id,
                suggestion: guardHint(operand))
        default: return report("\(unifier.finish(type)) can't be indexed", at: id)
        }
    }
}
