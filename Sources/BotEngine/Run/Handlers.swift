import BotLanguage
import CEL
import Contracts
import JSON

// Which handler answers, and what its steps see of the event.
extension Interpreter {
    // MARK: Commands

    mutating func runCommandHandler(_ command: BotCommand) throws(Interruption) -> Bool {
        for handler in definition.handlers {
            guard case .commands(let names, let parameters) = handler.trigger, names.contains(command.name) else { continue }
            var variables = baseVariables()
            // Whom it isn't for needn't know how it is written.
            guard try holds(handler.access.roles, variables) else { continue }
            variables["event"] = Self.value(command)
            var problem: CallProblem?
            if let parameters { problem = try bind(command, parameters, &variables) }
            if problem == nil, try !holds(handler.access.condition, variables) { continue }
            trigger = "command \(command.name)"
            note(handler.position)
            if let problem {
                try say(phrases.refusal(of: problem, command.name, parameters ?? [], members: members))
            } else {
                // Whoever gives a command doesn't answer the question that is open.
                state.frames.removeAll { $0.kind == .form }
                run(handler.steps, variables, origin: .handler)
            }
            return true
        }
        return false
    }

    /// Binds the arguments. Returns what is wrong with them.
    private mutating func bind(
        _ command: BotCommand, _ parameters: [Parameter], _ variables: inout Variables
    ) throws(Interruption) -> CallProblem? {
        let given: [String: CELValue]
        do throws(CallProblem) {
            given = try CommandArguments.parse(command.arguments, parameters, members: members)
        } catch {
            return error
        }
        let base = variables
        for parameter in parameters {
            if let value = given[parameter.name] {
                variables[parameter.name] = value
            } else if let value = parameter.default {
                variables[parameter.name] = try whole(try evaluate(value, base))
            } else {
                variables[parameter.name] = .null
            }
        }
        return nil
    }

    private func members(_ name: String) -> [String] { definition.enums[name]?.members ?? [] }

    // MARK: Messages

    mutating func runMessageHandler(_ message: Message) throws(Interruption) -> Bool {
        let kind = message.content.type
        var value: CELValue?
        for handler in definition.handlers {
            guard case .message(let kinds, let pattern) = handler.trigger, kinds.contains(kind) || kinds.contains("any") else { continue }
            var variables = baseVariables()
            if let pattern {
                guard let text = message.text else { continue }
                do throws(CELError) {
                    guard let match = try pattern.match(text) else { continue }
                    variables[MessagePattern.variable] = match
                } catch {
                    throw fail(.limit, error.message, at: handler.position)
                }
            }
            let whole = value ?? MessageValue.message(message, in: event.chat)
            value = whole
            variables["message"] = whole
            guard try holds(handler.access, variables) else { continue }
            trigger = "message \(kinds.contains(kind) ? kind : "any")"
            note(handler.position)
            run(handler.steps, variables, origin: .handler)
            return true
        }
        return false
    }

    // MARK: Buttons

    /// False when no handler is there any more, or none that takes such arguments.
    mutating func runButtonHandler(_ name: String, _ arguments: JSONObject) throws(Interruption) -> Bool {
        var isKnown = false
        for handler in definition.handlers {
            guard case .button(name, let parameters) = handler.trigger else { continue }
            var variables = baseVariables()
            guard try bind(arguments, parameters, &variables) else { continue }
            isKnown = true
            guard try holds(handler.access, variables) else { continue }
            note(handler.position)
            run(handler.steps, variables, origin: .button)
            return true
        }
        guard isKnown else { return false }
        toast = (phrases.unavailable, false)
        if press == nil { try say(phrases.unavailable) }
        phase = .view
        return true
    }

    // MARK: Coming and going

    /// What a change of members may be to handlers. One's own coming goes before that of those who came along.
    static func triggers(of change: MembershipChange) -> [Handler.MembershipTrigger] {
        let hasPeople = change.members.contains { !$0.isBot }
        switch change.change {
        case .joined: return (change.isSelf ? [.joinBot] : []) + (hasPeople ? [.joinPeople] : [])
        case .left: return (change.isSelf ? [.leaveBot] : []) + (hasPeople ? [.leavePeople] : [])
        case .blocked: return [.blocked]
        case .unblocked: return [.unblocked]
        case .requested, .rights: return []
        }
    }

    mutating func dispatch(_ change: MembershipChange) throws(Interruption) {
        // Groups tell it in two ways, and administrators hear both.
        var change = change
        change.members = state.news(of: change, at: event.at)
        guard !change.members.isEmpty else { return }
        let triggers = Self.triggers(of: change)
        for handler in definition.handlers {
            guard case .membership(let own) = handler.trigger, triggers.contains(own) else { continue }
            var variables = baseVariables()
            variables["event"] = Self.value(change, of: own)
            guard try holds(handler.access, variables) else { continue }
            trigger = own.title
            note(handler.position)
            return run(handler.steps, variables, origin: .handler)
        }
    }

    private static func value(_ change: MembershipChange, of trigger: Handler.MembershipTrigger) -> CELValue {
        let isAboutPeople = trigger == .joinPeople || trigger == .leavePeople
        let members = change.members.filter { !isAboutPeople || !$0.isBot }.map { person in
            CELValue.object(
                CELObject(
                    shape: memberShape,
                    values: [
                        .string(person.id.rawValue), .string([person.firstName, person.lastName].compactMap { $0 }.joined(separator: " ")),
                        person.username.map { .string($0) } ?? .null,
                    ]))
        }
        return .object(CELObject(shape: membershipShape, values: [.list(members)]))
    }

    private static let memberShape = CELObject.Shape(type: "Member", fields: ["id", "name", "username"])
    private static let membershipShape = CELObject.Shape(type: "Membership", fields: ["members"])
}

extension Definition {
    /// What buttons of this name carry for their handler.
    func buttonParameters(_ name: String) -> [Parameter] {
        for handler in handlers { if case .button(name, let parameters) = handler.trigger { return parameters } }
        return []
    }
}
