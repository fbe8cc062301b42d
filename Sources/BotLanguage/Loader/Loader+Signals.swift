import CEL

// `signals`, and the steps that reach other conversations.
extension Loader {
    /// What others must know of signals before their bodies are read.
    func readSignalSignatures(_ entries: [(name: String, node: Node, key: Node)]) {
        for entry in entries {
            let parts = entry.node.mapping ?? []
            let parameters = parameters(parts.first { $0.key.text == "args" }?.value)
            let lane = parts.first { $0.key.text == "lane" }?.value
            // One that is wrong is reported with the signal.
            let scope = Scope(baseWithoutPerson).adding(parameters)
            let looksAt = lane?.text.flatMap { try? scope.environment.check($0, expecting: .string) }?.variables ?? []
            signalSignatures[entry.name] = SignalSignature(
                parameters: parameters, hasLane: lane != nil, hasManyLanes: !looksAt.isEmpty)
        }
    }

    func readSignal(_ name: String, _ node: Node) -> SignalHandler? {
        guard let fields = fields(of: node, .signal) else { return nil }
        let parameters = signalSignatures[name]?.parameters ?? []
        // A lane is nobody's conversation.
        let start = fields["lane"] == nil ? base : baseWithoutPerson
        let scope = Scope(start).adding(parameters)
        let lane = fields["lane"].flatMap { expression($0, Scope(baseWithoutPerson).adding(parameters), expecting: .string) }
        guard let body = fields["do"] ?? missing("do", in: fields) else { return nil }
        let outer = hasConversation
        hasConversation = fields["lane"] == nil
        defer { hasConversation = outer }
        return SignalHandler(name: name, parameters: parameters, lane: lane, steps: steps(body, scope), position: position(node))
    }

    /// `signal: dispatch`, `with`, `to`
    func signal(_ node: Node, _ fields: Fields, _ scope: Scope, step: String = "signal") -> Step.Kind? {
        guard let name = text(node, "a signal") else { return nil }
        guard let signature = signalSignatures[name] else {
            report(
                "there is no signal '\(name.prefix(60))'", at: node, suggestion: didYouMean(name, signalSignatures.keys), code: .unknownName
            )
            return nil
        }
        if signature.hasLane, let key = fields.key("to") {
            report(
                "'\(name)' has a lane of its own, so it is nobody's", at: key, suggestion: "leave out 'to', or take 'lane' from the signal")
            return nil
        }
        let recipients = fields["to"].flatMap { self.recipients($0, scope) }
        if !signature.hasLane, fields["to"] == nil { needConversation(step, node, "say to whom: 'to: …'") }
        guard let arguments = arguments(fields["with"], for: signature.parameters, of: name, at: node, scope) else { return nil }
        return .signal(Step.Signal(target: Target(name: name, arguments: arguments, position: position(node)), to: recipients))
    }

    /// `copy: message`, `to`
    func copy(_ node: Node, _ fields: Fields, _ scope: Scope) -> Step.Kind? {
        guard let message = expression(node, scope) else { return nil }
        guard message.type == .object(RecordType.message.name) else {
            report("this is \(message.type), but a message is wanted", at: node)
            return nil
        }
        if fields["to"] == nil { needConversation("copy", node, "say to whom: 'to: …'") }
        return .copy(message, to: fields["to"].flatMap { recipients($0, scope) })
    }

    /// A person, one who may be missing, or several.
    func recipients(_ node: Node, _ scope: Scope) -> Expression? {
        guard let value = expression(node, scope) else { return nil }
        let person = CELType.object(Table.usersName)
        switch value.type {
        case person, .nullable(person), .list(person), .dyn: return value
        default:
            report("this is \(value.type), but 'to' wants a person or a list of them", at: node)
            return nil
        }
    }

    /// Reports a step that needs somebody to talk to where there is nobody.
    func needConversation(_ step: String, _ node: Node, _ suggestion: String? = nil) {
        guard !hasConversation else { return }
        report("'\(step)' needs a conversation, and \(silence ?? "\(nobodys) runs in none")", at: node, suggestion: suggestion)
    }
}

struct SignalSignature {
    var parameters: [Parameter]
    var hasLane: Bool
    /// Whether the lane depends on the arguments.
    var hasManyLanes = false
}
