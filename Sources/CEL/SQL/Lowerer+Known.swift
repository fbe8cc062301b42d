// What is known before the query, and what isn't.
extension Lowerer {
    /// The node that a bound name stands for; any other node itself.
    func meaning(of id: AST.ID) -> AST.ID {
        var id = id
        while case .local(let slot)? = checked.references[id], let value = bound[slot] { id = value }
        return id
    }

    /// Whether a node can only be evaluated where there is a row.
    func mentionsRows(_ id: AST.ID) -> Bool {
        mentions[id.index]
            || slots[id.index].contains { slot in
                if let value = bound[slot] { return mentionsRows(value) }
                return locals[slot] != nil
            }
    }

    /// Finds out for every node whether it mentions a row, and which local names it uses.
    mutating func findMentions(_ id: AST.ID) {
        var found = false
        var used: Set<Int> = []
        switch checked.references[id] {
        case .variable(let name)?: found = row(named: name) != nil || collections[name] != nil
        case .local(let slot)?: used.insert(slot)
        case .function(let name, let overloads, _)?: found = SQLLowering.isAggregate(name, overloads)
        default: break
        }
        for child in checked.ast.children(of: id) {
            findMentions(child)
            found = found || mentions[child.index]
            used.formUnion(slots[child.index])
        }
        if case .locals(let slot)? = checked.references[id] {
            used.remove(slot)
            if case .comprehension(let loop) = checked.ast[id].kind, loop.secondVariable != nil { used.remove(slot + 1) }
        }
        mentions[id.index] = found
        slots[id.index] = used
    }

    private func findVariables(in id: AST.ID, _ found: inout Set<String>, _ seen: inout Set<Int>) {
        switch checked.references[id] {
        case .variable(let name)?: found.insert(name)
        case .local(let slot)?:
            if let value = bound[slot], seen.insert(slot).inserted { findVariables(in: value, &found, &seen) }
        default: break
        }
        for child in checked.ast.children(of: id) { findVariables(in: child, &found, &seen) }
    }

    /// A part that is evaluated before the query.
    ///
    /// - Parameters:
    ///   - isAlwaysAdapted: whether there is something for all values.
    ///   - adapted: what PostgreSQL gets instead of the value; fails for values it has nothing for.
    mutating func parameter(
        _ id: AST.ID, as sqlType: String?, isAlwaysAdapted: Bool = false,
        adapted: (@Sendable (CELValue) throws(CELError) -> CELValue)? = nil
    ) throws(CELCompileError) -> Lowered {
        let type = checked.type(of: id)
        if case .literal(.null) = checked.ast[id].kind {
            return Lowered(text: "NULL", type: .null, sqlType: sqlType ?? "text", isNullLiteral: true)
        }
        guard let cast = sqlType ?? Self.sqlType(of: type) else {
            throw refuse(id, "a value of type \(type) can't be passed to the database")
        }
        var variables: Set<String> = []
        var names: Set<Int> = []
        findVariables(in: id, &variables, &names)
        let bindings = names.sorted().compactMap { slot in bound[slot].map { (slot: slot, value: $0) } }
        let program = CELProgram(part: id, of: checked, binding: bindings, variables: variables)
        var source = SQLParameter.Source.program(program)
        var canFail = !isTotal(id) || adapted != nil && !isAlwaysAdapted
        if var value = program.constant {
            if let adapted, !value.isNull {
                do throws(CELError) { value = try adapted(value) } catch { throw refuse(id, error.description) }
            }
            if let reason = Self.flaw(of: value) { throw refuse(id, reason) }
            source = .constant(value)
            canFail = false
        }
        // What may be null can't say that it failed: then binding it fails.
        if type.isNullable || type == .dyn { canFail = false }
        let isKnown: Bool
        if case .constant = source { isKnown = true } else { isKnown = false }
        parameters.append(
            SQLParameter(source: source, type: type, sqlType: cast, canFail: canFail, adapted: isKnown ? nil : adapted))
        let position = parameters.count - 1
        var lowered = Lowered(
            text: placeholder(position), type: type, sqlType: cast, canFail: canFail && !trustsParameters, isSimple: true,
            parameter: position)
        if case .constant(.int(let number)) = source { lowered.range = WholeRange(number) }
        return lowered
    }

    func placeholder(_ position: Int) -> String { "$\(lowering.firstPlaceholder + position)::\(parameters[position].sqlType)" }

    /// Why a constant can't be passed as it is.
    private static func flaw(of value: CELValue) -> String? {
        switch value {
        case .timestamp(let time) where time.nanoseconds % 1_000 != 0: "the database counts time in microseconds"
        case .duration(let span) where span.nanoseconds % 1_000 != 0: "the database counts time in microseconds"
        case .string(let text) where text.utf8.contains(0): "text in the database can't hold the character NUL"
        case .list(let elements): elements.lazy.compactMap(flaw).first
        default: nil
        }
    }

    /// The value of a parameter that is known already.
    func constant(_ lowered: Lowered) -> CELValue? {
        guard let position = lowered.parameter, case .constant(let value) = parameters[position].source else { return nil }
        return value
    }

    static func sqlType(of type: CELType) -> String? {
        switch type.unwrapped {
        case .bool: "boolean"
        case .int: "bigint"
        case .double: "double precision"
        case .string, .enumeration: "text"
        case .bytes: "bytea"
        case .timestamp: "timestamptz"
        case .duration: "interval"
        case .list(let element):
            switch element {
            case .nullable, .list: nil
            default: sqlType(of: element).map { "\($0)[]" }
            }
        default: nil
        }
    }
}

// What always has a value.
extension Lowerer {
    private static let totalFunctions: Set<String> = [
        Operator.equal, Operator.notEqual, Operator.less, Operator.lessOrEqual, Operator.greater, Operator.greaterOrEqual,
        Operator.contains, Operator.not, "contains", "startsWith", "endsWith", "lowerAscii", "upperAscii", "trim", "reverse",
        "size", "optional.of", "optional.none", "hasValue", "orValue", "distinct",
    ]

    /// Whether a part that mentions no row has a value whatever its variables are. Types that aren't known leave it open.
    private func isTotal(_ id: AST.ID) -> Bool {
        let id = meaning(of: id)
        if case .dyn = checked.type(of: id) { return false }
        switch checked.ast[id].kind {
        case .literal: return true
        case .name:
            switch checked.references[id] {
            case .variable?, .local?, .constant?: return true
            default: return false
            }
        case .select(let operand, _, let isOptional):
            switch checked.references[id] {
            case .variable?, .constant?: return true
            case .field?: return !isOptional && isTotal(operand)
            default: return false
            }
        case .has(let operand, _):
            guard case .field? = checked.references[id] else { return false }
            return isTotal(operand)
        case .and(let parts), .or(let parts): return parts.allSatisfy(isTotal)
        case .conditional(let condition, let yes, let no): return isTotal(condition) && isTotal(yes) && isTotal(no)
        case .list(let elements): return elements.allSatisfy { isTotal($0.value) }
        case .call(let name, let receiver, let arguments):
            let operands = (receiver.map { [$0] } ?? []) + arguments
            return isTotalCall(id, name, operands) && operands.allSatisfy(isTotal)
        case .comprehension(let loop):
            switch loop.kind {
            case .all, .exists, .existsOne, .filter, .map, .count:
                return isTotal(loop.range) && [loop.condition, loop.body].compactMap { $0 }.allSatisfy(isTotal)
            default: return false
            }
        case .bind(_, let value, let body): return isTotal(value) && isTotal(body)
        case .index, .map, .record, .invalid: return false
        }
    }

    private func isTotalCall(_ id: AST.ID, _ name: String, _ operands: [AST.ID]) -> Bool {
        if case .function(let full, let overloads, _)? = checked.references[id], !overloads.allSatisfy(\.isBuiltIn) {
            return lowering.functions.contains { own in
                own.name == full && !own.canFail && own.adapted.isEmpty && overloads.allSatisfy { $0.parameters == own.parameters }
            }
        }
        let types = operands.map { checked.type(of: $0) }
        switch (name, types) {
        case (Operator.add, [.string, .string]), (Operator.add, [.double, .double]), (Operator.subtract, [.double, .double]),
            (Operator.multiply, [.double, .double]), (Operator.divide, [.double, .double]), (Operator.negate, [.double]):
            return true
        case ("string", [.int]), ("string", [.double]), ("string", [.bool]), ("string", [.string]), ("double", [.int]),
            ("int", [.int]), ("int", [.timestamp]), ("bytes", [.string]):
            return true
        default: return Self.totalFunctions.contains(name)
        }
    }
}
