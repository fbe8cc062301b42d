// Text that was made of a column of another type is compared there: `t.due >= '2026-01-31'` as dates, so that indexes serve it.
extension Lowerer {
    /// Both sides where the column lies; nil when there is no such column.
    ///
    /// - Parameter sign: gets the sign for these sides, since not every text is one of a value: `>= '2026-01-31x'` is `>= '2026-02-01'`.
    mutating func atOrigin(_ a: AST.ID, _ b: AST.ID, _ sign: inout String) throws(CELCompileError) -> (Lowered, Lowered)? {
        let places = (mentionsRows(a), mentionsRows(b))
        guard isColumn(a), places.0, isColumn(b) || !places.1 else {
            guard isColumn(b), places.1, !places.0 else { return nil }
            var turned = Self.turned(sign)
            guard let (right, left) = try atOrigin(b, a, &turned) else { return nil }
            sign = Self.turned(turned)
            return (left, right)
        }
        // What is looked at in vain must leave no placeholders behind.
        let before = self
        let column = try lower(a)
        guard let origin = column.origin else {
            self = before
            return nil
        }
        var left = column
        left.text = origin.text
        left.sqlType = origin.sqlType
        if places.1 {
            let other = try lower(b)
            guard let own = other.origin, own.sqlType == origin.sqlType else {
                self = before
                return nil
            }
            var right = other
            right.text = own.text
            right.sqlType = own.sqlType
            return (left, right)
        }
        if case .literal(.null) = checked.ast[meaning(of: b)].kind {
            self = before
            return nil
        }
        guard checked.type(of: b).unwrapped == .string else {
            self = before
            return nil
        }
        let isEquality = sign == "="
        let isAfter = sign == ">" || sign == "<="
        if !isEquality { sign = sign.hasPrefix("<") ? "<" : ">=" }
        let value = try parameter(meaning(of: b), as: origin.sqlType, isAlwaysAdapted: true) { value throws(CELError) in
            let text = try value.asString()
            return .string(isEquality ? origin.exact(text) : origin.first(text, isAfter))
        }
        return (left, value)
    }

    private func isColumn(_ id: AST.ID) -> Bool {
        if case .select = checked.ast[meaning(of: id)].kind { return checked.type(of: id).unwrapped == .string }
        return false
    }

    private static func turned(_ sign: String) -> String {
        switch sign {
        case "<": ">"
        case "<=": ">="
        case ">": "<"
        case ">=": "<="
        default: sign
        }
    }
}
