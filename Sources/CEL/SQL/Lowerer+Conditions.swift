// Conditions: AND, OR and NOT take null for "fails" just as `&&`, `||` and `!` do.
extension Lowerer {
    mutating func connective(_ parts: [AST.ID], _ word: String) throws(CELCompileError) -> Lowered {
        var lowered: [Lowered] = []
        let before = (doubtsGuards, doubtsGuardsOfRows)
        defer { (doubtsGuards, doubtsGuardsOfRows) = before }
        for part in parts {
            let outcome = try lower(part)
            lowered.append(outcome)
            doubtsGuards = doubtsGuards || outcome.canFail
            doubtsGuardsOfRows = doubtsGuardsOfRows || outcome.canFail
        }
        return boolean(
            "(" + lowered.map(\.text).joined(separator: " \(word) ") + ")", canFail: lowered.contains(where: \.canFail))
    }

    /// A condition, and what holds for every row for which it does or for which it fails, in forms that an index can serve.
    struct Conjunction {
        var whole: Lowered
        /// Conditions that can't fail.
        var sure: [String] = []
        /// Placeholders that are null when what they stand for has failed.
        var unknown: [String] = []
        /// Whether nothing but those makes the condition fail.
        var failsByParametersOnly = true
    }

    mutating func conjunction(_ id: AST.ID) throws(CELCompileError) -> Conjunction {
        let id = meaning(of: id)
        guard mentionsRows(id), case .and(let parts) = checked.ast[id].kind else { return try condition(id) }
        var result = Conjunction(whole: boolean(""))
        var texts: [String] = []
        let before = (doubtsGuards, doubtsGuardsOfRows, unknownBefore)
        defer { (doubtsGuards, doubtsGuardsOfRows, unknownBefore) = before }
        for part in parts {
            let inner = try conjunction(part)
            doubtsGuards = doubtsGuards || inner.whole.canFail
            doubtsGuardsOfRows = doubtsGuardsOfRows || (inner.whole.canFail && !inner.failsByParametersOnly)
            unknownBefore += inner.unknown
            texts.append(inner.whole.text)
            result.whole.canFail = result.whole.canFail || inner.whole.canFail
            result.sure += inner.sure
            result.unknown += inner.unknown
            result.failsByParametersOnly = result.failsByParametersOnly && inner.failsByParametersOnly
        }
        result.whole.text = "(" + texts.joined(separator: " AND ") + ")"
        return result
    }

    private mutating func condition(_ id: AST.ID) throws(CELCompileError) -> Conjunction {
        if trustsParameters {
            let whole = try lower(id)
            return Conjunction(whole: whole, sure: whole.canFail ? [] : [whole.text], failsByParametersOnly: !whole.canFail)
        }
        // Once more, as if what is known before the query never failed.
        var trusting = self
        trusting.trustsParameters = true
        trusting.doubtsGuards = doubtsGuardsOfRows
        let plain = try trusting.lower(id)
        let count = parameters.count
        var result = Conjunction(whole: try lower(id))
        if !result.whole.canFail {
            result.sure = [result.whole.text]
            return result
        }
        result.unknown = parameters.indices.dropFirst(count).filter { parameters[$0].canFail }.map(placeholder)
        let isUnknown = (unknownBefore + result.unknown).map { "\($0) IS NULL" }.joined(separator: " OR ")
        if plain.canFail || !mentionsRows(id) || isUnknown.isEmpty {
            result.failsByParametersOnly = false
        } else {
            result.sure = ["(\(plain.text) OR \(isUnknown))"]
        }
        return result
    }

    mutating func conditional(
        _ id: AST.ID, _ condition: AST.ID, _ yes: AST.ID, _ no: AST.ID, _ sqlType: String?
    ) throws(CELCompileError) -> Lowered {
        let test = try lower(condition)
        let wanted = sqlType ?? outcomeType(id, yes, no)
        var first = try lower(yes, as: wanted)
        let type = checked.type(of: id)
        var second = try lower(no, as: wanted ?? (type.unwrapped.isBorrowing && !first.isNullLiteral ? first.sqlType : nil))
        if type.unwrapped == .int {
            first.text = first.isNullLiteral ? first.text : number(first)
            second.text = second.isNullLiteral ? second.text : number(second)
        }
        let result = type.unwrapped == .int ? "bigint" : first.isNullLiteral ? second.sqlType : first.sqlType
        let text =
            test.canFail
            ? "(CASE \(test.text) WHEN true THEN \(first.text) WHEN false THEN \(second.text) END)"
            : "(CASE WHEN \(test.text) THEN \(first.text) ELSE \(second.text) END)"
        var lowered = Lowered(
            text: text, type: type, sqlType: result, canFail: test.canFail || first.canFail || second.canFail,
            range: first.range.joined(second.range))
        let fails = test.canFail || [first, second].contains { $0.canFail && !$0.isDoubted }
        lowered.isDoubted = !fails && (first.isDoubted || second.isDoubted)
        return lowered
    }

    /// The type of a column, where only one outcome of a condition has one and the other is passed.
    private func outcomeType(_ id: AST.ID, _ yes: AST.ID, _ no: AST.ID) -> String? {
        guard checked.type(of: id).unwrapped.isBorrowing, !mentionsRows(yes) else { return nil }
        if case .object(let name) = checked.type(of: id).unwrapped { return keyType(of: name).isEmpty ? nil : keyType(of: name) }
        return nil
    }

    mutating func negation(_ id: AST.ID) throws(CELCompileError) -> Lowered {
        let operand = try lower(id)
        return boolean("(NOT \(operand.text))", canFail: operand.canFail)
    }
}
