import BotEngine
import BotLanguage
import BotStore
import Bus
import CEL
import Contracts
import Dialog
import JSON
import Postgres
import Schedules
import Synchronization
import WorkerKit

/// The whole pipeline in this process: what the dialog worker's handler causes is shown in the chats, told back by receipts, or
/// handled in turn, one event after another, until nothing is left.
final class InProcessWorld: World {
    let bot: PlayedBot
    let test: ConversationTest
    var chats = Chats()
    private(set) var failures: [Complaint] = []

    private let handler: DialogHandler
    private let config: BotConfig
    private var builder: BotEngine { bot.builder(chance: test.pick, config) }
    /// What workers were asked for and haven't ended.
    private var requests: [(id: EnvelopeID, request: OperationRequest, told: Int)] = []
    private let box: FailureBox
    private(set) var clock: Timestamp
    private var events = 0
    private var messages: [TestStep.Place: Int] = [:]
    private var queries: [String: String] = [:]
    private var blocked: Set<String> = []
    private var timers = TimerModel()
    private var queue: [BusDelivery] = []
    /// The step that is being played, to blame when what it causes never ends.
    private var position: SourcePosition

    /// Events that one step may cause.
    private static let eventLimit = 20_000

    /// - Throws: ``Complaint`` when the bot can't run with the settings of the test.
    init(_ bot: PlayedBot, _ test: ConversationTest) throws {
        do throws(ConfigError) { config = try bot.config(test) } catch {
            throw Complaint(message: error.problems.joined(separator: "; "), position: test.position)
        }
        self.bot = bot
        self.test = test
        clock = test.start
        position = test.position
        let box = FailureBox()
        self.box = box
        handler = bot.handler(chance: test.pick, config) { _, outcome in
            ([outcome.failure].compactMap { $0 } + outcome.complaints).forEach(box.add)
        }
    }

    /// What the handler has observed.
    private final class FailureBox: Sendable {
        private let found = Mutex<[RunFailure]>([])

        func add(_ failure: RunFailure) { found.withLock { $0.append(failure) } }

        func take() -> [RunFailure] {
            found.withLock { found in
                defer { found = [] }
                return found
            }
        }
    }

    // MARK: The beginning

    /// An empty database but for the people and rows of the test.
    func begin() async throws {
        try await bot.begin()
        try await tick()
        let known = test.people.filter(\.isKnown)
        try await makeRows(known)
        // As the worker does when it has a new definition.
        for timer in bot.definition.timers.keys.sorted() {
            enqueue(bot.engine.resetting(timer: timer, of: bot.name, on: .telegram, at: clock), EnvelopeID("test-timer-\(timer)"), .bulk)
        }
        try await settle()
        if let failure = failures.first { throw failure }
        // What happened so far is no answer to anybody.
        chats.beginStep(nil)
    }

    private func makeRows(_ known: [TestPerson]) async throws {
        guard !known.isEmpty || !test.rows.isEmpty else { return }
        _ = try await bot.database.pool.query(bot.tables.meet(known.map { Acquaintance(platform: .telegram, person: $0.person) }))
        let engine = builder
        let (name, tables, test, clock) = (bot.name, bot.tables, test, clock)
        let people = try await rows()
        let failure = try await bot.database.pool.transaction("make rows") { transaction in
            let store = PostgresRecordStore(tables, in: transaction)
            do {
                for person in known where !person.fields.isEmpty {
                    guard let row = people[person.name] else { continue }
                    var changes: [ColumnValue] = []
                    for field in person.fields {
                        guard let type = engine.definition.collections[Table.usersName]?[field.field]?.type else { continue }
                        let value = try await engine.value(of: field.value, of: name, at: clock, people: people, user: nil, with: store)
                        changes.append(ColumnValue(field.field, try ValueMapping.record(value, type)))
                    }
                    _ = try await store.perform(.update(table: Table.usersName, id: row.id, changes: changes))
                }
            } catch let failure as RunFailure {
                return RunFailure?.some(failure)
            } catch let error as ValueError {
                return RunFailure(.value, "a value is \(error.message)", at: test.position)
            }
            var run = engine.run(test.rows, of: name, at: clock, id: "test-rows", people: people)
            return try await run.finish(with: store).failure
        }
        if let failure { throw complaint(failure, "the rows of the test can't be made: ") }
    }

    private func complaint(_ failure: RunFailure, _ prefix: String) -> Complaint {
        Complaint(message: prefix + failure.message, position: failure.position ?? position)
    }

    /// Everybody's row of `users`, as far as the bot knows them.
    private func rows() async throws -> [String: Record] {
        let keys = test.people.map { UserKey(platform: .telegram, person: $0.person.id) }
        let found = try bot.tables.decodeUsers(try await bot.database.pool.query(bot.tables.lockUsers(keys)))
        var rows: [String: Record] = [:]
        for (person, key) in zip(test.people, keys) { rows[person.name] = found[key] }
        return rows
    }

    // MARK: Steps

    func perform(_ action: TestStep.Action, of step: TestStep) async throws {
        failures = []
        position = step.position
        switch action {
        case .person(let name, let action): try await act(action, name, in: step.place ?? .person(name))
        case .after(let span): try await advance(to: Timestamp(milliseconds: clock.milliseconds + span))
        case .reply(let operation, let reply): try await answer(operation, reply)
        case .at(let moment):
            guard moment > clock else {
                throw Complaint(
                    message: "the clock can't go back", position: step.position, expected: moment.readable, actual: clock.readable)
            }
            try await advance(to: moment)
        }
    }

    func awaitMore() async throws -> Bool { false }

    private func advance(to moment: Timestamp) async throws {
        chats.beginStep(.init(.remark("— \(moment.readable) —")))
        var fired = 0
        while let timer = timers.fire(upTo: moment) {
            fired += 1
            guard fired <= Self.eventLimit else {
                throw Complaint(message: "more than \(Self.eventLimit) timers fire in this time", position: position)
            }
            clock = max(clock, timer.due)
            try await bot.database.setClock(clock.milliseconds)
            let event = timer.request.event(due: timer.due, now: clock)
            guard case .timer(let due) = event.content else { continue }
            events += 1
            enqueue(event, due.id(bot: bot.name), timer.request.lane)
            try await settle()
        }
        clock = max(clock, moment)
        try await bot.database.setClock(clock.milliseconds)
    }

    /// The worker answers the oldest request.
    private func answer(_ operation: Operation, _ reply: TestStep.Reply) async throws {
        guard let index = requests.firstIndex(where: { $0.request.operation == operation }) else {
            let asked = Set(requests.map(\.request.operation.name)).sorted().joined(separator: ", ")
            throw Complaint(
                message: "nobody waits for '\(operation)'" + (asked.isEmpty ? "" : "; there are requests for \(asked)"), position: position)
        }
        requests[index].told += 1
        let (id, request, told) = requests[index]
        let content: OperationReply.Content
        switch reply {
        case .progress(let values): content = .progress(told, values)
        case .result(let values): content = .result(values)
        case .failure(let failure): content = .failure(failure)
        }
        chats.beginStep(.init(.remark("— \(operation): \(content.name) —")))
        if case .progress = reply {} else { requests.remove(at: index) }
        try await tick()
        let event = request.event(content, id: id, at: clock)
        guard case .operation(let told) = event.content else { return }
        enqueue(event, told.id, .normal)
        try await settle()
    }

    private func act(_ action: TestAction, _ name: String, in place: TestStep.Place) async throws {
        guard let person = test.people.first(where: { $0.name == name })?.person else { return }
        switch action {
        case .say(let text): try await say(text, name, in: place)
        case .tap(let tap):
            begin(name, place, "taps \(tap.button)")
            switch chats[place].tap(tap.button, of: tap.message) {
            case .inline(let button, let message): try await press(button, message, name, tap, in: place)
            case .menu(let button):
                switch button.action {
                case .request(.contact):
                    try await send(
                        .contact(Contact(phone: "+4930123456", firstName: person.firstName, person: person.id)), "contact", name, place)
                case .request(.location): try await send(.location(Location(latitude: 52.52, longitude: 13.405)), "location", name, place)
                case .request(.poll):
                    throw Complaint(message: "'\(button.label)' lets a person make a poll, which tests can't", position: tap.position)
                default: try await send(.text(FormattedText(button.label)), "text", name, place, text: button.label)
                }
            case .none(let reason): throw Complaint(message: reason, position: tap.position)
            }
        case .send(let kind, let file, let caption):
            begin(name, place, "<\(kind.rawValue) \(file)>" + (caption.map { " \($0)" } ?? ""))
            let hasName = kind == .document || kind == .audio || kind == .video || kind == .animation
            try await send(
                .media(kind, File(id: file, name: hasName ? file : nil), caption: caption.map { FormattedText($0) }), kind.rawValue, name,
                place,
                text: caption ?? "")
        case .location(let location):
            begin(name, place, "<location \(location.latitude), \(location.longitude)>")
            try await send(.location(location), "location", name, place)
        case .venue(let venue):
            begin(name, place, "<venue \(venue.title)>")
            try await send(.venue(venue), "venue", name, place)
        case .contact(var contact):
            begin(name, place, "<contact \(contact.phone)>")
            if contact.firstName.isEmpty { (contact.firstName, contact.person) = (person.firstName, person.id) }
            try await send(.contact(contact), "contact", name, place)
        case .dice(let dice):
            begin(name, place, "<dice \(dice.emoji) \(dice.value)>")
            try await send(.dice(dice), "dice", name, place)
        case .vote(let options, let text): try await vote(options, text, name, in: place)
        case .join(let names): try await change(.joined, names, name, "joins")
        case .leave(let names): try await change(.left, names, name, "leaves")
        case .block, .unblock:
            let isBlocking = if case .block = action { true } else { false }
            begin(name, place, isBlocking ? "<blocks the bot>" : "<unblocks the bot>")
            if isBlocking { blocked.insert(name) } else { blocked.remove(name) }
            let change = MembershipChange(change: isBlocking ? .blocked : .unblocked, members: [person], isSelf: true)
            try await happen(.membership(change), name, in: place)
        }
    }

    private func begin(_ name: String, _ place: TestStep.Place, _ text: String) {
        chats.beginStep(.init(.person(name, place: place, text)))
    }

    private func say(_ text: String, _ name: String, in place: TestStep.Place) async throws {
        begin(name, place, text)
        try await send(.text(FormattedText(text)), "text", name, place, text: text)
    }

    private func send(
        _ content: Message.Content, _ kind: String, _ name: String, _ place: TestStep.Place, text: String = ""
    ) async throws {
        // Who writes to a bot has unblocked it.
        if case .person = place { blocked.remove(name) }
        let id = nextMessage(in: place)
        chats.add(Chats.Message(id: id, author: name, kind: kind, text: text), in: place)
        let message = Message(id: id, content: content)
        if case .text(let text) = content, let command = BotCommand(typed: text.text) {
            try await happen(.command(command, message), name, in: place)
        } else {
            try await happen(.message(message), name, in: place)
        }
    }

    private func press(
        _ button: Chats.Button, _ message: MessageID, _ name: String, _ tap: TestAction.Tap, in place: TestStep.Place
    ) async throws {
        guard case .data(let data) = button.action else {
            let what = if case .other(let what) = button.action { what } else { "says its label" }
            throw Complaint(message: "'\(button.label)' \(what): the bot doesn't hear of it", position: tap.position)
        }
        let query = "q\(events)"
        queries[query] = name
        try await happen(.button(ButtonPress(query: query, data: data, message: message)), name, in: place)
    }

    private func vote(_ options: [Int], _ text: String?, _ name: String, in place: TestStep.Place) async throws {
        let polls = chats[place].messages.filter { $0.poll != nil && !$0.isDeleted && (text == nil || $0.text == text) }
        guard let message = polls.last, let poll = message.poll else {
            throw Complaint(message: "there is no poll" + (text.map { " '\($0)'" } ?? ""), position: position)
        }
        if let wrong = options.first(where: { !poll.options.indices.contains($0) }) {
            throw Complaint(message: "the poll has no option \(wrong); it has \(poll.options.count), counted from 0", position: position)
        }
        begin(
            name, place, options.isEmpty ? "<takes the vote back>" : "<votes \(options.map { poll.options[$0] }.joined(separator: ", "))>")
        try await happen(.pollAnswer(PollAnswer(poll: pollID(message, place), options: options)), name, in: nil)
    }

    private func change(_ change: MembershipChange.Change, _ names: [String]?, _ name: String, _ verb: String) async throws {
        let members = (names ?? []).compactMap { other in test.people.first { $0.name == other }?.person }
        let own = test.people.first { $0.name == name }?.person
        let who = names.map { $0.isEmpty ? "" : ": " + $0.joined(separator: ", ") } ?? ": bot"
        begin(name, .group, "<\(verb)\(who)>")
        try await happen(
            .membership(
                MembershipChange(
                    change: change, members: members.isEmpty && names != nil ? own.map { [$0] } ?? [] : members, isSelf: names == nil)),
            name, in: .group)
    }

    // MARK: Events

    private func happen(_ content: Event.Content, _ name: String, in place: TestStep.Place?) async throws {
        let person = test.people.first { $0.name == name }?.person
        try await tick()
        let event = Event(bot: bot.name, platform: .telegram, at: clock, chat: place.map(chat), person: person, content: content)
        enqueue(event, EnvelopeID("test-\(events)"), .interactive)
        try await settle()
    }

    private func enqueue(_ event: Event, _ id: EnvelopeID, _ lane: Lane) {
        let envelope = Envelope(id: id, lane: lane, partitionKey: event.partitionKey, type: "event.\(event.kind)")
        queue.append(delivery(envelope, event.jsonBytes))
    }

    private func delivery(_ envelope: Envelope, _ body: [UInt8]) -> BusDelivery {
        BusDelivery(
            envelope: envelope, routingKey: "", body: body, isRedelivered: false, isCurrent: { true }, acknowledge: {}, reject: {})
    }

    /// Handles what waits and what that causes.
    private func settle() async throws {
        var count = 0
        var next = 0
        while next < queue.count {
            let delivery = queue[next]
            next += 1
            count += 1
            guard count <= Self.eventLimit else {
                throw Complaint(message: "this causes more than \(Self.eventLimit) events", position: position)
            }
            if count > 1 { try await tick() }
            guard let outcome = try await handler.handle([delivery]).first else { continue }
            for failure in box.take() { failures.append(complaint(failure, "the definition failed: ")) }
            guard case .effects(let messages) = outcome else {
                throw Complaint(message: "the bot refuses the event", position: position)
            }
            for message in messages { try take(message) }
        }
        queue = []
    }

    /// Each event has a moment of its own, so that what was made before comes before.
    private func tick() async throws {
        events += 1
        clock.milliseconds += 1
        try await bot.database.setClock(clock.milliseconds)
    }

    private func take(_ message: BusMessage) throws {
        switch message.envelope.type {
        case let type where type.hasPrefix("command."):
            try show(try Command(jsonBytes: message.body), message.envelope)
        case let type where type.hasPrefix("event."): queue.append(delivery(message.envelope, message.body))
        case Operation.setTimer.type:
            var timer = try SetTimer(jsonBytes: message.body)
            // The worker's own clock is none of the test's.
            timer.at = min(timer.at, clock)
            do throws(ScheduleError) { try timers.set(timer) } catch {
                throw Complaint(message: "a timer can't be set: \(error)", position: position)
            }
        case Operation.cancelTimers.type: timers.cancel(try CancelTimers(jsonBytes: message.body))
        case let type where type.hasPrefix("request."):
            let request = try OperationRequest(jsonBytes: message.body)
            chats.remark("— asks for \(request.operation) —")
            if request.wantsReply { requests.append((message.envelope.id, request, 0)) }
        case let type: throw Complaint(message: "tests can't play '\(type)'", position: position)
        }
    }

    // MARK: What the bot does

    private func show(_ command: Command, _ envelope: Envelope) throws {
        if case .answerButton(let answer) = command.action {
            if let text = answer.text, let name = queries[answer.query] {
                chats.note(.init(text: text, isAlert: answer.isAlert), for: name)
            }
            return
        }
        guard let chat = command.chat, let place = place(of: chat) else { return }
        if case .person(let name) = place, blocked.contains(name) {
            return receipt(command, envelope, .blocked(reason: "Forbidden: bot was blocked by the user"))
        }
        var made: [MessageID] = []
        switch command.action {
        case .send(let message):
            made = [nextMessage(in: place)]
            chats.show(Chats.Message(message, id: made[0]), in: place)
        case .edit(let id, let message):
            guard chats.edit(id, in: place, { $0.become(message) }) else { throw missing("edits", place) }
        case .editKeyboard(let id, let keyboard):
            let isThere = chats.edit(id, in: place) { message in
                message.buttons = []
                message.adopt(keyboard)
            }
            guard isThere else { throw missing("edits", place) }
        case .copy(let from, let id):
            guard let source = self.place(of: from), let index = chats[source].index(of: id) else { throw missing("copies", place) }
            var copy = chats[source].messages[index]
            made = [nextMessage(in: place)]
            (copy.id, copy.author, copy.menu, copy.buttons) = (made[0], nil, nil, [])
            chats.show(copy, in: place)
        case .delete(let ids): chats.delete(ids, in: place)
        default: break
        }
        receipt(command, envelope, .done(messages: made))
    }

    private func missing(_ verb: String, _ place: TestStep.Place) -> Complaint {
        Complaint(message: "the bot \(verb) a message that isn't in the chat of \(place.name)", position: position)
    }

    /// As the sender tells what became of a command.
    private func receipt(_ command: Command, _ envelope: Envelope, _ outcome: Receipt.Outcome) {
        guard let person = command.person, let chat = command.chat else { return }
        switch (command.receipt, outcome) {
        case (.always, _): break
        case (.failures, .done), (.never, _): return
        case (.failures, _): break
        }
        let kind: Chat.Kind = place(of: chat) == .group ? .group : .direct
        let event = Event(
            bot: command.bot, platform: command.platform, at: clock, chat: Chat(id: chat, kind: kind),
            person: Person(id: person, firstName: ""),
            thread: command.thread, content: .receipt(Receipt(command: envelope.id, outcome: outcome)))
        queue.append(
            delivery(
                envelope.causing(0, type: "event.\(event.kind)", lane: .normal, partitionKey: event.partitionKey), event.jsonBytes))
    }

    // MARK: Chats

    private static let group: ChatID = "-1001000000001"

    private func chat(_ place: TestStep.Place) -> Chat {
        switch place {
        case .group: Chat(id: Self.group, kind: .group, title: test.group)
        case .person(let name):
            Chat(id: ChatID(test.people.first { $0.name == name }?.person.id.rawValue ?? name), kind: .direct)
        }
    }

    private func place(of chat: ChatID) -> TestStep.Place? {
        if chat == Self.group { return .group }
        return test.people.first { $0.person.id.rawValue == chat.rawValue }.map { .person($0.name) }
    }

    private func nextMessage(in place: TestStep.Place) -> MessageID {
        messages[place, default: 100] += 1
        return MessageID(messages[place] ?? 0)
    }

    private func pollID(_ message: Chats.Message, _ place: TestStep.Place) -> String { "poll-\(place.name)-\(message.id)" }

    // MARK: Data

    func holds(_ condition: Expression, for user: String?) async throws -> Bool {
        let people = try await rows()
        let unknown = test.people.map(\.name).first { people[$0] == nil && condition.program.variables.contains($0) }
        if let unknown {
            throw Complaint(
                message: "\(unknown) is unknown to the bot yet; say so under 'people' if that is wrong", position: condition.position)
        }
        let (engine, name, tables, clock) = (builder, bot.name, bot.tables, clock)
        let outcome: Result<CELValue, RunFailure> = try await bot.database.pool.transaction("expect") { transaction in
            do {
                let value = try await engine.value(
                    of: condition, of: name, at: clock, people: people, user: user.flatMap { people[$0] },
                    with: PostgresRecordStore(tables, in: transaction))
                return .success(value)
            } catch let failure as RunFailure {
                return .failure(failure)
            }
        }
        switch outcome {
        case .success(.bool(let holds)): return holds
        case .success: return false
        case .failure(let failure): throw complaint(failure, "")
        }
    }

    func rows(of condition: Expression) async throws -> [String] {
        var lines: [String] = []
        var seen: Set<String> = []
        let names = condition.subqueries.compactMap { question in
            if case .rows(_, let rows) = question.source { rows.collection } else { String?.none }
        }
        for name in names where seen.insert(name).inserted {
            let records = try await bot.tables.first(6, of: name, in: bot.database.pool)
            let fields = bot.definition.collections[name]?.fields ?? []
            lines.append("\(name): \(records.isEmpty ? "no rows" : "")")
            for record in records.prefix(5) {
                let values = zip(fields, record.values).filter { field, _ in field.name != "created" }
                lines.append("  {" + values.map { "\($0.name): \($1.readable)" }.joined(separator: ", ") + "}")
            }
            if records.count > 5 { lines.append("  …") }
        }
        return lines
    }
}

extension BotCommand {
    /// From a text as people type it: `/add@demo_bot soup`; nil when it is none.
    init?(typed text: String) {
        guard text.hasPrefix("/") else { return nil }
        let word = text.dropFirst().prefix { !$0.isWhitespace }
        let parts = word.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first ?? ""
        let isName =
            (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
            }
        guard isName else { return nil }
        var rest = text.dropFirst(1 + word.count)
        while rest.first?.isWhitespace ?? false { rest.removeFirst() }
        while rest.last?.isWhitespace ?? false { rest.removeLast() }
        self.init(name: name.lowercased(), arguments: String(rest), addressee: parts.count > 1 ? String(parts[1]) : nil)
    }
}

extension Subquery {
    /// Whose rows it is about.
    fileprivate var asked: String {
        switch source {
        case .rows(_, let rows): rows.collection
        case .query(let call): call.query.rows.collection
        }
    }
}
