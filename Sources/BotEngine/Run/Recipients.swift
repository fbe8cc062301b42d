import BotLanguage
import CEL
import Contracts
import JSON

// Reaching other conversations. What somebody else is to see travels as an event to their conversation and is drawn there.
extension Interpreter {
    /// The people, or chats, that `to` means, each once.
    mutating func recipients(_ expression: Expression, _ variables: Variables) throws(Interruption) -> [CELObject] {
        var people: [CELObject] = []
        switch try evaluate(expression, variables) {
        case .list(let values):
            for value in values { if case .object(let row) = try whole(value), !people.contains(row) { people.append(row) } }
        case .null: throw fail(.value, "there is nobody to send it to", at: expression.position)
        case let value: if case .object(let row) = try whole(value) { people = [row] }
        }
        return people
    }

    mutating func perform(_ show: Step.Show, to expression: Expression?, _ variables: Variables) throws(Interruption) {
        guard let expression else { return try perform(show, variables) }
        let people = try recipients(expression, variables)
        let lane = lane.forRecipients(people.count)
        for person in people {
            if isHere(person) {
                try perform(show, variables)
                continue
            }
            let post: Post
            switch show {
            case .screen(let target):
                let parameters = definition.screens[target.name]?.parameters ?? []
                post = .screen(target.name, arguments: try arguments(target, parameters, variables))
            case .content(let content):
                // The sender's words in the recipient's language.
                var theirs = variables
                theirs.speak(spoken(to: MessageValue.chat(person) == nil ? person : nil))
                post = .message(try outgoing(try view(content, theirs, owner: nil)))
            }
            try append(event(.post(post), for: person), lane)
        }
    }

    mutating func copy(_ message: Expression, to expression: Expression?, _ variables: Variables) throws(Interruption) {
        guard case .object(let value) = try evaluate(message, variables), case .string(let chat)? = value["chat"],
            case .string(let id)? = value["id"]
        else { throw fail(.value, "no message", at: message.position) }
        let source = (chat: ChatID(chat), message: MessageID(id))
        guard let expression else { return try append(.copy(from: source.chat, message: source.message)) }
        let people = try recipients(expression, variables)
        let lane = lane.forRecipients(people.count)
        for person in people {
            if isHere(person) {
                try append(.copy(from: source.chat, message: source.message))
            } else {
                try append(event(.post(.copy(from: source.chat, message: source.message)), for: person), lane)
            }
        }
    }

    mutating func signal(_ signal: Step.Signal, _ variables: Variables) throws(Interruption) {
        let target = signal.target
        guard let handler = definition.signals[target.name] else { return }
        let arguments = try arguments(target, handler.parameters, variables)
        var content = Signal(name: target.name, arguments: arguments, hops: hops)
        guard content.hops <= engine.limits.hops else {
            throw fail(.limit, "more than \(engine.limits.hops) signals led to one another", at: target.position)
        }
        if let lane = handler.lane {
            var inner = baseVariables()
            guard try bind(arguments, handler.parameters, &inner) else {
                throw fail(.value, "the arguments of '\(target.name)' don't fit", at: target.position)
            }
            guard case .string(let name) = try evaluate(lane, inner) else { throw fail(.expression, "no text", at: lane.position) }
            content.lane = name
            try append(Event(bot: event.bot, platform: event.platform, at: event.at, content: .signal(content)), self.lane)
        } else if let expression = signal.to {
            let people = try recipients(expression, variables)
            for person in people { try append(event(.signal(content), for: person), lane.forRecipients(people.count)) }
        } else {
            var own = event
            own.content = .signal(content)
            try append(own, lane)
        }
    }

    /// What signals that are sent now have behind them.
    var hops: Int {
        switch event.content {
        case .signal(let signal): signal.hops + 1
        case .operation: waitingHops + 1
        case .timer(let timer) where timer.isOperationTimeout: waitingHops + 1
        case .timer(let timer): Int(clamping: timer.payload["hops"]?.int ?? 0) + 1
        default: 0
        }
    }

    /// Whether the person is the one who talks to the bot, alone; or the chat is the one where this happens.
    private func isHere(_ person: CELObject) -> Bool {
        if let chat = MessageValue.chat(person) { return event.chat?.id == chat.id }
        return event.chat?.kind == .direct && event.person != nil && person.rowID == user.rowID
    }

    /// An event in a person's own chat with the bot, or in a chat as a whole.
    private func event(_ content: Event.Content, for person: CELObject) -> Event {
        if let chat = MessageValue.chat(person) {
            // One's own chat with the bot is called as the person is.
            let person = chat.kind == .direct ? Person(id: PersonID(chat.id.rawValue), firstName: "") : nil
            return Event(bot: event.bot, platform: event.platform, at: event.at, chat: chat, person: person, content: content)
        }
        let place = place(of: person)
        return Event(
            bot: event.bot, platform: place.platform, at: event.at, chat: place.chat, person: place.person, content: content)
    }

    private mutating func append(_ event: Event, _ lane: Lane) throws(Interruption) {
        guard effects.count(where: \.isEvent) < engine.limits.events else {
            throw .failed(RunFailure(.limit, "more than \(engine.limits.events) events for one event"))
        }
        switch event.content {
        case .signal(let signal): try count(signal.arguments, at: nil)
        case .post(.screen(_, let arguments)): try count(arguments, at: nil)
        default: break
        }
        effects.append(.event(event, lane))
    }

    // MARK: What others sent here

    mutating func dispatch(_ signal: Signal) throws(Interruption) {
        if signal.name == TimerSignal.name { return reset(signal.arguments) }
        trigger = "signal \(signal.name)"
        // One of an earlier version of the definition says nothing to this one.
        guard let handler = definition.signals[signal.name], (handler.lane != nil) == (signal.lane != nil) else { return }
        var variables = baseVariables()
        guard try bind(signal.arguments, handler.parameters, &variables) else { return }
        note(handler.position)
        run(handler.steps, variables, origin: .handler)
    }

    mutating func dispatch(_ post: Post) throws(Interruption) {
        trigger = "post"
        switch post {
        case .screen(let name, let arguments):
            guard let screen = definition.screens[name] else { return }
            // In this version it isn't made for a chat any more.
            if event.person == nil, screen.press != .everyone || screen.mention(of: "user") != nil { return }
            guard try holds(screen.roles, baseVariables()) else { return }
            _ = try show(screen, Frame(.screen, name, arguments: arguments))
        case .message(let message): try append(.send(message))
        case .copy(let chat, let message): try append(.copy(from: chat, message: message))
        }
    }
}
