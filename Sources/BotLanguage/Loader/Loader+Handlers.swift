import CEL
import Contracts

extension Loader {
    func readHandlers(_ node: Node?) -> [Handler] {
        guard let node, !node.isEmpty else { return [] }
        guard let items = node.sequence else {
            report("'handlers' is a list", at: node, suggestion: "write '- {command: start, do: …}'")
            return []
        }
        var answered: Set<String> = []
        return bounded(items, 2_000, "a handler", at: node).compactMap { readHandler($0, &answered) }
    }

    /// - Parameter answered: what unconditional handlers above answer already.
    private func readHandler(_ node: Node, _ answered: inout Set<String>) -> Handler? {
        guard let fields = fields(of: node, .handler) else { return nil }
        let kinds = Self.handlerKinds.filter { fields[$0] != nil }
        guard kinds.count == 1, let kind = kinds.first, let subject = fields[kind] else {
            if kinds.isEmpty, fields.hasUnknown { return nil }
            report(
                kinds.isEmpty ? "the handler doesn't say what it answers" : "a handler answers one thing: '\(kinds[0])' or '\(kinds[1])'",
                at: node, suggestion: kinds.isEmpty ? "add 'command', 'message', 'button', 'poll' or 'fallback'" : "write two handlers")
            return nil
        }
        var scope = Scope(base).knowing(nonNull: ["chat"])
        let trigger: Handler.Trigger
        switch kind {
        case "command":
            let parameters = fields["args"].map { commandParameters($0) }
            trigger = .commands(commandNames(subject), parameters: parameters)
            scope = scope.adding(parameters ?? []).adding("event", .object("Command"))
        case "message": trigger = messageTrigger(subject, fields["pattern"], &scope)
        case "button": trigger = buttonTrigger(subject, fields["args"], &scope)
        case "join", "leave", "blocked", "unblocked":
            guard let change = membershipTrigger(kind, subject) else { return nil }
            trigger = .membership(change)
            scope = scope.adding("event", .object(Self.membershipRecord.name))
        case "poll":
            guard let poll = pollScope(subject, scope) else { return nil }
            trigger = .poll(screen: poll.screen)
            scope = poll.scope
        default:
            if !flag(subject, "'fallback'") { report("leave the handler out instead", at: subject) }
            trigger = .fallback
            scope = scope.adding("message", .object(RecordType.message.name))
        }
        if kind != "command", kind != "button", let key = fields.key("args") { report("'args' goes with 'command' or 'button'", at: key) }
        if kind != "message", let key = fields.key("pattern") { report("'pattern' goes with 'message'", at: key) }
        if kind != "command", let key = fields.key("description") { report("'description' goes with 'command'", at: key) }
        if kind != "message", kind != "fallback", let key = fields.key("screen") {
            report("'screen' goes with 'message' or 'fallback'", at: key)
        }
        let access = access(fields, scope)
        let isConditional = fields["when"] != nil || fields["role"] != nil || fields["screen"] != nil || fields.hasUnknown
        checkReachable(trigger, isConditional: isConditional, subject, &answered)
        guard let body = fields["do"] ?? missing("do", in: fields) else { return nil }
        let description = fields["description"].flatMap { menuText($0, of: trigger) }
        return Handler(
            trigger: trigger, description: description, access: access,
            steps: handlerSteps(body, trigger, scope.knowing(access.condition, true)), position: position(node))
    }

    /// What Telegram shows beside a command: one line, the same for everybody or in each language of the bot.
    private func menuText(_ node: Node, of trigger: Handler.Trigger) -> String? {
        guard let entries = node.mapping else { return menuText(node) }
        var texts: [String: String] = [:]
        for entry in entries {
            guard let tag = languageTag(entry.key), let text = menuText(entry.value) else { return nil }
            if !languages.all.isEmpty, !languages.all.contains(tag) {
                report("the bot doesn't speak '\(tag)'", at: entry.key, suggestion: "its texts are in \(list(languages.all))")
            }
            texts[tag] = text
        }
        if languages.all.isEmpty {
            report("the bot has no 'texts', so nobody knows its languages", at: node, suggestion: "write one text for everybody")
        }
        checkLanguages(Array(texts.keys), at: node, "the description")
        if case .commands(let names, _) = trigger, let name = names.first, languages.descriptions[name] == nil {
            languages.descriptions[name] = texts
        }
        return languages.own.flatMap { texts[$0] } ?? texts.values.sorted().first
    }

    private func menuText(_ node: Node) -> String? {
        guard let text = text(node, "the description of a command") else { return nil }
        if text.utf16.count > 256 { report("the description of a command has \(text.utf16.count) characters; 256 are allowed", at: node) }
        if text.contains("${") { report("the description of a command is the same for everybody and has no expressions", at: node) }
        if text.allSatisfy(\.isWhitespace) { report("the description of a command is empty", at: node) }
        return text
    }

    static let messageKinds =
        MediaKind.allCases.map(\.rawValue) + [
            "text", "location", "venue", "contact", "poll", "dice", "web_app_data", "any",
        ]

    private func commandNames(_ node: Node) -> [String] {
        texts(node, "a command").compactMap { name, node in
            let bare = name.hasPrefix("/") ? String(name.dropFirst()) : name
            let isValid =
                (1...32).contains(bare.utf8.count)
                && bare.utf8.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
                }
            if !isValid { report("a command has 1 to 32 of a–z, 0–9 and '_'", at: node) }
            return isValid ? bare : nil
        }
    }

    private func checkReachable(_ trigger: Handler.Trigger, isConditional: Bool, _ node: Node, _ answered: inout Set<String>) {
        let keys: [(key: String, coveredBy: [String])] =
            switch trigger {
            case .commands(let names, _): names.map { ("/\($0)", ["/\($0)"]) }
            case .message(let kinds, let pattern):
                kinds.map { kind in
                    let own = Self.reachKey(kind, pattern)
                    return (own, [own, kind, "any", Self.reachKey("any", pattern)])
                }
            case .button(let name, _): [("button \(name)", ["button \(name)"])]
            case .membership(let change): [(change.title, [change.title])]
            case .poll(let screen): [("poll: \(screen)", ["poll: \(screen)"])]
            case .fallback: [("fallback", ["fallback"])]
            }
        for (index, (key, cover)) in keys.enumerated() {
            if !answered.isDisjoint(with: cover) {
                let elements = node.elements
                report(
                    "'\(key)' is answered by a handler above already", at: elements.count == keys.count ? elements[index] : node,
                    suggestion: "give that one a 'when', or remove one of them")
            }
        }
        if !isConditional { answered.formUnion(keys.map(\.key)) }
    }
}
