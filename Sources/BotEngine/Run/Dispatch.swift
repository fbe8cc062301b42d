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
        switch event.content {
        case .button: try dispatchButton()
        case .command(let command, let message): try dispatch(command, message)
        case .message(let message): try dispatch(message)
        case .signal(let signal): try dispatch(signal)
        case .post(let post): try dispatch(post)
        case .rowChange(let change): try dispatch(change)
        case .receipt(let receipt): try dispatch(receipt)
        case .pollAnswer(let answer): try dispatch(answer)
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
        if case .text(let text) = message.content, try tapMenu(text.text) { return }
        if try answerForm(message) { return }
        for handler in definition.handlers {
            guard case .message(let kind) = handler.trigger, kind == message.content.type || kind == "any", message.content.isSent else {
                continue
            }
            var variables = baseVariables()
            variables["message"] = MessageValue.message(message, in: event.chat)
            guard try holds(handler.access, variables) else { continue }
            trigger = "message \(kind)"
            note(handler.position)
            return run(handler.steps, variables, origin: .handler)
        }
        guard message.content.isSent else { return }
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

    // MARK: Commands

    private mutating func runCommandHandler(_ command: BotCommand) throws(Interruption) -> Bool {
        for handler in definition.handlers {
            guard case .commands(let names, let parameters) = handler.trigger, names.contains(command.name) else { continue }
            var variables = baseVariables()
            variables["event"] = Self.value(command)
            var problem: String?
            if let parameters { problem = try bind(command, parameters, &variables) }
            if problem == nil {
                guard try holds(handler.access, variables) else { continue }
            }
            trigger = "command \(command.name)"
            note(handler.position)
            if let problem {
                try say(problem)
            } else {
                // Whoever gives a command doesn't answer the question that is open.
                state.frames.removeAll { $0.kind == .form }
                run(handler.steps, variables, origin: .handler)
            }
            return true
        }
        return false
    }

    /// Binds positional arguments. Returns what to tell the person when they don't fit.
    private mutating func bind(_ command: BotCommand, _ parameters: [Parameter], _ variables: inout Variables) throws(Interruption)
        -> String?
    {
        let words = CommandLine.words(command.arguments)
        let usage = phrases.usage(
            "/\(command.name) " + parameters.map { $0.isOptional ? "[\($0.name)]" : "<\($0.name)>" }.joined(separator: " "))
        if words.count > parameters.count, parameters.last?.type.type != .string { return usage }
        for (index, parameter) in parameters.enumerated() {
            guard index < words.count else {
                guard parameter.isOptional else { return usage }
                variables[parameter.name] = if let value = parameter.default { try evaluate(value, variables) } else { .null }
                continue
            }
            // The last text takes everything that is left.
            let takesRest = index == parameters.count - 1 && parameter.type.type == .string && words.count > parameters.count
            let word = takesRest ? CommandLine.rest(command.arguments, from: words[index]) : words[index].text
            if case .enumeration(let name) = parameter.type.type {
                guard definition.enums[name]?.members.contains(word) ?? false else { return usage }
                variables[parameter.name] = .string(word)
                continue
            }
            do throws(AnswerError) {
                variables[parameter.name] = try AnswerParser.parse(word, as: parameter.type.type, bounds: .none)
            } catch {
                return usage
            }
        }
        return nil
    }

    // MARK: What expressions see

    private static func value(_ command: BotCommand) -> CELValue {
        let words = CommandLine.words(command.arguments).map { CELValue.string($0.text) }
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

/// Splits what stands behind a command: words, and `"several words"` in quotes.
enum CommandLine {
    struct Word {
        var text: String
        var start: String.Index
    }

    static func words(_ text: String) -> [Word] {
        var words: [Word] = []
        var index = text.startIndex
        while index < text.endIndex, words.count < 100 {
            if text[index].isWhitespace {
                index = text.index(after: index)
                continue
            }
            let start = index
            let quote = text[index]
            if quote == "\"" || quote == "“", let end = text[text.index(after: index)...].firstIndex(where: { $0 == "\"" || $0 == "”" }) {
                words.append(Word(text: String(text[text.index(after: start)..<end]), start: start))
                index = text.index(after: end)
                continue
            }
            let end = text[index...].firstIndex { $0.isWhitespace } ?? text.endIndex
            words.append(Word(text: String(text[start..<end]), start: start))
            index = end
        }
        return words
    }

    static func rest(_ text: String, from word: Word) -> String { String(text[word.start...]) }
}
