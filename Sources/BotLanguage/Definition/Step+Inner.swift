extension Step {
    /// The lists of steps within this one: branches, bodies of loops, and what is done instead.
    package var inner: [[Step]] {
        switch kind {
        case .require(_, .steps(let steps)): [steps]
        case .insert(let insert): [insert.otherwise].compactMap { $0 }
        case .update(let update): [update.otherwise].compactMap { $0 }
        case .upsert(let upsert): [upsert.otherwise].compactMap { $0 }
        case .claim(let claim): [claim.otherwise]
        case .choose(_, let then, let otherwise): [then, otherwise]
        case .each(let each): [each.steps]
        case .letValues, .require, .delete, .show, .copy, .signal, .schedule, .cancel, .run, .toast, .go, .call, .back, .stop: []
        }
    }
}
