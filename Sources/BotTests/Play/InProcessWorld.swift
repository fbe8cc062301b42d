import BotEngine
import BotLanguage
import BotStore
import Bus
import CEL
import Contracts
import Dialog
import JSON
import Postgres
import Synchronization

/// The whole pipeline in this process: what the dialog worker's handler causes is shown in the chats, told back by receipts, or
/// handled in turn, one event after another, until nothing is left.
final class InProcessWorld: World {
    let bot: PlayedBot
    let test: ConversationTest
    var chats = Chats()
    var failures: [Complaint] = []

    let handler: DialogHandler
    let config: BotConfig
    var builder: BotEngine { bot.builder(chance: test.pick, config) }
    /// What workers were asked for and haven't ended.
    var requests: [(id: EnvelopeID, request: OperationRequest, told: Int)] = []
    let box: FailureBox
    var clock: Timestamp
    var events = 0
    var messages: [TestStep.Place: Int] = [:]
    var queries: [String: String] = [:]
    var blocked: Set<String> = []
    var timers = TimerModel()
    var queue: [BusDelivery] = []
    /// The step that is being played, to blame when what it causes never ends.
    var position: SourcePosition

    /// Events that one step may cause.
    static let eventLimit = 20_000

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
    final class FailureBox: Sendable {
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

    func makeRows(_ known: [TestPerson]) async throws {
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

    func complaint(_ failure: RunFailure, _ prefix: String) -> Complaint {
        Complaint(message: prefix + failure.message, position: failure.position ?? position)
    }

    /// Everybody's row of `users`, as far as the bot knows them.
    func rows() async throws -> [String: Record] {
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

    func advance(to moment: Timestamp) async throws {
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
    func answer(_ operation: Operation, _ reply: TestStep.Reply) async throws {
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

    // MARK: Chats

    static let group: ChatID = "-1001000000001"

    func chat(_ place: TestStep.Place) -> Chat {
        switch place {
        case .group: Chat(id: Self.group, kind: .group, title: test.group)
        case .person(let name):
            Chat(id: ChatID(test.people.first { $0.name == name }?.person.id.rawValue ?? name), kind: .direct)
        }
    }

    func place(of chat: ChatID) -> TestStep.Place? {
        if chat == Self.group { return .group }
        return test.people.first { $0.person.id.rawValue == chat.rawValue }.map { .person($0.name) }
    }

    func nextMessage(in place: TestStep.Place) -> MessageID {
        messages[place, default: 100] += 1
        return MessageID(messages[place] ?? 0)
    }

    func pollID(_ message: MessageID, _ place: TestStep.Place) -> String { "poll-\(place.name)-\(message)" }

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
