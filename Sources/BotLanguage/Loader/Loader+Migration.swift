import CEL

// `migrate`, and `was` of data.
extension Loader {
    /// `- {form: order, to: checkout, fields: {total: sum}}`
    func readMigration(_ node: Node?, _ forms: [String: Form]) -> [MigrationRule] {
        guard let node, !node.isEmpty else { return [] }
        guard let items = node.sequence else {
            report("'migrate' is a list of rules: '- {form: old, go: home}'", at: node)
            return []
        }
        var rules: [MigrationRule] = []
        for item in items {
            guard let rule = readRule(item, forms) else { continue }
            if rules.contains(where: { $0.place == rule.place }) {
                report("there is a rule for '\(rule.place.name)' already", at: item, suggestion: "remove one of them")
            }
            rules.append(rule)
        }
        return rules
    }

    private func readRule(_ node: Node, _ forms: [String: Form]) -> MigrationRule? {
        guard let fields = fields(of: node, .migration) else { return nil }
        guard let (placeKey, placeNode) = one(of: ["form", "screen"], fields, "what conversations wait in"),
            let place = text(placeNode, "'\(placeKey)'"),
            let (targetKey, targetNode) = one(of: ["go", "to"], fields, "where they go on"),
            let target = text(targetNode, "'\(targetKey)'")
        else { return nil }
        checkName(place, "a \(placeKey)", at: placeNode, isVariable: false)
        let isForm = targetKey == "to" && placeKey == "form"
        guard let parameters = isForm ? formSignatures[target] : screenSignatures[target] else {
            let known = isForm ? Array(formSignatures.keys) : Array(screenSignatures.keys)
            let isOther = isForm ? screenSignatures[target] != nil : formSignatures[target] != nil
            let hint =
                isOther
                ? (isForm ? "to a screen leads 'go'" : "a screen's conversations can't be taken into a form")
                : didYouMean(target, known)
            report(
                "there is no \(isForm ? "form" : "screen") '\(target.prefix(60))'", at: targetNode, suggestion: hint, code: .unknownName)
            return nil
        }
        var rule = MigrationRule(
            place: placeKey == "form" ? .form(place) : .screen(place), target: isForm ? .form(target) : .screen(target),
            keepsNames: targetKey == "to", arguments: [], answers: [], position: position(node))
        rule.arguments = transfers(
            fields["args"], Dictionary(parameters.map { ($0.name, $0.type) }) { first, _ in first }, "'\(target)' has no argument")
        if targetKey == "go" {
            for parameter in parameters where !parameter.isOptional && !rule.arguments.contains(where: { $0.name == parameter.name }) {
                report(
                    "'\(target)' needs '\(parameter.name)'", at: targetNode,
                    suggestion: "add 'args: {\(parameter.name): …}', or take 'to', which keeps arguments by their names")
            }
        }
        guard let answers = fields["fields"] else { return rule }
        guard isForm else {
            report("only a form has fields", at: fields.key("fields") ?? answers, suggestion: "arguments stand under 'args'")
            return nil
        }
        let types = (forms[target]?.fields ?? []).map { ($0.name, $0.type) }
        // The form itself is wrong, and reported.
        if forms[target] != nil {
            rule.answers = transfers(answers, Dictionary(types) { first, _ in first }, "the form '\(target)' has no field")
        }
        return rule
    }

    /// The only one of these keys.
    private func one(of keys: [String], _ fields: Fields, _ what: String) -> (key: String, node: Node)? {
        let given = keys.filter { fields[$0] != nil }
        if given.count > 1, let second = fields.key(given[1]) {
            report("a rule has '\(given[0])' or '\(given[1])', not both", at: second)
            return nil
        }
        guard let key = given.first, let node = fields[key] else {
            if !fields.hasUnknown {
                report(
                    "the rule doesn't say \(what)", at: fields.node, suggestion: "add \(keys.map { "'\($0)'" }.joined(separator: " or "))")
            }
            return nil
        }
        return (key, node)
    }

    /// New names with what they get.
    private func transfers(_ node: Node?, _ types: [String: ValueType], _ complaint: String) -> [MigrationRule.Transfer] {
        declarations(node, "an argument", isVariable: false).compactMap { name, node, key in
            guard let type = types[name] else {
                report("\(complaint) '\(name)'", at: key, suggestion: didYouMean(name, types.keys), code: .unknownName)
                return nil
            }
            guard let source = text(node, "'\(name)'") else { return nil }
            let old = formerNames(in: source)
            for name in old where name == "user" || collectionNames.contains(name) {
                report(
                    "a rule of 'migrate' can't look at '\(name)'", at: node,
                    suggestion: "it sees what the old place kept under its names, 'now' and constants")
                return nil
            }
            if old == [source] { return MigrationRule.Transfer(name: name, type: type, source: .kept(source)) }
            var scope = Scope(baseWithoutPerson)
            for name in old { scope.add(name, .dyn) }
            guard let value = expression(node, scope, expecting: type.cel) else { return nil }
            guard value.subqueries.isEmpty else {
                report("a rule of 'migrate' can't ask collections", at: node)
                return nil
            }
            return MigrationRule.Transfer(name: name, type: type, source: .computed(value))
        }
    }

    /// The words of an expression that nothing of this version explains: names of the older one.
    private func formerNames(in source: String) -> [String] {
        var names: [String] = []
        let bytes = Array(source.utf8)
        var index = 0
        func isWord(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x5F }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                index += 1
                while index < bytes.count, bytes[index] != byte { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
                index += 1
                continue
            }
            guard isWord(byte) else {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, isWord(bytes[index]) { index += 1 }
            let word = String(decoding: bytes[start..<index], as: UTF8.self)
            let before = bytes[..<start].last { $0 != UInt8(ascii: " ") }
            let after = bytes[index...].first { $0 != UInt8(ascii: " ") }
            guard !(0x30...0x39).contains(byte), before != UInt8(ascii: "."), after != UInt8(ascii: "("), enums[word] == nil,
                word != "now", !Loader.reservedWords.contains(word), !names.contains(word)
            else { continue }
            names.append(word)
        }
        return names
    }

    // MARK: Former names of data

    /// `was: old` or `was: [older, oldest]`, the latest first.
    func readFormerNames(_ node: Node?, of name: String, _ what: String) -> [String] {
        guard let node else { return [] }
        var names: [String] = []
        for (text, node) in texts(node, "'was'") where checkName(text, what, at: node, isVariable: false) {
            if text == name {
                report("\(what) can't have been called as it is called now", at: node, suggestion: "remove 'was'")
            } else if names.contains(text) {
                report("'\(text)' stands in 'was' twice", at: node)
            } else {
                names.append(text)
            }
        }
        return names
    }

    /// `was` of a collection, which stands among its fields.
    func readFormerNames(ofCollection name: String, _ node: Node) {
        if name == Table.usersName { return report("'users' is built in and was never called otherwise", at: node) }
        if let text = node.text, isPlainType(text) {
            return report(
                "'was' says what the collection was called before, so no field can be called so", at: node,
                suggestion: "choose another name")
        }
        noteFormerNames(readFormerNames(node, of: name, "a collection"), collection: name, at: node)
    }

    /// A collection's own former names, and those of its fields.
    func noteFormerNames(_ names: [String], collection: String, field: String? = nil, at node: Node?) {
        guard let node, !names.isEmpty else { return }
        renamings.append((Renaming(collection: collection, field: field, formerNames: names), node))
    }

    /// Nothing can have become two things, nor its own successor.
    func checkRenamings() {
        var taken: [String: String] = [:]
        for (renaming, node) in renamings {
            let space = renaming.field == nil ? "" : renaming.collection + "."
            let name = renaming.field ?? renaming.collection
            for former in renaming.formerNames {
                if let other = taken.updateValue(name, forKey: space + former) {
                    report("'\(former)' has become '\(other)' already", at: node)
                }
            }
            // `a` was `b` and `b` was `a`: nobody could tell whether it has happened yet.
            let others = renamings.map(\.renaming).filter { ($0.field == nil) == (renaming.field == nil) }
                .filter { $0.field == nil || $0.collection == renaming.collection }
            if renaming.formerNames.contains(where: { leadsBack(from: $0, to: name, others) }) {
                report("the names go round in a circle", at: node, suggestion: "publish a version with a third name in between")
            }
        }
    }

    private func leadsBack(from start: String, to end: String, _ renamings: [Renaming]) -> Bool {
        var seen: Set<String> = []
        var open = [start]
        while let name = open.popLast() {
            if name == end { return true }
            guard seen.insert(name).inserted else { continue }
            for other in renamings where (other.field ?? other.collection) == name { open += other.formerNames }
        }
        return false
    }
}
