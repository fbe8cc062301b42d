// Equality.
extension Lowerer {
    /// Both sides; a parameter takes the type of the column it meets where its own has no one name in SQL.
    mutating func sides(_ a: AST.ID, _ b: AST.ID) throws(CELCompileError) -> (Lowered, Lowered) {
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

    /// For what null is as good as any value: null after all, where a guard has failed.
    static func undoubted(_ lowered: Lowered) -> Lowered {
        guard lowered.isDoubted else { return lowered }
        var nullable = lowered
        nullable.type = lowered.type.orNull
        nullable.canFail = false
        nullable.isDoubted = false
        return nullable
    }

    mutating func equality(_ id: AST.ID, _ a: AST.ID, _ b: AST.ID, isEqual: Bool) throws(CELCompileError) -> Lowered {
        var sign = "="
        var origins = try atOrigin(a, b, &sign)
        if origins == nil { origins = try self.sides(a, b) }
        guard let sides = origins else { throw refuse(id, "this can't run in the database") }
        let (left, right) = (Self.undoubted(sides.0), Self.undoubted(sides.1))
        if left.isNullLiteral || right.isNullLiteral {
            let other = left.isNullLiteral ? right : left
            // What can fail is never null.
            if other.canFail { return boolean("(CASE WHEN \(other.text) IS NOT NULL THEN \(!isEqual) END)", canFail: true) }
            return boolean("(\(other.origin?.text ?? other.text) IS \(isEqual ? "" : "NOT ")NULL)")
        }
        for side in [left, right] {
            switch side.type.unwrapped {
            case .bool, .int, .double, .string, .bytes, .timestamp, .duration, .enumeration, .opaque: continue
            case .object where side.sqlType != "jsonb": continue
            case .list, .map, .object:
                throw refuse(
                    id, "values of type \(side.type.unwrapped) can't be compared in the database", suggestion: "compare their parts")
            default: throw refuse(id, "values of type \(side.type.unwrapped) can't be compared in the database")
            }
        }
        return equality(left, right, isEqual: isEqual)
    }

    /// True or false, and null only when a side can fail.
    mutating func equality(_ left: Lowered, _ right: Lowered, isEqual: Bool) -> Lowered {
        let canFail = left.canFail || right.canFail
        let isDouble = left.type.unwrapped == .double || right.type.unwrapped == .double
        guard left.isNullable || right.isNullable else {
            return boolean(sameText(left, right, isEqual: isEqual, isDouble: isDouble), canFail: canFail)
        }
        if canFail {
            // What may be null can't fail, so it is the other side that does.
            let (nullable, other) = left.isNullable ? (left, right) : (right, left)
            let text = naming([nullable, other]) { names in
                "CASE WHEN \(names[1]) IS NOT NULL THEN \(names[0]) IS \(isEqual ? "NOT " : "")DISTINCT FROM \(names[1]) END"
            }
            guard isDouble else { return boolean(text, canFail: true) }
            let nan = naming([other]) { "\($0[0]) <> 'NaN'::double precision" }
            return boolean(isEqual ? "(\(text) AND \(nan))" : "(\(text) OR NOT \(nan))", canFail: true)
        }
        if left.isNullable, right.isNullable {
            // No index serves DISTINCT FROM; where one side is known the planner sees which part is meant.
            if left.parameter != nil || right.parameter != nil {
                let (l, r) = (left.text, right.text)
                let same = sameText(left, right, isEqual: true, isDouble: isDouble, isBare: true)
                let text = "((\(l) IS NOT NULL AND \(r) IS NOT NULL AND \(same)) OR (\(l) IS NULL AND \(r) IS NULL))"
                return boolean(isEqual ? text : "(NOT \(text))")
            }
            let text = naming([left, right]) { names in
                let same = "\(names[0]) IS NOT DISTINCT FROM \(names[1])"
                return isDouble ? "\(same) AND \(names[0]) IS DISTINCT FROM 'NaN'::double precision" : same
            }
            return boolean(isEqual ? text : "(NOT \(text))")
        }
        let nullable = left.isNullable ? left : right
        let plain = sameText(left, right, isEqual: isEqual, isDouble: isDouble, isBare: true)
        let test = "\(nullable.text) IS \(isEqual ? "NOT " : "")NULL"
        return boolean("(\(test) \(isEqual ? "AND" : "OR") \(plain))")
    }

    /// Null when a side is.
    private mutating func sameText(
        _ left: Lowered, _ right: Lowered, isEqual: Bool, isDouble: Bool, isBare: Bool = false
    ) -> String {
        let plain = "\(left.text) \(isEqual ? "=" : "<>") \(right.text)"
        // PostgreSQL takes NaN for equal to itself. A constant, or a whole number, is none.
        let isSafe = [left, right].contains { side in
            guard side.type.unwrapped == .double else { return true }
            guard case .double(let number)? = constant(side) else { return false }
            return !number.isNaN
        }
        guard isDouble, !isSafe else { return isBare ? plain : "(\(plain))" }
        let nan = "'NaN'::double precision"
        if left.canFail || right.canFail {
            // The comparison of two truth values is null when either is.
            let text = naming([left, right], isStrict: true) { "(\($0[0]) = \($0[1])) > (\($0[0]) = \(nan))" }
            return isEqual ? text : "(NOT \(text))"
        }
        let doubled = left.isSimple ? left : right
        let text = isEqual ? "\(plain) AND \(doubled.text) <> \(nan)" : "\(plain) OR \(doubled.text) = \(nan)"
        return "(\(text))"
    }
}

// Order, and being an element.
extension Lowerer {
    mutating func comparison(_ id: AST.ID, _ sign: String, _ a: AST.ID, _ b: AST.ID) throws(CELCompileError) -> Lowered {
        var sign = sign
        let origins = try atOrigin(a, b, &sign)
        var found = origins
        if found == nil { found = try sides(a, b) }
        guard let (left, right) = found else { throw refuse(id, "this can't run in the database") }
        for (side, place) in [(left, a), (right, b)] where side.isNullable {
            let text = checked.source.text(checked.ast[place].range)
            throw refuse(id, "'\(sign)' needs a guard against null", suggestion: "guard it, as in '\(text) != null && …'")
        }
        let canFail = left.canFail || right.canFail
        if origins != nil { return boolean("(\(left.text) \(sign) \(right.text))", canFail: canFail) }
        switch left.type {
        case .string: return boolean("(\(left.text) COLLATE \"C\" \(sign) \(right.text) COLLATE \"C\")", canFail: canFail)
        case .bool, .int, .double, .bytes, .timestamp, .duration, .opaque: break
        default: throw refuse(id, "'\(sign)' on \(left.type) can't run in the database")
        }
        guard ![left.type, right.type].contains(.uint) else { throw refuse(id, "a uint can't be compared in the database") }
        // PostgreSQL takes NaN for greater than everything; here it is neither less nor greater.
        let (greater, lesser) = sign.hasPrefix("<") ? (right, left) : (left, right)
        var isSafe = greater.type != .double
        if case .double(let number)? = constant(greater) { isSafe = !number.isNaN }
        if isSafe { return boolean("(\(left.text) \(sign) \(right.text))", canFail: canFail) }
        let nan = "'NaN'::double precision"
        if canFail {
            let order = sign.hasSuffix("=") ? "<=" : "<"
            let text = naming([lesser, greater], isStrict: true) { "(\($0[0]) \(order) \($0[1])) > (\($0[1]) = \(nan))" }
            return boolean(text, canFail: true)
        }
        return boolean("(\(left.text) \(sign) \(right.text) AND \(greater.text) <> \(nan))")
    }

    mutating func membership(_ id: AST.ID, _ item: AST.ID, _ container: AST.ID) throws(CELCompileError) -> Lowered {
        let container = meaning(of: container)
        if case .list(let elements) = checked.ast[container].kind, !elements.contains(where: \.isOptional) {
            if elements.count <= 8 || mentionsRows(container) {
                return try membership(id, item, among: elements.map(\.value))
            }
        }
        let value = Self.undoubted(try lower(item))
        switch checked.type(of: container) {
        case .list(let element):
            if mentionsRows(container) { return try membership(id, value, inRows: container, element) }
            guard !element.isNullable, element != .dyn else { throw refuse(id, "'in' needs a list without nulls") }
            let elementType = Self.sqlType(of: element).flatMap { element.isBorrowing ? nil : $0 } ?? value.sqlType
            guard !value.sqlType.isEmpty, element.unwrapped == value.type.unwrapped else {
                throw refuse(id, "'in' needs a list of \(value.type.unwrapped) here")
            }
            return any(value, of: try parameter(container, as: "\(elementType)[]"))
        case .map(let key, _):
            if mentionsRows(container) {
                let map = try lower(container)
                guard map.sqlType == "jsonb", value.type.unwrapped == .string else {
                    throw refuse(id, "'in' needs keys that are strings here")
                }
                let test = "jsonb_exists(\(map.text), \(value.text))"
                guard value.isNullable else { return boolean(test, canFail: map.canFail || value.canFail) }
                guard !map.canFail else { throw refuse(id, "'in' needs a key that is never null here") }
                return boolean("(\(value.text) IS NOT NULL AND \(test))")
            }
            guard key == value.type.unwrapped, let type = Self.sqlType(of: key) else {
                throw refuse(id, "'in' needs a map whose keys are \(value.type.unwrapped) here")
            }
            let keys = try parameter(container, as: "\(type)[]") { value throws(CELError) in .list(try value.asMap().keys) }
            return any(value, of: keys)
        default: throw refuse(id, "'in' needs a list here")
        }
    }

    private mutating func membership(_ id: AST.ID, _ item: AST.ID, among elements: [AST.ID]) throws(CELCompileError) -> Lowered {
        if elements.isEmpty { return boolean("false") }
        var tests: [Lowered] = []
        for element in elements { tests.append(try equality(id, item, element, isEqual: true)) }
        let canFail = tests.contains(where: \.canFail)
        guard canFail else { return boolean("(" + tests.map(\.text).joined(separator: " OR ") + ")") }
        // A list is made whole before it is searched: an element that fails isn't absorbed.
        let alias = alias("v")
        let rows = tests.map { "(\($0.text))" }.joined(separator: ", ")
        return boolean(
            "(SELECT CASE WHEN bool_and(\(alias).c IS NOT NULL) THEN bool_or(\(alias).c) END FROM (VALUES \(rows)) AS \(alias)(c))",
            canFail: true)
    }

    func any(_ value: Lowered, of list: Lowered) -> Lowered {
        var test = "\(value.text) = ANY(\(list.text))"
        if value.type.unwrapped == .double { test = "\(test) AND \(value.text) <> 'NaN'::double precision" }
        if value.isNullable {
            let text = "\(value.text) IS NOT NULL AND \(test)"
            return boolean(list.canFail ? "(CASE WHEN \(list.text) IS NOT NULL THEN \(text) END)" : "(\(text))", canFail: list.canFail)
        }
        let canFail = value.canFail || list.canFail
        guard canFail else { return boolean("(\(test))") }
        return boolean(
            "(CASE WHEN \(value.text) IS NOT NULL AND \(list.text) IS NOT NULL THEN \(test) END)", canFail: true)
    }
}

extension CELType {
    /// Whether values have no one type in SQL: it depends on the column they meet.
    var isBorrowing: Bool {
        switch self {
        case .object, .enumeration, .opaque, .dyn, .null: true
        default: false
        }
    }
}
