import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// One or more people talking to a bot, as a transcript.
final class Conversation {
    let engine: BotEngine
    let store: MemoryStore
    let bot: BotName
    /// What waits for its moment, by key; see ``advance(to:)``.
    var timers: [String: PendingTimer] = [:]
    var revision: Int64 = 0
    /// What time it is; nil: a second passes with every event.
    var clock: Timestamp?
    private var states: [String: ConversationState] = [:]
    private var events = 0
    private var messages = 100
    /// The newest message with inline buttons of each person, and all ever shown: label and data.
    private(set) var inline: [String: (message: MessageID, buttons: [InlineButton])] = [:]
    private(set) var shown: [(person: String, message: MessageID, button: InlineButton)] = []
    private(set) var outcomes: [Outcome] = []
    private var heard: [String: [String]] = [:]
    private var caused: [(event: Event, id: EnvelopeID, lane: Lane)] = []
    /// What workers were asked for, oldest first.
    private(set) var requests: [(request: OperationRequest, id: EnvelopeID, lane: Lane)] = []
    var chatKind = Chat.Kind.direct
    var language: String?

    init(
        _ definition: Definition, username: String? = "demo_bot", limits: RunLimits = RunLimits(), config: BotConfig? = nil
    ) throws {
        engine = BotEngine(definition, username: username, limits: limits, config: config)
        store = MemoryStore(definition.store)
        bot = try #require(BotName(definition.bot))
    }

    convenience init(yaml: String, username: String? = "demo_bot", limits: RunLimits = RunLimits()) throws {
        try self.init(try Definition(yaml: yaml), username: username, limits: limits)
    }

    // MARK: What people do

    @discardableResult
    func say(_ text: String, _ person: String = "ann") throws -> [String] {
        let message = Message(id: nextMessage(), content: .text(FormattedText(text)))
        guard text.hasPrefix("/") else { return try handle(.message(message), person) }
        let words = text.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
        let name = (words.first ?? "").split(separator: "@").map(String.init)
        let command = BotCommand(
            name: name.first ?? "", arguments: words.count > 1 ? words[1] : "", addressee: name.count > 1 ? name[1] : nil)
        return try handle(.command(command, message), person)
    }

    @discardableResult
    func tap(_ label: String, _ person: String = "ann") throws -> [String] {
        let keyboard = try #require(inline[person], "no buttons were shown to \(person)")
        let button = try #require(keyboard.buttons.first { $0.text == label }, "no button '\(label)' among \(keyboard.buttons.map(\.text))")
        return try tap(button, of: keyboard.message, person)
    }

    @discardableResult
    func tap(_ button: InlineButton, of message: MessageID, _ person: String = "ann") throws -> [String] {
        guard case .data(let data) = button.action else { return [] }
        return try press(data, message, person)
    }

    @discardableResult
    func press(_ data: String?, _ message: MessageID?, _ person: String = "ann") throws -> [String] {
        try handle(.button(ButtonPress(query: "q\(events)", data: data, message: message)), person)
    }

    @discardableResult
    func handle(_ content: Event.Content, _ person: String = "ann") throws -> [String] {
        events += 1
        let chat = chatKind == .direct ? Chat(id: ChatID(person), kind: .direct) : Chat(id: "group", kind: chatKind)
        let event = Event(
            bot: bot, platform: .telegram, at: clock ?? Timestamp(seconds: 1_770_000_000 + Int64(events)), chat: chat,
            person: Person(id: PersonID(person), firstName: person.prefix(1).uppercased() + person.dropFirst(), language: language),
            content: content)
        return try run(event, EnvelopeID("event-\(events)"), .interactive, for: person)
    }

    /// What a worker says of an operation; without an index of the newest one.
    @discardableResult
    func reply(_ content: OperationReply.Content, to index: Int? = nil) throws -> [String] {
        let (request, id, lane) = try #require(index.map { requests[$0] } ?? requests.last, "nothing was asked for")
        events += 1
        let event = request.event(content, id: id, at: Timestamp(seconds: 1_770_000_000 + Int64(events)))
        return try run(
            event, OperationReply(request: id, operation: request.operation, content: content).id, lane,
            for: event.person?.id.rawValue ?? "")
    }

    /// The same conversations and rows under another definition.
    func publishing(_ definition: Definition) throws -> Conversation {
        let next = try Conversation(definition)
        next.states = states
        next.requests = requests
        next.timers = timers
        next.events = events
        return next
    }

    /// Handles an event and everything that it causes in the bot.
    ///
    /// - Returns: what the person sees; what others see is in ``heard``.
    func run(_ event: Event, _ id: EnvelopeID, _ lane: Lane, for person: String?) throws -> [String] {
        let other = event.person?.id.rawValue
        let key = "\(event.chat?.id.rawValue ?? "")/\(other ?? "")"
        let isStranger = other.map { !store.knows($0) } ?? false
        let user = other.map { store.person($0, $0.prefix(1).uppercased() + $0.dropFirst()) }
        if let user, isStranger, let event = engine.resetting(people: [user.id], of: bot, on: .telegram, at: event.at) {
            caused.append((event, EnvelopeID("new-\(id)"), .normal))
        }
        var run = engine.run(event, id: id, lane: lane, state: states[key] ?? ConversationState(), user: user)
        let outcome = try finish(&run)
        outcomes.append(outcome)
        if let user { store.change(user.id, outcome.userChanges) }
        // What is stored must be readable again, and mean the same.
        let stored = try ConversationState(jsonBytes: outcome.state.jsonBytes)
        #expect(stored == outcome.state)
        #expect(outcome.isStateChanged == (outcome.state != (states[key] ?? ConversationState())))
        states[key] = stored
        var seen: [String] = []
        for (index, effect) in outcome.effects.enumerated() {
            switch effect {
            case .command(let command, _):
                let line = try transcribe(command, other ?? "")
                if command.receipt == .always, case .send = command.action {
                    var receipt = event
                    receipt.content = .receipt(Receipt(command: id.effect(index), outcome: .done(messages: [MessageID(String(messages))])))
                    caused.append((receipt, EnvelopeID("receipt-\(id.effect(index))"), .normal))
                }
                if other == person { seen.append(line) } else { heard[other ?? "", default: []].append(line) }
            case .event(let event, let lane):
                // What goes over the wire must be readable.
                #expect(try Event(json: JSON(parsing: event.jsonBytes)) == event)
                caused.append((event, id.effect(index), lane))
            case .timer(let request, _): try keep(request)
            case .request(let request, let lane):
                #expect(try OperationRequest(json: JSON(parsing: request.jsonBytes)) == request)
                requests.append((request, id.effect(index), lane))
            }
        }
        for row in outcome.changedRows.sorted(by: { $0.id < $1.id }) {
            for (follower, state) in states.sorted(by: { $0.key < $1.key }) where state.liveRows.contains(row) {
                if follower == key, outcome.drawnRows.contains(row) { continue }
                let who = String(follower.split(separator: "/")[0])
                caused.append(
                    (
                        Event(
                            bot: bot, platform: .telegram, at: event.at, chat: Chat(id: ChatID(who), kind: .direct),
                            person: Person(id: PersonID(who), firstName: ""),
                            content: .rowChange(RowChange(collection: row.collection, row: row.id))), id.effect(99), .interactive
                    ))
            }
        }
        // One after another, as a queue would have them.
        while !caused.isEmpty {
            let (event, id, lane) = caused.removeFirst()
            seen += try self.run(event, id, lane, for: person)
        }
        return seen
    }

    /// What people saw of what others did, since it was taken last.
    func takeHeard(_ person: String) -> [String] {
        defer { heard[person] = nil }
        return heard[person] ?? []
    }

    func state(_ person: String = "ann") -> ConversationState { states["\(person)/\(person)"] ?? ConversationState() }

    private func finish(_ run: inout Run) throws -> Outcome {
        while true {
            switch run.advance() {
            case .finished(let outcome): return outcome
            case .needs(let request):
                do { run.answer(try store.answer(request)) } catch let failure as RunFailure { run.fail(failure) }
            }
        }
    }

    private func nextMessage() -> MessageID {
        messages += 1
        return MessageID(String(messages))
    }

    // MARK: What the bot does

    private func transcribe(_ command: Command, _ person: String) throws -> String {
        // What goes over the wire must be readable.
        #expect(try Command(json: JSON(parsing: command.jsonBytes)) == command)
        switch command.action {
        case .send(let message):
            let id = nextMessage()
            remember(message, id, person)
            return describe(message)
        case .edit(let id, let message):
            remember(message, id, person)
            return "edit: " + describe(message)
        case .answerButton(let answer): return answer.text.map { "toast: \($0)" } ?? "toast"
        default: return command.kind
        }
    }

    private func remember(_ message: OutgoingMessage, _ id: MessageID, _ person: String) {
        guard case .inline(let rows)? = message.keyboard else { return }
        inline[person] = (id, rows.flatMap { $0 })
        shown += rows.flatMap { $0 }.map { (person, id, $0) }
    }

    private func describe(_ message: OutgoingMessage) -> String {
        var text: String
        switch message.content {
        case .text(let own): text = own
        case .media(let kind, _, let caption): text = "<\(kind.rawValue)> \(caption ?? "")"
        default: text = message.content.type
        }
        while text.hasSuffix("\n") { text.removeLast() }
        switch message.keyboard {
        case .inline(let rows): return text + rows.map { " [" + $0.map(\.text).joined(separator: "|") + "]" }.joined()
        case .reply(let keyboard): return text + keyboard.rows.map { " {" + $0.map(\.text).joined(separator: "|") + "}" }.joined()
        case .remove: return text + " {}"
        default: return text
        }
    }
}
