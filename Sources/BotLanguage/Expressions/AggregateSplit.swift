import CEL

/// An expression over groups, taken apart: its aggregates become variables.
struct AggregateSplit {
    /// What is left, over the aggregates' variables; the expression itself where there are none.
    let program: CELProgram
    let aggregates: [QueryAggregate]

    /// - Parameter environment: in which it was compiled.
    static func of(_ program: CELProgram, _ environment: CELEnvironment) throws(CELCompileError) -> AggregateSplit {
        let checked = program.checked
        var rewritten = checked.ast
        var aggregates: [QueryAggregate] = []
        var types: [String: CELType] = [:]
        var open: [(id: AST.ID, names: [(String, AST.ID)])] = [(checked.ast.root, [])]
        while let (id, names) = open.popLast() {
            switch checked.ast[id].kind {
            case .call(_, nil, let arguments):
                guard case .function(let name, let overloads, _)? = checked.references[id], isAggregate(name, overloads) else { break }
                let variable = "@aggregate\(aggregates.count)"
                var argument: CELProgram?
                if let value = arguments.first {
                    var part = checked.ast
                    part.root = value
                    for (name, value) in names.reversed() { part.bind(name, to: value, around: part.root) }
                    argument = try environment.compile(part, of: checked)
                }
                aggregates.append(
                    QueryAggregate(variable: variable, function: name, argument: argument, type: checked.type(of: id)))
                types[variable] = checked.type(of: id)
                rewritten.nodes[id.index].kind = .name(variable)
                continue
            case .bind(let name, let value, let body):
                open.append((value, names))
                open.append((body, names + [(name, value)]))
                continue
            default: break
            }
            for child in checked.ast.children(of: id) { open.append((child, names)) }
        }
        guard !aggregates.isEmpty else { return AggregateSplit(program: program, aggregates: []) }
        let inner = environment.adding(variables: types)
        return AggregateSplit(program: try inner.compile(rewritten, of: checked), aggregates: aggregates)
    }

    private static func isAggregate(_ name: String, _ overloads: [CELOverload]) -> Bool {
        guard ["sum", "avg", "min", "max", "count"].contains(name) else { return false }
        return overloads.allSatisfy { overload in
            if case .none = overload.implementation { return overload.style == .global }
            return false
        }
    }
}
