import CEL

// `claim`: one row, or one of several kinds together, first come or by chance.
extension Loader {
    /// ```yaml
    /// claim: g in games                      # or, several together:
    /// where: g.status == Status.waiting      # claim: {t: {from: t in tickets, where: …}, a: {from: a in users, where: …}}
    /// order: g.created                       # or random
    /// set: {o: user}                         # set: {t: {admin: a}}
    /// else: […]
    /// ```
    func claim(_ node: Node, _ fields: Fields, _ scope: inout Scope) -> Step.Kind? {
        guard let drafts = drafts(node, fields, scope), let otherwise = fields["else"] ?? missing("else", in: fields) else {
            // Keeps what uses the names from being reported as well.
            for name in node.mapping?.compactMap(\.key.text) ?? [node.text.flatMap(Self.split)?.variable].compactMap({ $0 }) {
                scope.add(name, .dyn)
            }
            return nil
        }
        var claimed = scope
        for draft in drafts { claimed.add(draft.rows.variable, .object(draft.rows.collection)) }
        let changes = changes(fields["set"], drafts, isSingle: node.text != nil, claimed)
        let targets = drafts.map { draft in
            Step.Claim.Target(rows: draft.rows, isRandom: draft.isRandom, changes: changes[draft.rows.variable] ?? [])
        }
        var inner = scope
        let (steps, areEnd) = steps(otherwise, &inner)
        for draft in drafts where !areEnd && inner.type(of: draft.rows.variable) != .object(draft.rows.collection) {
            report(
                "behind 'claim' there may be no '\(draft.rows.variable)'", at: fields.key("else") ?? otherwise,
                suggestion: "end 'else' with '{stop: true}', or make the row there with 'as: \(draft.rows.variable)'")
            break
        }
        scope = claimed
        return .claim(Step.Claim(targets: targets, otherwise: steps))
    }

    private typealias Draft = (rows: RowSource, isRandom: Bool)

    /// Each sees those before it.
    private func drafts(_ node: Node, _ fields: Fields, _ scope: Scope) -> [Draft]? {
        guard let entries = node.mapping else {
            return draft(node, where: fields["where"], order: fields["order"], scope).map { [$0] }
        }
        for key in ["where", "order"] {
            if let node = fields.key(key) { report("'\(key)' stands at each of several rows to claim", at: node) }
        }
        if entries.isEmpty { report("there is nothing to claim", at: node) }
        var scope = scope
        var drafts: [Draft] = []
        for entry in entries {
            guard let parts = self.fields(of: entry.value, .claimed), let from = parts["from"] ?? missing("from", in: parts),
                let draft = draft(from, where: parts["where"], order: parts["order"], scope)
            else { return nil }
            if entry.key.text != draft.rows.variable {
                report("the row is called '\(draft.rows.variable)' below, so write '\(draft.rows.variable)' here", at: entry.key)
            }
            scope.add(draft.rows.variable, .object(draft.rows.collection))
            drafts.append(draft)
        }
        return drafts
    }

    private func draft(_ node: Node, where condition: Node?, order: Node?, _ scope: Scope) -> Draft? {
        let isRandom = order?.text == "random"
        return rowSource(node, where: condition, order: isRandom ? nil : order, scope).map { ($0, isRandom) }
    }

    private func changes(_ node: Node?, _ drafts: [Draft], isSingle: Bool, _ scope: Scope) -> [String: [Step.Assignment]] {
        guard let node else { return [:] }
        if isSingle, let draft = drafts.first, let collection = collections[draft.rows.collection] {
            return [draft.rows.variable: assignments(node, collection, scope)]
        }
        var result: [String: [Step.Assignment]] = [:]
        for entry in node.mapping ?? [] {
            let name = entry.key.text ?? ""
            guard let draft = drafts.first(where: { $0.rows.variable == name }), let collection = collections[draft.rows.collection] else {
                let names = drafts.map(\.rows.variable)
                report(
                    "no row is claimed as '\(name.prefix(40))'", at: entry.key,
                    suggestion: didYouMean(name, names) ?? "the rows are \(list(names))")
                continue
            }
            result[name] = assignments(entry.value, collection, scope)
        }
        return result
    }
}
