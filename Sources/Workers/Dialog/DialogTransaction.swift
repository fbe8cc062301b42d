import BotEngine
import BotLanguage
import BotStore
import Bus
import Contracts
import Logging
import Metrics
import Postgres
import Runtime
import WorkerStore

/// One transaction's work: events of different conversations, in two round trips when nobody looks at rows.
///
/// 1. BEGIN, which versions are current, which events were handled before, the conversations, the people
/// 2. the handled rows with their effects, new states, changed people, COMMIT
struct DialogTransaction {
    let tasks: [DialogTask]
    let transaction: PostgresTransaction
    let handled: HandledTable
    let logger: Logger
    var observer: DialogHandler.Observer?
    /// Whether nobody waits for it.
    var isPatient = false
    /// Bots of which an event has burnt its budget.
    private(set) var slow: Set<BotName> = []
    /// Whether others may publish versions meanwhile.
    var checksVersions = true

    private var states: [ConversationKey: ConversationState?] = [:]
    private var users: [BotName: [UserKey: Record]] = [:]
    private var userChanges: [BotName: [Int64: [String: RecordValue]]] = [:]
    private var entries: [HandledTable.Entry] = []
    private var newStates: [ConversationKey: ConversationState] = [:]
    /// People who are new or are called otherwise now.
    private var arrivals: [BotName: [Int64]] = [:]

    init(tasks: [DialogTask], transaction: PostgresTransaction, handled: HandledTable, logger: Logger) {
        self.tasks = tasks
        self.transaction = transaction
        self.handled = handled
        self.logger = logger
    }

    /// What each task causes, by its place in the batch.
    mutating func perform() async throws -> [(Int, [BusMessage])] {
        var effects: [(Int, [BusMessage])] = []
        let known = try await load()
        var fresh: [DialogTask] = []
        for task in tasks {
            if let stored = known[task.envelope.id] {
                logger.info("handled before, its effects go out again", metadata: ["message_id": "\(task.envelope.id)"])
                effects.append((task.index, stored.messages))
            } else {
                fresh.append(task)
            }
        }
        try await meetStrangers(fresh)
        for task in fresh {
            // The others of a slow bot are put off: this transaction has spent its patience with the first.
            if !isPatient, slow.contains(task.event.bot) { continue }
            effects.append((task.index, try await run(task)))
        }
        try save()
        return effects
    }

    // MARK: Loading

    private mutating func load() async throws -> [EnvelopeID: StoredEffects] {
        let byBot = Dictionary(grouping: tasks) { $0.event.bot }.sorted { $0.key.rawValue < $1.key.rawValue }
        var queries = [
            handled.known(tasks.map(\.envelope.id)), ConversationTable.lock(tasks.compactMap(\.conversation) + tasks.compactMap(\.common)),
        ]
        queries += byBot.compactMap { _, tasks in tasks.first?.bot.tables.lockUsers(tasks.compactMap(\.user)) }
        // Tasks that share rows are all of one bot.
        let order = tasks.first.flatMap { $0.bot.engine.definition.sharesRows ? $0.bot.tables.order : nil }
        // Either lock keeps a publisher waiting until this is done: what is current now is so until the end.
        let start = Array([
            order ?? DefinitionTable.holdStill(byBot.compactMap { $1.first?.bot.tables }), DefinitionTable.current(of: byBot.map(\.key)),
        ].prefix(checksVersions ? 2 : order == nil ? 0 : 1))
        let found = try await transaction.pipeline(start + queries)
        if checksVersions {
            let current = try DefinitionTable.decodeCurrent(found[1])
            for (bot, tasks) in byBot where tasks.contains(where: { $0.bot.number != current[bot]?.number }) {
                throw StaleVersions(current: current)
            }
        }
        let results = Array(found.dropFirst(start.count))
        states = try ConversationTable.decode(results[1])
        for ((bot, tasks), result) in zip(byBot, results.dropFirst(2)) {
            users[bot] = try tasks.first?.bot.tables.decodeUsers(result)
        }
        return Dictionary(try handled.decode(results[0]).map { ($0.id, $0.effects) }) { first, _ in first }
    }

    /// People who write for the first time, or have changed their name.
    private mutating func meetStrangers(_ tasks: [DialogTask]) async throws {
        for (bot, tasks) in Dictionary(grouping: tasks, by: { $0.event.bot }).sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard let tables = tasks.first?.bot.tables else { continue }
            var strangers: [UserKey: Acquaintance] = [:]
            for task in tasks {
                guard let key = task.user, let person = task.event.person else { continue }
                // Only the platform says what people are called.
                if let row = users[bot]?[key], !task.event.isFromPlatform || tables.isUpToDate(row, person) { continue }
                strangers[key] = Acquaintance(platform: task.event.platform, person: person)
            }
            guard !strangers.isEmpty else { continue }
            let rows = try tables.decodeUsers(await transaction.query(tables.meet(Array(strangers.values))))
            users[bot, default: [:]].merge(rows) { $1 }
            arrivals[bot] = rows.values.map(\.id).sorted()
        }
    }

    // MARK: Running

    private mutating func run(_ task: DialogTask) async throws -> [BusMessage] {
        var cause = task.envelope
        if let span = task.span { cause.traceparent = span.context.description }
        return try await withTrace(task.envelope.traceparent.flatMap { TraceParent($0)?.child() }, in: task.span) {
            let before = state(task.conversation)
            let common = state(task.common)
            guard try await counts(task.event) else {
                entries.append((task.envelope.id, nil))
                return []
            }
            let outcome = try await outcome(of: task, before, common)
            var effects = outcome.effects + (try await effects(ofRows: outcome, since: before, common, task))
            effects += try await self.effects(ofPolls: outcome, task)
            if let people = arrivals.removeValue(forKey: task.event.bot),
                let event = task.bot.engine.resetting(people: people, of: task.event.bot, on: task.event.platform, at: task.event.at)
            {
                effects.append(.event(event, .normal))
            }
            effects = try await numbered(effects, of: task)
            report(outcome, effects, of: task)
            if outcome.isStateChanged, let conversation = task.conversation { newStates[conversation] = outcome.state }
            if outcome.isCommonChanged, let conversation = task.common { newStates[conversation] = outcome.common }
            if outcome.failure == nil { change(outcome.userChanges, of: task) }
            let messages = effects.enumerated().map { index, effect in
                switch effect {
                case .command(let command, let lane):
                    BusMessage.command(
                        command,
                        envelope: cause.causing(index, type: "command.\(command.kind)", lane: lane, partitionKey: command.partitionKey))
                case .event(let event, let lane):
                    BusMessage.event(
                        event, envelope: cause.causing(index, type: "event.\(event.kind)", lane: lane, partitionKey: event.partitionKey))
                case .timer(let request, let lane):
                    BusMessage.timer(request) { cause.causing(index, type: $0, lane: lane, partitionKey: nil) }
                case .request(let request, let lane):
                    BusMessage.request(
                        request.operation, request,
                        envelope: cause.causing(index, type: request.operation.type, lane: lane, partitionKey: nil))
                }
            }
            entries.append((task.envelope.id, messages.isEmpty ? nil : StoredEffects(messages)))
            return messages
        }
    }

    private func state(_ key: ConversationKey?) -> ConversationState? { key.flatMap { newStates[$0] ?? states[$0] ?? nil } }

    /// An outcome that needs no rows is there at once. One that does runs within a savepoint, so that a definition's
    /// mistake undoes its own writes only.
    private mutating func outcome(
        of task: DialogTask, _ state: ConversationState?, _ common: ConversationState?
    ) async throws -> Outcome {
        let user = task.user.flatMap { users[task.event.bot]?[$0] }
        guard user != nil || task.user == nil else {
            throw PostgresError(.protocolViolation, "the row of a person is not there after it was written")
        }
        var run = task.bot.engine.run(
            task.event, id: task.envelope.id, lane: task.envelope.lane, state: state ?? ConversationState(), common: common, user: user)
        switch run.advance() {
        case .finished(let outcome): return outcome
        case .needs(let request):
            try await flushUserChanges()
            return try await finish(run, answering: request, for: task)
        }
    }

    private func finish(_ paused: Run, answering request: RecordRequest, for task: DialogTask) async throws -> Outcome {
        let store = PostgresRecordStore(task.bot.tables, in: transaction)
        do {
            return try await transaction.savepoint {
                var run = paused
                run.answer(try await store.perform(request))
                let outcome = try await run.finish(with: store)
                if outcome.failure != nil { throw Undone(outcome: outcome) }
                return outcome
            }
        } catch let undone as Undone {
            return undone.outcome
        }
    }

    private struct Undone: Error { var outcome: Outcome }

    private mutating func change(_ changes: [ColumnValue], of task: DialogTask) {
        guard !changes.isEmpty, let key = task.user, let row = users[task.event.bot]?[key] else { return }
        users[task.event.bot]?[key] = task.bot.tables.applying(changes, to: row)
        for change in changes { userChanges[task.event.bot, default: [:]][row.id, default: [:]][change.column] = change.value }
    }

    private mutating func report(_ outcome: Outcome, _ effects: [Effect], of task: DialogTask) {
        var metadata: Logger.Metadata = [
            "bot": "\(task.event.bot)", "message_id": "\(task.envelope.id)", "trigger": "\(outcome.trigger)",
            "commands": "\(outcome.commands.count)", "events": "\(effects.count - outcome.commands.count)",
        ]
        observer?(task.event, outcome)
        if outcome.effort >= SlowBots.threshold || outcome.failure?.code == .limit { slow.insert(task.event.bot) }
        for complaint in outcome.complaints {
            logger.warning("a row's timer can't be set", metadata: metadata.merging(["error": "\(complaint)"]) { $1 })
            MetricCatalogue.dialogFailures.counter([("bot", task.event.bot.rawValue), ("error.type", complaint.code.description)])
                .increment()
        }
        for notice in outcome.notices {
            logger.notice("\(notice)", metadata: ["bot": "\(task.event.bot)", "message_id": "\(task.envelope.id)"])
        }
        if let failure = outcome.failure {
            metadata["error"] = "\(failure)"
            logger.warning("the definition failed", metadata: metadata)
            MetricCatalogue.dialogFailures.counter([("bot", task.event.bot.rawValue), ("error.type", failure.code.description)]).increment()
        } else {
            logger.info("handled", metadata: metadata)
        }
    }

    // MARK: Saving

    /// Rows that are about to be read must show what earlier events of this batch changed.
    private mutating func flushUserChanges() async throws {
        let queries = userUpdates()
        userChanges = [:]
        if !queries.isEmpty { try await transaction.pipeline(queries) }
    }

    private func userUpdates() -> [PostgresQuery] {
        userChanges.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { bot, changes in
            tasks.first { $0.event.bot == bot }?.bot.tables.updateUsers(changes) ?? []
        }
    }

    private func save() throws {
        for query in userUpdates() { try transaction.atCommit(query) }
        let begun = newStates.filter { states[$0.key] == nil }.map { ($0.key, $0.value) }
        let continued = newStates.filter { states[$0.key] != nil }.map { ($0.key, $0.value) }
        if !begun.isEmpty { try transaction.atCommit(ConversationTable.insert(begun).named("insert conversations")) }
        if !continued.isEmpty { try transaction.atCommit(ConversationTable.update(continued).named("update conversations")) }
        if !entries.isEmpty { try transaction.atCommit(handled.insert(entries).named("insert handled")) }
    }
}
