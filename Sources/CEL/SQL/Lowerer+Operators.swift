// Conditions, comparisons and arithmetic.
extension Lowerer {
    mutating func connective(_ parts: [AST.ID], _ word: String) throws(CELCompileError) -> Lowered {
        var texts: [String] = []
        for part in parts { texts.append(try lower(part).text) }
        return boolean("(" + texts.joined(separator: " \(word) ") + ")")
    }

    mutating func conditional(
        _ id: AST.ID, _ condition: AST.ID, _ yes: AST.ID, _ no: AST.ID, _ sqlType: String?
    ) throws(CELCompileError) -> Lowered {
        let test = try lower(condition)
        let first = try lower(yes, as: sqlType)
        let second = try lower(no, as: sqlType ?? first.sqlType)
        let type = checked.type(of: id)
        let result = first.isNullLiteral ? second.sqlType : first.sqlType
        return Lowered(
            text: "(CASE WHEN \(test.text) THEN \(first.text) ELSE \(second.text) END)", type: type, sqlType: result)
    }

    mutating func call(
        _ id: AST.ID, _ name: String, _ receiver: AST.ID?, _ arguments: [AST.ID]
    ) throws(CELCompileError) -> Lowered {
        guard case .function(_, let overloads, _)? = checked.references[id] else {
            return try operation(id, name, arguments)
        }
        guard overloads.allSatisfy(\.isBuiltIn) else {
            throw refuse(id, "\(Operator.displayName(name)) on these types can't run in the database")
        }
        if Operator.isOperator(name) { return try operation(id, name, arguments) }
        return try function(id, name, (receiver.map { [$0] } ?? []) + arguments)
    }

    private mutating func operation(_ id: AST.ID, _ name: String, _ arguments: [AST.ID]) throws(CELCompileError)
        -> Lowered
    {
        switch (name, arguments.count) {
        case (Operator.not, 1): return boolean("(NOT \(try lower(arguments[0]).text))")
        case (Operator.equal, 2), (Operator.notEqual, 2): return try equality(id, name, arguments[0], arguments[1])
        case (Operator.less, 2): return try comparison(id, "<", arguments[0], arguments[1])
        case (Operator.lessOrEqual, 2): return try comparison(id, "<=", arguments[0], arguments[1])
        case (Operator.greater, 2): return try comparison(id, ">", arguments[0], arguments[1])
        case (Operator.greaterOrEqual, 2): return try comparison(id, ">=", arguments[0], arguments[1])
        case (Operator.contains, 2): return try membership(id, arguments[0], arguments[1])
        case (Operator.negate, 1):
            let operand = try lower(arguments[0])
            guard operand.type.isNumeric else { throw refuse(id, "'-' on \(operand.type) can't run in the database") }
            return Lowered(text: "(- \(number(operand)))", type: operand.type, sqlType: numericType(operand.type))
        case (_, 2): return try arithmetic(id, name, arguments[0], arguments[1])
        default: throw refuse(id, "this can't run in the database")
        }
    }

    /// Both sides; a parameter takes the type of the column it meets where its own has no one name in SQL.
    private mutating func sides(_ a: AST.ID, _ b: AST.ID) throws(CELCompileError) -> (Lowered, Lowered) {
        if !mentionsRows(a), mentionsRows(b) {
            let right = try lower(b)
            return (try lower(a, as: borrowed(a, from: right)), right)
        }
        let left = try lower(a)
        return (left, try lower(b, as: borrowed(b, from: left)))
    }

    private func borrowed(_ id: AST.ID, from partner: Lowered) -> String? {
        checked.type(of: id).unwrapped.isBorrowing ? partner.sqlType : nil
    }

    private mutating func equality(
        _ id: AST.ID, _ name: String, _ a: AST.ID, _ b: AST.ID
    ) throws(CELCompileError) -> Lowered {
        let (left, right) = try sides(a, b)
        let isEqual = name == Operator.equal
        if right.isNullLiteral { return boolean("(\(left.text) IS \(isEqual ? "" : "NOT ")NULL)") }
        if left.isNullLiteral { return boolean("(\(right.text) IS \(isEqual ? "" : "NOT ")NULL)") }
        for side in [left.type.unwrapped, right.type.unwrapped] {
            switch side {
            case .bool, .int, .double, .string, .bytes, .timestamp, .duration, .enumeration, .object, .opaque: continue
            default: throw refuse(id, "values of type \(side) can't be compared in the database")
            }
        }
        return boolean(equalityText(left, right, isEqual: isEqual))
    }

    /// Always true or false, never null. `IS DISTINCT FROM` only where both may be null: no index serves it.
    private func equalityText(_ left: Lowered, _ right: Lowered, isEqual: Bool) -> String {
        let (a, b) = (left.text, right.text)
        if left.isNullable && right.isNullable {
            let same = "\(a) IS NOT DISTINCT FROM \(b)"
            let isNaN =
                [left, right].contains { $0.type.unwrapped == .double }
                ? " AND \(a) IS DISTINCT FROM 'NaN'::double precision" : ""
            return isEqual ? "(\(same)\(isNaN))" : "(NOT (\(same)\(isNaN)))"
        }
        var plain = "\(a) \(isEqual ? "=" : "<>") \(b)"
        // PostgreSQL takes NaN for equal to itself.
        if let doubled = [left, right].first(where: { $0.type.unwrapped == .double && constant($0) == nil }) {
            plain +=
                isEqual ? " AND \(doubled.text) <> 'NaN'::double precision" : " OR \(doubled.text) = 'NaN'::double precision"
        }
        if left.isNullable || right.isNullable {
            let nullable = left.isNullable ? a : b
            return isEqual ? "(\(nullable) IS NOT NULL AND \(plain))" : "(\(nullable) IS NULL OR \(plain))"
        }
        return "(\(plain))"
    }

    private mutating func comparison(
        _ id: AST.ID, _ sign: String, _ a: AST.ID, _ b: AST.ID
    ) throws(CELCompileError) -> Lowered {
        let (left, right) = try sides(a, b)
        if left.isNullable || right.isNullable { throw refuse(id, "'\(sign)' needs a guard against null") }
        switch left.type {
        case .string: return boolean("(\(left.text) COLLATE \"C\" \(sign) \(right.text) COLLATE \"C\")")
        case .bool, .int, .double, .bytes, .timestamp, .duration, .opaque: break
        default: throw refuse(id, "'\(sign)' on \(left.type) can't run in the database")
        }
        // PostgreSQL takes NaN for greater than everything; here it is neither less nor greater.
        let greater = sign.hasPrefix("<") ? right : left
        let guardText =
            greater.type == .double && constant(greater).map({ $0 != $0 }) ?? true
            ? " AND \(greater.text) <> 'NaN'::double precision" : ""
        return boolean("(\(left.text) \(sign) \(right.text)\(guardText))")
    }

    private mutating func membership(_ id: AST.ID, _ item: AST.ID, _ container: AST.ID) throws(CELCompileError) -> Lowered {
        if case .list(let elements) = checked.ast[container].kind, !elements.contains(where: \.isOptional) {
            if elements.isEmpty { return boolean("false") }
            var texts: [String] = []
            for element in elements {
                texts.append(try equality(id, Operator.equal, item, element.value).text)
            }
            return boolean("(" + texts.joined(separator: " OR ") + ")")
        }
        let value = try lower(item)
        guard case .list(let element) = checked.type(of: container) else {
            throw refuse(id, "'in' needs a list here")
        }
        guard !element.isNullable, element != .dyn else { throw refuse(id, "'in' needs a list without nulls") }
        let elementType = Self.sqlType(of: element).flatMap { element.isBorrowing ? nil : $0 } ?? value.sqlType
        let list = try lower(container, as: "\(elementType)[]")
        guard list.parameter != nil else { throw refuse(id, "'in' needs a list that is known before the query") }
        let test = "\(value.text) = ANY(\(list.text))"
        return boolean(value.isNullable ? "(\(value.text) IS NOT NULL AND \(test))" : "(\(test))")
    }

    private mutating func arithmetic(
        _ id: AST.ID, _ name: String, _ a: AST.ID, _ b: AST.ID
    ) throws(CELCompileError) -> Lowered {
        let left = try lower(a)
        let right = try lower(b)
        let type = checked.type(of: id)
        func made(_ sign: String, _ sqlType: String) -> Lowered {
            Lowered(text: "(\(number(left)) \(sign) \(number(right)))", type: type, sqlType: sqlType)
        }
        switch (name, left.type, right.type) {
        case (Operator.add, .int, .int): return made("+", "bigint")
        case (Operator.subtract, .int, .int): return made("-", "bigint")
        case (Operator.multiply, .int, .int): return made("*", "bigint")
        case (Operator.divide, .int, .int), (Operator.modulo, .int, .int):
            // The database may look at rows that another condition leaves out: a divisor must be right for all.
            guard case .int(let divisor)? = constant(right), divisor != 0, divisor != -1 else {
                throw refuse(id, "in the database a divisor must be a constant other than 0 and -1")
            }
            return made(name == Operator.divide ? "/" : "%", "bigint")
        case (Operator.add, .double, .double): return made("+", "double precision")
        case (Operator.subtract, .double, .double): return made("-", "double precision")
        case (Operator.multiply, .double, .double): return made("*", "double precision")
        case (Operator.add, .string, .string):
            return Lowered(text: "(\(left.text) || \(right.text))", type: type, sqlType: "text")
        case (Operator.add, .timestamp, .duration), (Operator.add, .duration, .timestamp):
            return Lowered(text: "(\(left.text) + \(right.text))", type: type, sqlType: "timestamptz")
        case (Operator.subtract, .timestamp, .duration):
            return Lowered(text: "(\(left.text) - \(right.text))", type: type, sqlType: "timestamptz")
        default:
            throw refuse(id, "\(Operator.displayName(name)) on \(left.type) and \(right.type) can't run in the database")
        }
    }

    /// Numbers in the width the language counts in.
    func number(_ lowered: Lowered) -> String {
        let wanted = numericType(lowered.type)
        return lowered.sqlType == wanted ? lowered.text : "\(lowered.text)::\(wanted)"
    }

    func numericType(_ type: CELType) -> String { type == .double ? "double precision" : "bigint" }
}

extension CELType {
    /// Whether values have no one type in SQL: it depends on the column they meet.
    fileprivate var isBorrowing: Bool {
        switch self {
        case .object, .enumeration, .opaque, .dyn, .null: true
        default: false
        }
    }
}
