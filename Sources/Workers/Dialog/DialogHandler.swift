package import BotEngine
import BotLanguage
import BotStore
package import Bus
package import Contracts
import JSON
package import Logging
import Metrics
package import Postgres
import Runtime
import Synchronization
package import WorkerKit
package import WorkerStore

/// Runs bot definitions: events of many conversations in, their effects out, one transaction for a whole batch.
package final class DialogHandler: DeliveryHandler {
    package typealias Bot = DefinitionLibrary.Bot

    let pool: PostgresPool
    let handled: HandledTable
    let logger: Logger
    package let library: DefinitionLibrary
    /// Is told how each event went; nil: nobody is.
    private let observer: Observer?
    private let slow = Mutex(SlowBots())
    /// Messages whose effects are with the broker, to be marked with the next batch.
    private let dispatched = Mutex<[EnvelopeID]>([])

    package typealias Observer = @Sendable (Event, Outcome) -> Void

    package init(library: DefinitionLibrary, pool: PostgresPool, handled: HandledTable, logger: Logger, observer: Observer? = nil) {
        self.library = library
        self.observer = observer
        self.pool = pool
        self.handled = handled
        self.logger = logger
    }

    /// For bots whose versions never change.
    package convenience init(
        bots: [BotName: Bot], pool: PostgresPool, handled: HandledTable, logger: Logger, observer: Observer? = nil
    ) {
        self.init(library: DefinitionLibrary(fixed: bots, logger: logger), pool: pool, handled: handled, logger: logger, observer: observer)
    }

    /// Every bot that can run here.
    var running: [(name: BotName, bot: Bot)] { library.running }

    /// The worker's own tables.
    package static let migrations = [
        HandledTable.migration, ConversationTable.migration, LiveTable.migration, TimerTable.migration, PollTable.migration,
    ]

    package func handle(_ batch: [BusDelivery]) async throws -> [DeliveryOutcome] { try await handle(batch, isApart: false) }

    package func handleApart(_ delivery: BusDelivery) async throws -> DeliveryOutcome {
        try await handle([delivery], isApart: true).first ?? .reject
    }

    /// - Parameter isApart: nobody waits for it: slow bots have their turn.
    private func handle(_ batch: [BusDelivery], isApart: Bool) async throws -> [DeliveryOutcome] {
        var outcomes = [DeliveryOutcome?](repeating: nil, count: batch.count)
        // Each round with other versions than the one before: whoever publishes many times a second must wait.
        for _ in 0..<Self.maximumRounds {
            do {
                try await handle(batch, &outcomes, isApart)
                return outcomes.map { $0 ?? .effects([]) }
            } catch let stale as StaleVersions {
                try await library.take(over: stale.current, of: Array(stale.current.keys))
            }
        }
        throw PostgresError(.misuse, "versions change faster than events can be handled")
    }

    private static let maximumRounds = 20

    /// Handles what has no outcome yet.
    ///
    /// - Throws: ``StaleVersions`` when somebody has published since.
    private func handle(_ batch: [BusDelivery], _ outcomes: inout [DeliveryOutcome?], _ isApart: Bool) async throws {
        let slow = isApart ? SlowBots() : slow.withLock { $0 }
        let now = ContinuousClock.now
        var idle: [(index: Int, bot: BotName, outcome: DeliveryOutcome)] = []
        var independent: [DialogTask] = []
        var ordered: [BotName: [DialogTask]] = [:]
        for (index, delivery) in batch.enumerated() where outcomes[index] == nil {
            switch read(delivery) {
            case .unreadable: outcomes[index] = .reject
            case .disabled(let bot): idle.append((index, bot, .reject))
            case .nothing(let bot): idle.append((index, bot, .effects([])))
            case .task(let task) where slow.contains(task.event.bot, at: now): outcomes[index] = .later
            case .task(var task):
                task.index = index
                task.span = Tracing.begin("process dialog", .consumer, belowHeader: delivery.envelope.traceparent)
                task.describeSpan(batch.count)
                if task.bot.engine.definition.sharesRows {
                    ordered[task.event.bot, default: []].append(task)
                } else {
                    independent.append(task)
                }
            }
        }
        // A bot whose handlers share rows has one transaction at a time, whatever process it is in; a bot of its own, so that
        // none waits for another. Nothing is shared by those who count their own messages.
        let groups = ordered.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
        for tasks in [independent] + groups where !tasks.isEmpty {
            let handled = try await handle(tasks, isApart)
            for task in tasks { outcomes[task.index] = .later }
            for (index, effects) in handled { outcomes[index] = .effects(effects) }
        }
        try await checkVersions(Set(idle.map(\.bot)).subtracting(independent.map(\.event.bot)).subtracting(ordered.keys))
        for (index, bot, outcome) in idle {
            if case .reject = outcome {
                logger.error(
                    "this bot can't run here, to the dead letters",
                    metadata: ["bot": "\(bot)", "message_id": "\(batch[index].envelope.id)"])
            }
            outcomes[index] = outcome
        }
    }

    private func handle(_ tasks: [DialogTask], _ isApart: Bool) async throws -> [(Int, [BusMessage])] {
        do { return try await transact(tasks, isApart) } catch let error as PostgresError where error.persistence == .permanent {
            // Tables that have changed under an old version refuse its statements before anybody can tell that it is old.
            try await checkVersions(Set(tasks.map(\.event.bot)))
            throw error
        }
    }

    /// - Throws: ``StaleVersions``.
    private func checkVersions(_ bots: Set<BotName>) async throws {
        let known = bots.filter(library.isKnown)
        guard !known.isEmpty, let registry = library.registry else { return }
        let current = try await registry.current(of: Array(known))
        if current.contains(where: { library.version(of: $0.key) != $0.value }) { throw StaleVersions(current: current) }
    }

    private enum Reading {
        case task(DialogTask)
        /// Concerns no conversation.
        case nothing(BotName)
        /// The bot can't run, or not here.
        case disabled(BotName)
        case unreadable
    }

    private func read(_ delivery: BusDelivery) -> Reading {
        do throws(JSONError) {
            let event = try Event(jsonBytes: delivery.body)
            guard let bot = library.bot(event.bot) else { return .disabled(event.bot) }
            guard bot.engine.concerns(event) else { return .nothing(event.bot) }
            return .task(DialogTask(index: 0, envelope: delivery.envelope, event: event, bot: bot))
        } catch {
            logger.error("unreadable event, to the dead letters", metadata: ["message_id": "\(delivery.envelope.id)", "error": "\(error)"])
            return .unreadable
        }
    }

    // MARK: The transaction

    private func transact(_ tasks: [DialogTask], _ isApart: Bool) async throws -> [(Int, [BusMessage])] {
        let marks = dispatched.withLock { ids in
            defer { ids = [] }
            return ids
        }
        let transactions =
            Tracing.isOn ? tasks.map { Tracing.begin("transaction handle", .client, below: $0.span?.context) } : []
        do {
            let effects = try await pool.transaction("handle", isolation: .readCommitted) { [self, handled, logger, observer, library] transaction in
                var run = DialogTransaction(tasks: tasks, transaction: transaction, handled: handled, logger: logger)
                run.observer = observer
                run.checksVersions = library.registry != nil
                run.isPatient = isApart
                let effects = try await run.perform()
                let burnt = run.slow
                if !burnt.isEmpty { slow.withLock { slow in for bot in burnt { slow.note(bot, at: .now) } } }
                if !marks.isEmpty { try transaction.atCommit(handled.markDispatched(marks)) }
                return effects
            }
            ended(tasks, transactions)
            return effects
        } catch {
            ended(tasks, transactions, error: (error as? PostgresError)?.sqlState ?? "_OTHER")
            dispatched.withLock { $0 += marks }
            throw error
        }
    }

    private let durations = MetricCatalogue.pipelineDuration.tracedTimer([("stage", "handled")])

    private func ended(_ tasks: [DialogTask], _ transactions: [Span?], error: String? = nil) {
        let end = Tracing.now
        for (index, task) in tasks.enumerated() {
            if error == nil, let origin = task.envelope.origin {
                durations.record(
                    nanoseconds: max(0, end - origin.milliseconds * 1_000_000),
                    of: task.span?.context ?? task.envelope.traceparent.flatMap { TraceParent($0) })
            }
            if transactions.indices.contains(index), var transaction = transactions[index] {
                transaction.attributes = [
                    ("db.system.name", "postgresql"), ("db.operation.name", "handle"),
                    ("db.operation.batch.size", .number(Int64(tasks.count))),
                ]
                transaction.finish(error: error, at: end)
            }
            task.span?.finish(error: error, at: end)
        }
    }

    package func isTransient(_ error: any Error) -> Bool { (error as? PostgresError)?.persistence == .transient }

    package func didDispatch(_ delivery: BusDelivery) { dispatched.withLock { $0.append(delivery.envelope.id) } }

    /// What has been dispatched and waits to be marked.
    func takeDispatched() -> [EnvelopeID] {
        dispatched.withLock { ids in
            defer { ids = [] }
            return ids
        }
    }
}

/// One event and what is needed to handle it.
struct DialogTask: Sendable {
    /// Its place in the batch.
    var index: Int
    var envelope: Envelope
    var event: Event
    var bot: DialogHandler.Bot
    /// Nil while no spans are recorded.
    var span: Span?

    mutating func describeSpan(_ batch: Int) {
        span?.attributes = [
            ("messaging.system", "rabbitmq"), ("messaging.operation.name", "process"), ("messaging.operation.type", "process"),
            ("messaging.destination.name", .text(Topology.dialog)), ("messaging.message.id", .text(envelope.id.rawValue)),
            ("messaging.message.conversation_id", .text(envelope.correlation.rawValue)),
            ("messaging.batch.message_count", .number(Int64(batch))), ("switchboard.bot", .text(event.bot.rawValue)),
            ("switchboard.event.kind", .text(event.kind)),
        ]
    }

    /// A button under a message of no known chat still has its answer, in a conversation of its own. What is nobody's in
    /// particular is its chat's. Nil for what belongs to neither.
    var conversation: ConversationKey? {
        guard let person = event.person else { return event.chat.map { ConversationKey(bot: event.bot, chat: $0.id, person: "") } }
        return ConversationKey(bot: event.bot, chat: event.chat?.id ?? "", person: person.id)
    }
    /// The chat's own conversation, beside the person's. Events of a chat are handled one after another, so it is always
    /// only one of them that has it.
    var common: ConversationKey? {
        guard bot.engine.concernsChat(event), let chat = event.chat else { return nil }
        return ConversationKey(bot: event.bot, chat: chat.id, person: "")
    }
    var user: UserKey? { event.person.map { UserKey(platform: event.platform, person: $0.id) } }
}
