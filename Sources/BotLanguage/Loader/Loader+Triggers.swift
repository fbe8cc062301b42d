import CEL

// What handlers answer: arguments of commands, patterns of messages, buttons, people who come and go.
extension Loader {
    static let handlerKinds = ["command", "message", "button", "join", "leave", "blocked", "unblocked", "fallback"]

    // MARK: Commands

    func commandParameters(_ node: Node) -> [Parameter] {
        let parameters = handlerParameters(node)
        let inOrder = CommandArguments.positional(parameters)
        for (index, parameter) in inOrder.enumerated() where index > 0 {
            if !CommandArguments.isOptional(parameter), CommandArguments.isOptional(inOrder[index - 1]) {
                report("'\(parameter.name)' must be given, so those before it can't be left out", at: node)
            }
        }
        for entry in node.mapping ?? [] {
            guard let parameter = parameters.first(where: { $0.name == entry.key.text }) else { continue }
            let element = if case .list(let element) = parameter.type.type { element } else { parameter.type.type }
            switch element {
            case .reference, .list, .record: report("a command can't take \(parameter.type.description)", at: entry.value)
            default: break
            }
            if let other = parameters.first(where: { $0.name != parameter.name && $0.name.lowercased() == parameter.name.lowercased() }) {
                report(
                    "'\(parameter.name)' and '\(other.name)' are one to people, who write names in capitals or not", at: entry.key,
                    suggestion: "give one of them another name")
            }
        }
        return parameters
    }

    /// Arguments of a command or a button, with limits.
    private func handlerParameters(_ node: Node) -> [Parameter] {
        declarations(node, "an argument").compactMap { name, node, key in
            checkFree(name, at: key)
            if node.text != nil { return valueType(node).map { Parameter(name: name, type: $0, default: nil) } }
            guard let fields = fields(of: node, .commandArgument), let typeNode = fields["type"] ?? missing("type", in: fields),
                let type = valueType(typeNode), let bounds = bounds(fields, type.type)
            else { return nil }
            let value = fields["default"].flatMap { expression($0, Scope(base), expecting: type.cel) }
            if let constant = value?.program.constant, let node = fields["default"] { checkDefault(constant, type, bounds, at: node) }
            var parameter = Parameter(name: name, type: type, default: value)
            parameter.bounds = bounds
            return parameter
        }
    }

    private func checkDefault(_ value: CELValue, _ type: ValueType, _ bounds: Bounds, at node: Node) {
        do throws(ValueError) { try ValueMapping.check(value, bounds, type.type) } catch {
            report("the default is \(error.message)", at: node)
        }
    }

    // MARK: Messages

    func messageTrigger(_ node: Node, _ patternNode: Node?, _ scope: inout Scope) -> Handler.Trigger {
        var kinds: [String] = []
        for element in node.elements {
            guard let kind = word(element, "a kind of message", of: Self.messageKinds) else { continue }
            if kinds.contains(kind) { report("'\(kind)' stands here twice", at: element) } else { kinds.append(kind) }
        }
        if node.sequence?.isEmpty ?? false { report("the handler answers no kind of message", at: node, suggestion: "write 'any'") }
        if kinds.count > 1, kinds.contains("any") { report("'any' has the others in it", at: node, suggestion: "write 'message: any'") }
        if kinds.isEmpty { kinds = ["any"] }
        scope = scope.adding("message", .object(RecordType.message.name))
        // What the kind says isn't missing.
        if kinds.count == 1, RecordType.message[kinds[0]] != nil { scope = scope.knowing(nonNull: ["message.\(kinds[0])"]) }
        let pattern = patternNode.flatMap { self.pattern($0, of: kinds, node) }
        if let pattern {
            scope = scope.adding(pattern.record)
            scope.add(MessagePattern.variable, .object(MessagePattern.recordName))
            scope = scope.knowing(nonNull: ["message.text"])
        } else if patternNode != nil {
            // Keeps what uses it from being reported as well.
            scope = scope.adding(MessagePattern.variable, .dyn)
        }
        return .message(kinds: kinds, pattern: pattern)
    }

    private func pattern(_ node: Node, of kinds: [String], _ kindsNode: Node) -> MessagePattern? {
        guard let text = text(node, "a pattern") else { return nil }
        for kind in kinds where !Self.kindsWithText.contains(kind) {
            report("a message of kind '\(kind)' has no text in which a pattern could be found", at: kindsNode)
        }
        guard text.utf8.count <= Self.patternLength else {
            report("a pattern has \(Self.patternLength) bytes at most", at: node)
            return nil
        }
        do throws(CELError) {
            let pattern = try MessagePattern(text)
            guard pattern.pattern.size <= Self.patternSize else {
                report("the pattern is too large: counts such as {100} are written out", at: node)
                return nil
            }
            for group in pattern.pattern.groups where !checkName(group.name, "a group of the pattern", at: node) { return nil }
            return pattern
        } catch {
            report(error.message, at: node)
            return nil
        }
    }

    private static let kindsWithText = ["text", "photo", "audio", "document", "video", "animation", "voice", "any"]
    private static let patternLength = 1_000
    /// Of its program: with the longest message of Telegram a search takes some ten milliseconds at worst.
    private static let patternSize = 1_000

    /// What a kind with a pattern is called among those that are answered already.
    static func reachKey(_ kind: String, _ pattern: MessagePattern?) -> String { pattern.map { "\(kind) like \($0.source)" } ?? kind }

    // MARK: Buttons

    /// What buttons must know of their handlers before screens are read.
    func readButtonSignatures(_ node: Node?) {
        for handler in node?.sequence ?? [] {
            let parts = handler.mapping ?? []
            guard let name = parts.first(where: { $0.key.text == "button" })?.value.text, buttonSignatures[name] == nil else { continue }
            buttonSignatures[name] = parts.first { $0.key.text == "args" }.map { parameters($0.value) } ?? []
        }
    }

    func buttonTrigger(_ node: Node, _ args: Node?, _ scope: inout Scope) -> Handler.Trigger {
        let name = text(node, "the name of a button") ?? ""
        if !name.isEmpty { checkName(name, "a button", at: node, isVariable: false) }
        let parameters = buttonSignatures[name] ?? []
        let own = args.map { self.parameters($0) } ?? []
        if own.map(\.name) != parameters.map(\.name) || own.map(\.type) != parameters.map(\.type) {
            report("another handler of '\(name)' takes other arguments", at: args ?? node, suggestion: "give all of them the same 'args'")
        }
        scope = scope.adding(own)
        return .button(name, parameters: own)
    }

    /// The handler of a button without an action; nil when there is none, and nil in it when the arguments are wrong.
    func handled(_ fields: Fields, _ scope: Scope) -> Target?? {
        guard let node = fields["name"], let name = node.text, let parameters = buttonSignatures[name] else { return nil }
        guard let arguments = arguments(fields["with"], for: parameters, of: name, at: node, scope) else { return .some(nil) }
        return Target(name: name, arguments: arguments, position: position(node))
    }

    // MARK: Coming and going

    static let memberRecord = CELRecord(
        name: "Member", fields: [.init("id", .string), .init("name", .string), .init("username", CELType.string.orNull)])
    static let membershipRecord = CELRecord(
        name: "Membership", fields: [.init("members", .list(.object(memberRecord.name)))])

    func membershipTrigger(_ kind: String, _ node: Node) -> Handler.MembershipTrigger? {
        switch kind {
        case "blocked", "unblocked":
            if !flag(node, "'\(kind)'") { report("leave the handler out instead", at: node) }
            return kind == "blocked" ? .blocked : .unblocked
        default:
            guard let who = word(node, "'\(kind)'", of: ["people", "bot"]) else { return nil }
            return switch (kind, who) {
            case ("join", "people"): .joinPeople
            case ("join", _): .joinBot
            case (_, "people"): .leavePeople
            default: .leaveBot
            }
        }
    }

    /// Where nothing can be sent back, steps that would are mistakes.
    func handlerSteps(_ body: Node, _ trigger: Handler.Trigger, _ scope: Scope) -> [Step] {
        guard case .membership(let change) = trigger, change.isDeaf else { return steps(body, scope) }
        let outer = (hasConversation, silence)
        defer { (hasConversation, silence) = outer }
        hasConversation = false
        silence = change == .blocked ? "whoever has blocked the bot hears nothing" : "the bot is out of the chat"
        return steps(body, scope)
    }
}

extension Scope {
    /// With a type that only this scope knows.
    func adding(_ record: CELRecord) -> Scope { Scope(environment.adding(records: [record])) }
}
