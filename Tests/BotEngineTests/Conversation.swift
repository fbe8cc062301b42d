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
    /// The forum topic in which people write.
    var thread: String?
    /// What every command was, in order.
    private(set) var commands: [Command] = []
    /// Polls whose answers can be told, by name, as the worker's table has them.
    private(set) var polls: [String: (asked: AskedPoll, chat: Chat, thread: String?)] = [:]

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

    /// Taps a button that somebody, or a chat, was shown last under this label.
    @discardableResult
    func tap(_ label: String, shownTo owner: String, by person: String) throws -> [String] {
        let found = try #require(shown.last { $0.person == owner && $0.button.text == label }, "no button '\(label)' was shown to \(owner)")
        return try tap(found.button, of: found.message, person)
    }

    /// Answers a poll; it comes without a chat and is handed on to where the poll stands, as the worker does it.
    @discardableResult
    func vote(_ options: [Int], in poll: String, _ person: String = "ann") throws -> [String] {
        events += 1
        var event = event(.pollAnswer(PollAnswer(poll: poll, options: options)), person)
        event.chat = nil
        event.thread = nil
        guard engine.concerns(event) else { return [] }
        #expect(try run(event, EnvelopeID("event-\(events)"), .interactive, for: person) == [])
        guard let known = polls[poll] else { return [] }
        event.content = .pollAnswer(PollAnswer(poll: poll, options: options, asked: known.asked))
        event.chat = known.chat
        event.thread = known.thread
        return try run(event, EnvelopeID("event-\(events)/0"), .interactive, for: person)
    }

    @discardableResult
    func handle(_ content: Event.Content, _ person: String = "ann") throws -> [String] {
        events += 1
        return try run(event(content, person), EnvelopeID("event-\(events)"), .interactive, for: person)
    }

    private func event(_ content: Event.Content, _ person: String) -> Event {
        let chat = chatKind == .direct ? Chat(id: ChatID(person), kind: .direct) : Chat(id: "group", kind: chatKind, title: "Group")
        return Event(
            bot: bot, platform: .telegram, at: clock ?? Timestamp(seconds: 1_770_000_000 + Int64(events)), chat: chat,
            person: Person(id: PersonID(person), firstName: person.prefix(1).uppercased() + person.dropFirst(), language: language),
            thread: thread, content: content)
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
        guard engine.concerns(event) else { return [] }
        #expect(try Event(json: JSON(parsing: event.jsonBytes)) == event)
        let other = event.person?.id.rawValue
        let shared = "\(event.chat?.id.rawValue ?? "")/"
        let key = "\(event.chat?.id.rawValue ?? "")/\(other ?? "")"
        let isStranger = other.map { !store.knows($0) } ?? false
        let user = other.map { store.person($0, $0.prefix(1).uppercased() + $0.dropFirst()) }
        if let user, isStranger, let event = engine.resetting(people: [user.id], of: bot, on: .telegram, at: event.at) {
            caused.append((event, EnvelopeID("new-\(id)"), .normal))
        }
        var run = engine.run(event, id: id, lane: lane, state: states[key] ?? ConversationState(), common: states[shared], user: user)
        let outcome = try finish(&run)
        outcomes.append(outcome)
        if let user { store.change(user.id, outcome.userChanges) }
        // What is stored must be readable again, and mean the same.
        let stored = try ConversationState(jsonBytes: outcome.state.jsonBytes)
        #expect(stored == outcome.state)
        #expect(outcome.isStateChanged == (outcome.state != (states[key] ?? ConversationState())))
        states[key] = stored
        if let common = outcome.common {
            let stored = try ConversationState(jsonBytes: common.jsonBytes)
            #expect(stored == common)
            #expect(outcome.isCommonChanged == (common != (states[shared] ?? ConversationState())))
            states[shared] = stored
        }
        for poll in outcome.polls { polls[poll.id] = (poll.asked, poll.chat, event.thread) }
        var seen: [String] = []
        for (index, effect) in outcome.effects.enumerated() {
            switch effect {
            case .command(let command, _):
                commands.append(command)
                let line = try transcribe(command, other ?? event.chat?.id.rawValue ?? "")
                if command.receipt == .always, case .send = command.action {
                    var receipt = event
                    var poll: String?
                    if case .send(let message) = command.action, case .poll = message.content { poll = "poll-\(polls.count + 1)" }
                    receipt.content = .receipt(
                        Receipt(command: id.effect(index), outcome: .done(messages: [MessageID(String(messages))]), poll: poll))
                    caused.append((receipt, EnvelopeID("receipt-\(id.effect(index))"), .normal))
                }
                if other == person {
                    seen.append(line)
                } else {
                    heard[other ?? event.chat?.id.rawValue ?? "", default: []].append(line)
                }
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
                if follower == shared, outcome.drawnCommonRows.contains(row) { continue }
                let parts = follower.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
                caused.append(
                    (
                        Event(
                            bot: bot, platform: .telegram, at: event.at,
                            chat: Chat(id: ChatID(parts[0]), kind: parts[0] == parts[1] ? .direct : .group),
                            person: parts[1].isEmpty ? nil : Person(id: PersonID(parts[1]), firstName: ""),
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

    /// A person's in the group, or the group's own.
    func state(inGroup person: String) -> ConversationState { states["group/\(person)"] ?? ConversationState() }

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
        case .album(let items): text = "<album> " + items.map { "\($0.kind.rawValue) '\($0.caption ?? "")'" }.joined(separator: ", ")
        case .location(let place): text = "<location> \(place.latitude) \(place.longitude)"
        case .venue(let venue): text = "<venue> \(venue.location.latitude) \(venue.location.longitude) \(venue.title), \(venue.address)"
        case .contact(let contact): text = "<contact> \(contact.phone) \(contact.firstName) \(contact.lastName ?? "–")"
        case .poll(let poll):
            text = "<poll> \(poll.question) (\(poll.options.joined(separator: "|")))"
            if let correct = poll.correctOption { text += " \(correct) \(poll.explanation ?? "")" }
        case .dice(let emoji): text = "<dice> \(emoji ?? "")"
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
