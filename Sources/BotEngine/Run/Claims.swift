import BotLanguage
import CEL

// Taking rows that others want as well. Events of a bot with rows are handled one after another, so what is found free
// is free until it is taken.
extension Interpreter {
    mutating func perform(_ claim: Step.Claim, _ variables: inout Variables, at position: SourcePosition) throws(Interruption) -> Flow {
        var claimed = variables
        for target in claim.targets {
            guard let row = try choose(target, claimed) else {
                let names = claim.targets.map(\.rows.variable)
                note(position, false)
                return .enter(Cursor(steps: claim.otherwise, scope: variables, exports: names))
            }
            claimed[target.rows.variable] = .object(row)
        }
        for target in claim.targets where !target.changes.isEmpty {
            guard case .object(let row)? = claimed[target.rows.variable] else { continue }
            let changes = try columns(target.changes, of: target.rows.collection, claimed)
            guard try change(row, changes, in: target.rows.collection, &claimed) else {
                throw fail(.conflict, "a rule of the data forbids the claim", at: position)
            }
        }
        variables = claimed
        note(position, true)
        return .next
    }

    /// The first row in order, or any; nil when there is none.
    private mutating func choose(_ target: Step.Claim.Target, _ variables: Variables) throws(Interruption) -> CELObject? {
        var query = try query(target.rows, variables, limit: 1)
        if target.isRandom {
            guard case .value(.int(let count)) = try request(.count(query)) else { throw fail(.store, "a reply without a number") }
            guard count > 0 else { return nil }
            query.offset = Int(seed() % UInt64(count))
        }
        return try rows(.select(query), of: target.rows.collection).first
    }
}
