import CEL

/// What is known of a value that is written as `{'name': c.product.name, 'qty': c.qty}`, or as a list of such.
///
/// In CEL that is a map, whose values all have one type. Here its parts are looked at one by one where a record is wanted.
indirect enum RecordShape: Sendable {
    case record([String: Part])
    case list(RecordShape)

    struct Part: Sendable {
        var type: CELType
        /// Of a part that is written in this way itself.
        var shape: RecordShape?
    }
}

extension Loader {
    /// An expression for a declared type. An author's record may be written as a map.
    func value(_ node: Node, _ scope: Scope, for type: ValueType) -> Expression? {
        guard type.type.isOwnRecord else { return expression(node, scope, expecting: type.cel) }
        guard let value = expression(node, scope) else { return nil }
        guard let shape = shape(of: value, scope) else { return expression(node, scope, expecting: type.cel) }
        let count = diagnostics.count
        check(shape, against: type.type, "the record", at: node)
        return diagnostics.count == count ? value : nil
    }

    /// Nil for everything that isn't made of maps with constant keys.
    func shape(of value: Expression, _ scope: Scope) -> RecordShape? {
        let checked = value.program.checked
        return shape(of: checked.ast.root, checked, scope, [:])
    }

    private func shape(of id: AST.ID, _ checked: CheckedAST, _ scope: Scope, _ bound: [String: RecordShape]) -> RecordShape? {
        switch checked.ast[id].kind {
        case .name(let name): return bound[name] ?? scope.shapes[name]
        case .bind(let name, let value, let body):
            var bound = bound
            bound[name] = shape(of: value, checked, scope, bound)
            return shape(of: body, checked, scope, bound)
        case .conditional(_, let yes, _): return shape(of: yes, checked, scope, bound)
        case .list(let elements): return elements.first.flatMap { shape(of: $0.value, checked, scope, bound) }.map { .list($0) }
        case .comprehension(let loop):
            switch loop.kind {
            case .map: return loop.body.flatMap { shape(of: $0, checked, scope, bound) }.map { .list($0) }
            case .filter, .sortBy: return shape(of: loop.range, checked, scope, bound)
            default: return nil
            }
        case .map(let entries):
            var parts: [String: RecordShape.Part] = [:]
            for entry in entries {
                guard case .literal(.string(let key)) = checked.ast[entry.key].kind, !entry.isOptional else { return nil }
                parts[key] = RecordShape.Part(type: checked.type(of: entry.value), shape: shape(of: entry.value, checked, scope, bound))
            }
            return .record(parts)
        default: return nil
        }
    }

    private func check(_ shape: RecordShape, against type: FieldType, _ what: String, at node: Node) {
        switch (shape, type) {
        case (.list(let element), .list(let wanted)): check(element, against: wanted, what, at: node)
        case (.record(let parts), .record(let wanted)): check(parts, against: wanted, what, at: node)
        case (.list, _): report("this is a list, but \(type.description) is wanted", at: node)
        case (.record, _): report("this is a record, but \(type.description) is wanted", at: node)
        }
    }

    private func check(_ parts: [String: RecordShape.Part], against wanted: RecordType, _ what: String, at node: Node) {
        for name in parts.keys.sorted() where wanted[name] == nil {
            report(
                "\(what) has no part '\(name.prefix(40))'", at: node, suggestion: didYouMean(name, wanted.parts.map(\.name)),
                code: .unknownName)
        }
        for part in wanted.parts {
            guard let given = parts[part.name] else {
                if !part.type.isNullable { report("\(what) lacks '\(part.name)', which is \(part.type.description)", at: node) }
                continue
            }
            if let shape = given.shape {
                check(shape, against: part.type.type, "'\(part.name)' of \(what)", at: node)
            } else if !isAssignable(given.type, to: part.type.cel) {
                guard !given.type.isNullable || !isAssignable(given.type.unwrapped, to: part.type.cel) else {
                    report("'\(part.name)' of \(what) may be null, but \(part.type.description) is wanted", at: node)
                    continue
                }
                report("'\(part.name)' of \(what) is \(given.type), but \(part.type.description) is wanted", at: node)
            }
        }
    }

    private func isAssignable(_ type: CELType, to wanted: CELType) -> Bool {
        (try? environment.adding(variables: ["value": type]).check("value", expecting: wanted)) != nil
    }
}

extension FieldType {
    /// Whether it is an author's record, or a list of them.
    fileprivate var isOwnRecord: Bool {
        switch self {
        case .record(let record): record.builtInName == nil
        case .list(let element): element.isOwnRecord
        default: false
        }
    }
}
