import BotLanguage
import CEL
import Contracts

// Who answers the event.
extension Interpreter {
    mutating func dispatch() throws(Interruption) {
        phase = .done
        guard engine.concerns(event) else { return }
        // What expressions look through in the person's own row.
        if event.person != nil { user = try expand([user], of: Table.usersName, depth: 0).first ?? user }
        try noteReach()
        switch event.content {
        case .button: try dispatchButton()
        case .command(let command, let message): try dispatch(command, message)
        case .message(let message): try dispatch(message)
        case .signal(let signal): try dispatch(signal)
        case .post(let post): try dispatch(post)
        case .rowChange(let change): try dispatch(change)
        case .receipt(let receipt): try dispatch(receipt)
        case .pollAnswer(let answer): try dispatch(answer)
        case .membership(let change): try dispatch(change)
        case .operation(let reply): try dispatch(reply)
        case .timer(let timer) where timer.isOperationTimeout: try dispatchTimeout(timer)
        case .timer(let due): try dispatch(due)
        default: break
        }
    }

    private mutating func dispatch(_ command: BotCommand, _ message: Message) throws(Interruption) {
        if try answerForm(command) { return }
        if try runCommandHandler(command) { return }
        if command.name == "start" || command.name == "cancel", definition.home != nil {
            trigger = "command \(command.name)"
            if command.name == "start" { state.frames = [] }
            phase = .view
            return
        }
        try fallBack(message, phrases.unknownCommand(command.name))
    }

    private mutating func dispatch(_ message: Message) throws(Interruption) {
        // The other parts of an album whose first was an answer.
        if let album = message.album, album == state.album { return }
        state.album = nil
        if case .text(let text) = message.content, try tapMenu(text.text) { return }
        if try answerForm(message) { return }
        guard message.content.isSent else { return }
        if try runMessageHandler(message) { return }
        try fallBack(message, phrases.notUnderstood)
    }

    private mutating func fallBack(_ message: Message, _ phrase: String) throws(Interruption) {
        for handler in definition.handlers {
            guard case .fallback = handler.trigger else { continue }
            var variables = baseVariables()
            variables["message"] = MessageValue.message(message, in: event.chat)
            guard try holds(handler.access, variables) else { continue }
            trigger = "fallback"
            note(handler.position)
            return run(handler.steps, variables, origin: .handler)
        }
        // In groups people talk to each other: what isn't for the bot isn't answered.
        guard event.chat?.kind == .direct else { return }
        trigger = "fallback"
        try append(.send(OutgoingMessage(.text(phrase))))
        if definition.home != nil { phase = .view }
    }

    // MARK: What expressions see

    static func value(_ command: BotCommand) -> CELValue {
        let words = CommandText.words(command.arguments).map { CELValue.string($0.text) }
        return .object(
            CELObject(
                shape: commandShape, values: [.string(command.name), .string(command.arguments), .list(words)]))
    }

    private static let commandShape = CELObject.Shape(type: "Command", fields: ["command", "text", "args"])
}

extension Message.Content {
    /// Whether a person sent something; not a note of the platform about the chat.
    var isSent: Bool {
        if case .native = self { false } else { true }
    }
}
