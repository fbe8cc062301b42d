// Operators and functions by their name and the types of their arguments.
extension Lowerer {
    mutating func call(
        _ id: AST.ID, _ name: String, _ receiver: AST.ID?, _ arguments: [AST.ID]
    ) throws(CELCompileError) -> Lowered {
        guard case .function(let full, let overloads, let passesReceiver)? = checked.references[id] else {
            return try operation(id, name, arguments)
        }
        let operands = (passesReceiver ? receiver.map { [$0] } ?? [] : []) + arguments
        if SQLLowering.isAggregate(full, overloads) { return try aggregate(id, full, arguments) }
        if let function = lowering.functions.first(where: { own in
            own.name == full && overloads.contains { $0.parameters == own.parameters }
        }) {
            return try hosted(id, function, operands)
        }
        guard overloads.allSatisfy(\.isBuiltIn) else {
            throw refuse(id, "\(Operator.displayName(full)) on these types can't run in the database")
        }
        if Operator.isOperator(full) { return try operation(id, full, arguments) }
        return try function(id, full, operands)
    }

    private mutating func hosted(
        _ id: AST.ID, _ function: SQLFunction, _ arguments: [AST.ID]
    ) throws(CELCompileError) -> Lowered {
        var operands: [Lowered] = []
        for (place, argument) in arguments.enumerated() {
            guard let adapted = function.adapted[place] else {
                operands.append(try lower(argument))
                continue
            }
            guard !mentionsRows(argument) else {
                throw refuse(argument, "in the database \(adapted.name) must be known before the query")
            }
            operands.append(try parameter(meaning(of: argument), as: "text", adapted: adapted.adapt))
        }
        let text = naming(operands) { function.text($0) }
        return Lowered(
            text: text, type: checked.type(of: id), sqlType: function.sqlType,
            canFail: function.canFail || operands.contains(where: \.canFail))
    }

    private mutating func operation(
        _ id: AST.ID, _ name: String, _ arguments: [AST.ID]
    ) throws(CELCompileError) -> Lowered {
        switch (name, arguments.count) {
        case (Operator.not, 1): return try negation(arguments[0])
        case (Operator.equal, 2): return try equality(id, arguments[0], arguments[1], isEqual: true)
        case (Operator.notEqual, 2): return try equality(id, arguments[0], arguments[1], isEqual: false)
        case (Operator.less, 2): return try comparison(id, "<", arguments[0], arguments[1])
        case (Operator.lessOrEqual, 2): return try comparison(id, "<=", arguments[0], arguments[1])
        case (Operator.greater, 2): return try comparison(id, ">", arguments[0], arguments[1])
        case (Operator.greaterOrEqual, 2): return try comparison(id, ">=", arguments[0], arguments[1])
        case (Operator.contains, 2): return try membership(id, arguments[0], arguments[1])
        case (Operator.negate, 1): return try negative(id, arguments[0])
        case (_, 2): return try arithmetic(id, name, try lower(arguments[0]), try lower(arguments[1]))
        default: throw refuse(id, "this can't run in the database")
        }
    }

    private mutating func function(_ id: AST.ID, _ name: String, _ arguments: [AST.ID]) throws(CELCompileError) -> Lowered {
        if let first = arguments.first, let lowered = try overList(id, name, first, Array(arguments.dropFirst())) { return lowered }
        if name == "matches", arguments.count == 2 { return try matches(id, arguments[0], arguments[1]) }
        if name.hasPrefix("get"), let part = TimePart(name) { return try time(id, part, arguments) }
        var operands: [Lowered] = []
        for argument in arguments { operands.append(try lower(argument)) }
        // An enumeration's members are stored as their names.
        if name == "string", case .enumeration? = operands.first?.type {
            return Lowered(text: "(\(operands[0].text))::text", type: .string, sqlType: "text", canFail: operands[0].canFail)
        }
        if let result = try string(id, name, operands) { return result }
        if let result = number(id, name, operands) { return result }
        if let result = conversion(name, operands) { return result }
        if let result = optional(id, name, operands) { return result }
        let types = operands.map { "\($0.type)" }.joined(separator: ", ")
        throw refuse(id, "'\(name)(\(types))' can't run in the database")
    }

    /// Null stands for an optional without a value.
    private mutating func optional(_ id: AST.ID, _ name: String, _ operands: [Lowered]) -> Lowered? {
        guard let first = operands.first, case .optional(let wrapped) = first.type else { return nil }
        switch (name, operands.count) {
        case ("hasValue", 1): return boolean("(\(first.text) IS NOT NULL)")
        case ("value", 1):
            return Lowered(
                text: first.text, type: wrapped, sqlType: first.sqlType, canFail: true, isSimple: first.isSimple, range: first.range)
        case ("orValue", 2) where !operands[1].isNullable:
            let text = "COALESCE(\(first.text), \(operands[1].text))"
            // The other value is made even where it isn't needed.
            let whole = operands[1].canFail ? naming([operands[1]], isStrict: true) { "COALESCE(\(first.text), \($0[0]))" } : text
            return Lowered(
                text: whole, type: checked.type(of: id), sqlType: first.sqlType, canFail: operands[1].canFail,
                range: first.range.joined(operands[1].range))
        default: return nil
        }
    }
}
