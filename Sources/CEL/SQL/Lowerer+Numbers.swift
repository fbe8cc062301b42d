// Whole numbers, which fail where they leave 64 bits, and conversions.
extension Lowerer {
    private static let highest = "9223372036854775808"
    private static let lowest = "-9223372036854775809"

    /// Numbers in the width the language counts in.
    func number(_ lowered: Lowered) -> String {
        let wanted = lowered.type.unwrapped == .double ? "double precision" : "bigint"
        return lowered.sqlType == wanted ? lowered.text : "\(lowered.text)::\(wanted)"
    }

    /// A number of any size as a whole number, null beyond 64 bits. What is beyond is first brought to the nearest
    /// number that is, so that the cast can't raise and the number is computed once.
    private static func within(_ exact: String) -> String {
        "NULLIF(NULLIF(GREATEST(LEAST(\(exact), \(highest)), \(lowest)), \(highest)), \(lowest))::bigint"
    }

    func whole(_ text: String, range: WholeRange = .all, canFail: Bool) -> Lowered {
        Lowered(text: text, type: .int, sqlType: "bigint", canFail: canFail, range: range)
    }

    /// Whole numbers added up by PostgreSQL's own `sum`, whose result is exact.
    func total(_ sum: String) -> String { Self.within("COALESCE(\(sum), 0)") }

    mutating func negative(_ id: AST.ID, _ operand: AST.ID) throws(CELCompileError) -> Lowered {
        let value = try lower(operand)
        switch value.type {
        case .double:
            return Lowered(text: "(- \(number(value)))", type: .double, sqlType: "double precision", canFail: value.canFail)
        case .int where value.range.low > .min:
            return whole(
                "(- \(number(value)))", range: WholeRange(low: -value.range.high, high: -value.range.low), canFail: value.canFail)
        case .int: return whole(Self.within("(- \(value.text)::numeric)"), canFail: true)
        default: throw refuse(id, "'-' on \(value.type) can't run in the database")
        }
    }

    mutating func arithmetic(_ id: AST.ID, _ name: String, _ left: Lowered, _ right: Lowered) throws(CELCompileError) -> Lowered {
        let canFail = left.canFail || right.canFail
        switch (name, left.type, right.type) {
        case (Operator.add, .int, .int): return sum(left, right, "+", left.range.combined(right.range) { $0.addingReportingOverflow($1) })
        case (Operator.subtract, .int, .int):
            return sum(left, right, "-", left.range.combined(right.range) { $0.subtractingReportingOverflow($1) })
        case (Operator.multiply, .int, .int):
            return sum(left, right, "*", left.range.combined(right.range) { $0.multipliedReportingOverflow(by: $1) })
        case (Operator.divide, .int, .int): return quotient(left, right)
        case (Operator.modulo, .int, .int): return remainder(left, right)
        case (Operator.add, .double, .double): return double(adding: left, right)
        case (Operator.subtract, .double, .double):
            let opposite = Lowered(
                text: "(- \(number(right)))", type: .double, sqlType: "double precision", canFail: right.canFail, isSimple: right.isSimple)
            return double(adding: left, opposite)
        case (Operator.multiply, .double, .double): return double(multiplying: left, right)
        case (Operator.divide, .double, .double): return double(dividing: left, right)
        case (Operator.add, .string, .string):
            return Lowered(text: "(\(left.text) || \(right.text))", type: .string, sqlType: "text", canFail: canFail)
        case (Operator.add, .bytes, .bytes):
            return Lowered(text: "(\(left.text) || \(right.text))", type: .bytes, sqlType: "bytea", canFail: canFail)
        case (Operator.add, .timestamp, .duration): return moment(left, right, "+")
        case (Operator.add, .duration, .timestamp): return moment(right, left, "+")
        case (Operator.subtract, .timestamp, .duration): return moment(left, right, "-")
        case (Operator.add, .duration, .duration), (Operator.subtract, .duration, .duration),
            (Operator.subtract, .timestamp, .timestamp):
            return span(left, right, name == Operator.add ? "+" : "-")
        default:
            throw refuse(id, "\(Operator.displayName(name)) on \(left.type) and \(right.type) can't run in the database")
        }
    }

    private func sum(_ left: Lowered, _ right: Lowered, _ sign: String, _ range: WholeRange?) -> Lowered {
        if let range {
            return whole("(\(number(left)) \(sign) \(number(right)))", range: range, canFail: left.canFail || right.canFail)
        }
        return whole(Self.within("(\(left.text)::numeric \(sign) \(number(right)))"), canFail: true)
    }

    /// Both cut off towards zero.
    private func quotient(_ left: Lowered, _ right: Lowered) -> Lowered {
        let mayBeZero = right.range.contains(0)
        let divisor = mayBeZero ? "NULLIF(\(number(right)), 0)" : number(right)
        let canFail = left.canFail || right.canFail || mayBeZero
        if left.range.low > .min || !right.range.contains(-1) {
            let most = left.range.low == .min ? Int64.max : max(left.range.high.magnitudeClamped, left.range.low.magnitudeClamped)
            let range = left.range.low == .min ? WholeRange.all : WholeRange(low: -most, high: most)
            return whole("(\(number(left)) / \(divisor))", range: range, canFail: canFail)
        }
        return whole(Self.within("div(\(left.text)::numeric, \(divisor)::numeric)"), canFail: true)
    }

    private mutating func remainder(_ left: Lowered, _ right: Lowered) -> Lowered {
        let mayBeZero = right.range.contains(0)
        let canFail = left.canFail || right.canFail || mayBeZero
        if left.range.low > .min || !right.range.contains(-1) {
            let divisor = mayBeZero ? "NULLIF(\(number(right)), 0)" : number(right)
            return whole("(\(number(left)) % \(divisor))", canFail: canFail)
        }
        // The smallest number by -1 has a remainder for PostgreSQL, but its quotient is beyond 64 bits.
        let text = naming([left, right]) { names in
            "CASE WHEN \(names[0]) = \(Int64.min) AND \(names[1]) = -1 THEN NULL ELSE \(names[0])::bigint % NULLIF(\(names[1])::bigint, 0) END"
        }
        return whole(text, canFail: true)
    }

    /// Functions on numbers; nil for others.
    mutating func number(_ id: AST.ID, _ name: String, _ operands: [Lowered]) -> Lowered? {
        guard name.hasPrefix("math."), let first = operands.first else { return nil }
        let canFail = operands.contains(where: \.canFail)
        let types = operands.map(\.type)
        func double(_ text: String) -> Lowered { Lowered(text: text, type: .double, sqlType: "double precision", canFail: canFail) }
        switch (name, types) {
        case ("math.greatest", _) where types.allSatisfy { $0 == .int }, ("math.least", _) where types.allSatisfy { $0 == .int }:
            let function = name == "math.greatest" ? "GREATEST" : "LEAST"
            let text = naming(operands, isStrict: true) { "\(function)(\($0.joined(separator: ", ")))" }
            return whole("(\(text))::bigint", canFail: canFail)
        case ("math.greatest", _) where types.allSatisfy { $0 == .double }, ("math.least", _) where types.allSatisfy { $0 == .double }:
            var best = first
            for next in operands.dropFirst() { best = double(extreme(best, next, name == "math.greatest" ? ">" : "<")) }
            return best
        case ("math.ceil", [.double]): return double("ceil(\(number(first)))")
        case ("math.floor", [.double]): return double("floor(\(number(first)))")
        case ("math.trunc", [.double]): return double("trunc(\(number(first)))")
        case ("math.round", [.double]):
            return double(
                naming([first]) { names in
                    let whole = "trunc(\(names[0])::double precision)"
                    return "CASE WHEN abs(\(names[0]) - \(whole)) >= 0.5 THEN \(whole) + sign(\(names[0])) ELSE \(whole) END"
                })
        case ("math.sqrt", [.double]), ("math.sqrt", [.int]):
            return double(
                naming([first]) { "CASE WHEN \($0[0]) < 0 THEN 'NaN'::double precision ELSE sqrt(\($0[0])::double precision) END" })
        case ("math.abs", [.double]): return double("abs(\(number(first)))")
        case ("math.abs", [.int]):
            if first.range.low > .min { return whole("abs(\(number(first)))", canFail: canFail) }
            return whole(Self.within("abs(\(first.text)::numeric)"), canFail: true)
        case ("math.sign", [.int]):
            return whole("sign(\(first.text)::numeric)::bigint", range: WholeRange(low: -1, high: 1), canFail: canFail)
        case ("math.sign", [.double]):
            return double(
                naming([first]) {
                    "CASE WHEN \($0[0]) = 'NaN'::double precision THEN \($0[0])::double precision ELSE sign(\($0[0])::double precision) + 0 END"
                })
        case ("math.isNaN", [.double]): return boolean("(\(first.text) = 'NaN'::double precision)", canFail: canFail)
        case ("math.isInf", [.double]): return boolean("(abs(\(first.text)) = 'Infinity'::double precision)", canFail: canFail)
        case ("math.isFinite", [.double]): return boolean("(abs(\(first.text)) < 'Infinity'::double precision)", canFail: canFail)
        case ("math.bitAnd", [.int, .int]): return whole("(\(number(first)) & \(number(operands[1])))", canFail: canFail)
        case ("math.bitOr", [.int, .int]): return whole("(\(number(first)) | \(number(operands[1])))", canFail: canFail)
        case ("math.bitXor", [.int, .int]): return whole("(\(number(first)) # \(number(operands[1])))", canFail: canFail)
        case ("math.bitNot", [.int]): return whole("(~ \(number(first)))", canFail: canFail)
        default: return nil
        }
    }

    /// NaN is never greater and never less, so it stays only where it comes first.
    private mutating func extreme(_ best: Lowered, _ next: Lowered, _ sign: String) -> String {
        naming([best, next], isStrict: true) { names in
            let nan = "'NaN'::double precision"
            return "CASE WHEN \(names[1]) \(sign) \(names[0]) AND \(names[0]) <> \(nan) AND \(names[1]) <> \(nan) "
                + "THEN \(names[1]) ELSE \(names[0]) END"
        }
    }

    /// Conversions between types; nil for others.
    mutating func conversion(_ name: String, _ operands: [Lowered]) -> Lowered? {
        guard operands.count == 1, let value = operands.first else { return nil }
        func made(_ text: String, _ type: CELType, _ sqlType: String, canFail: Bool? = nil) -> Lowered {
            Lowered(text: text, type: type, sqlType: sqlType, canFail: canFail ?? value.canFail)
        }
        switch (name, value.type) {
        case ("int", .int), ("double", .double), ("string", .string), ("bool", .bool), ("bytes", .bytes), ("timestamp", .timestamp),
            ("duration", .duration):
            return value
        case ("double", .int): return made("(\(value.text))::double precision", .double, "double precision")
        case ("int", .double):
            let text = naming([value]) { names in
                "CASE WHEN \(names[0]) > -9223372036854775808 AND \(names[0]) < 9223372036854775808 THEN trunc(\(names[0]))::bigint END"
            }
            return made(text, .int, "bigint", canFail: true)
        case ("int", .string):
            // Beyond these lengths digits are only leading zeros, of which nobody writes so many.
            let cast = Self.within
            let text = naming([value]) { names in
                "CASE WHEN \(names[0]) ~ '\\A-?[0-9]+\\Z' AND length(\(names[0])) <= 1000 THEN \(cast("\(names[0])::numeric")) END"
            }
            return made(text, .int, "bigint", canFail: true)
        case ("int", .timestamp): return made("floor(extract(epoch FROM \(value.text)))::bigint", .int, "bigint")
        case ("int", .duration): return made("trunc(extract(epoch FROM \(value.text)))::bigint", .int, "bigint")
        case ("string", .int), ("string", .bool): return made("(\(value.text))::text", .string, "text")
        case ("string", .timestamp): return made(text(ofTimestamp: value), .string, "text")
        case ("string", .duration): return made("(trim_scale(extract(epoch FROM \(value.text)))::text || 's')", .string, "text")
        case ("bool", .string):
            let (yes, no) = ("'true', 'TRUE', 'True', 't', '1'", "'false', 'FALSE', 'False', 'f', '0'")
            let text = naming([value]) { "CASE WHEN \($0[0]) IN (\(yes)) THEN true WHEN \($0[0]) IN (\(no)) THEN false END" }
            return made(text, .bool, "boolean", canFail: true)
        case ("bytes", .string): return made("convert_to(\(value.text), 'UTF8')", .bytes, "bytea")
        case ("timestamp", .int):
            let range = CELTimestamp.range
            let text = naming([value]) { names in
                "CASE WHEN \(names[0]) BETWEEN \(range.lowerBound) AND \(range.upperBound) THEN timestamptz 'epoch' + \(names[0]) * interval '1 second' END"
            }
            return made(text, .timestamp, "timestamptz", canFail: true)
        default: return nil
        }
    }
}

extension Int64 {
    /// Without the sign; the smallest as the largest.
    var magnitudeClamped: Int64 { self == .min ? .max : abs(self) }
}
