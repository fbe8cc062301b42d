extension AST {
    /// The nodes a node is made of, in the order of evaluation.
    package func children(of id: ID) -> [ID] {
        switch self[id].kind {
        case .literal, .name, .invalid: []
        case .select(let operand, _, _), .has(let operand, _): [operand]
        case .index(let operand, let key, _): [operand, key]
        case .and(let parts), .or(let parts): parts
        case .conditional(let condition, let yes, let no): [condition, yes, no]
        case .call(_, let receiver, let arguments): (receiver.map { [$0] } ?? []) + arguments
        case .list(let elements): elements.map(\.value)
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .record(_, let fields): fields.map(\.value)
        case .comprehension(let loop): [loop.range] + [loop.condition, loop.body].compactMap { $0 }
        case .bind(_, let value, let body): [value, body]
        }
    }
}

extension AST.Kind {
    /// The same node made of others.
    func mapChildren(_ map: (AST.ID) -> AST.ID) -> AST.Kind {
        switch self {
        case .literal, .name, .invalid: self
        case .select(let operand, let field, let isOptional): .select(map(operand), field: field, isOptional: isOptional)
        case .has(let operand, let field): .has(map(operand), field: field)
        case .index(let operand, let key, let isOptional): .index(map(operand), map(key), isOptional: isOptional)
        case .and(let parts): .and(parts.map(map))
        case .or(let parts): .or(parts.map(map))
        case .conditional(let condition, let yes, let no): .conditional(map(condition), map(yes), map(no))
        case .call(let name, let receiver, let arguments):
            .call(name, receiver: receiver.map(map), arguments: arguments.map(map))
        case .list(let elements): .list(elements.map { AST.Element(value: map($0.value), isOptional: $0.isOptional) })
        case .map(let entries):
            .map(entries.map { AST.Entry(key: map($0.key), value: map($0.value), isOptional: $0.isOptional) })
        case .record(let name, let fields):
            .record(
                name,
                fields.map { AST.FieldValue(name: $0.name, range: $0.range, value: map($0.value), isOptional: $0.isOptional) })
        case .comprehension(let loop):
            .comprehension(
                Comprehension(
                    kind: loop.kind, macro: loop.macro, range: map(loop.range), variable: loop.variable,
                    variableRange: loop.variableRange, secondVariable: loop.secondVariable,
                    condition: loop.condition.map(map), body: loop.body.map(map)))
        case .bind(let name, let value, let body): .bind(name, map(value), map(body))
        }
    }
}
