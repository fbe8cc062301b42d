import CEL

// `roles`: names for conditions on the person, and who may do what.
extension Loader {
    func readRoles(_ node: Node?) {
        for entry in declarations(node, "a role") {
            // One that is wrong is known all the same, so that what uses it isn't reported as well.
            roles[entry.name] = .some(expression(entry.node, Scope(base), expecting: .bool))
        }
    }

    /// `role` and `when`.
    func access(_ fields: Fields, _ scope: Scope) -> Access {
        let condition = fields["when"].flatMap { expression($0, scope, expecting: .bool) }
        if condition?.program.constant == .bool(false), let node = fields["when"] { warn("this never holds", at: node) }
        return Access(roles: fields["role"].map(roleConditions) ?? [], condition: condition, screens: openScreens(fields["screen"]))
    }

    private func openScreens(_ node: Node?) -> [String] {
        guard let node else { return [] }
        return texts(node, "a screen").compactMap { name, node in
            if screenSignatures[name] != nil { return name }
            report(
                "there is no screen '\(name.prefix(60))'", at: node, suggestion: didYouMean(name, screenSignatures.keys), code: .unknownName
            )
            return nil
        }
    }

    func roleConditions(_ node: Node) -> [Expression] {
        texts(node, "a role").compactMap { name, node in
            if let role = roles[name] { return role }
            report(
                "there is no role '\(name.prefix(40))'", at: node,
                suggestion: didYouMean(name, roles.keys)
                    ?? (roles.isEmpty ? "declare it under 'roles'" : "the roles are \(list(roles.keys.sorted()))"), code: .unknownName)
            return nil
        }
    }
}
