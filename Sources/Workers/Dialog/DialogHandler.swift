package import BotEngine
import BotLanguage
package import BotStore
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
    /// A bot that runs here.
    package struct Bot: Sendable {
        package var engine: BotEngine
        package var tables: BotTables

        package init(engine: BotEngine, tables: BotTables) {
            self.engine = engine
            self.tables = tables
        }
    }

    let pool: PostgresPool
    let handled: HandledTable
    let logger: Logger
    private let bots: [BotName: Bot]
    /// Is told how each event went; nil: nobody is.
    private let observer: Observer?
    /// Bots whose tables couldn't be made.
    private let disabled = Mutex<Set<BotName>>([])
    /// Messages whose effects are with the broker, to be marked with the next batch.
    private let dispatched = Mutex<[EnvelopeID]>([])

    package typealias Observer = @Sendable (Event, Outcome) -> Void

    package init(bots: [BotName: Bot], pool: PostgresPool, handled: HandledTable, logger: Logger, observer: Observer? = nil) {
        self.bots = bots
        self.observer = observer
        self.pool = pool
        self.handled = handled
        self.logger = logger
    }

    /// The worker's own tables.
    package static let migrations = [HandledTable.migration, ConversationTable.migration, LiveTable.migration, TimerTable.migration]

    /// Of every bot that runs here.
    var tables: [BotTables] { bots.values.map(\.tables) }

    /// Of every bot that can run here, its menu of commands; by name.
    var describedCommands: [(bot: BotName, menu: [MenuCommand])] {
        let disabled = disabled.withLock { $0 }
        return bots.filter { !disabled.contains($0.key) }.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { ($0.key, $0.value.engine.definition.menu) }
    }

    /// Every bot that can run here.
    var running: [(name: BotName, bot: Bot)] {
        let disabled = disabled.withLock { $0 }
        return bots.filter { !disabled.contains($0.key) }.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) }
    }

    /// Its events go to the dead letters from now on, from where they can be replayed.
    func disable(_ bot: BotName) { disabled.withLock { _ = $0.insert(bot) } }

    package func handle(_ batch: [BusDelivery]) async throws -> [DeliveryOutcome] {
        var outcomes = [DeliveryOutcome](repeating: .effects([]), count: batch.count)
        var independent: [DialogTask] = []
        var ordered: [BotName: [DialogTask]] = [:]
        for (index, delivery) in batch.enumerated() {
            switch read(delivery) {
            case .reject: outcomes[index] = .reject
            case .nothing: continue
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
            for (index, effects) in try await transact(tasks) { outcomes[index] = .effects(effects) }
        }
        return outcomes
    }

    private enum Reading {
        case task(DialogTask)
        /// Concerns no conversation.
        case nothing
        case reject
    }

    private func read(_ delivery: BusDelivery) -> Reading {
        do throws(JSONError) {
            let event = try Event(jsonBytes: delivery.body)
            guard let bot = bots[event.bot], !disabled.withLock({ $0.contains(event.bot) }) else {
                logger.error(
                    "this bot can't run here, to the dead letters",
                    metadata: ["bot": "\(event.bot)", "message_id": "\(delivery.envelope.id)"])
                return .reject
            }
            guard bot.engine.concerns(event) else { return .nothing }
            return .task(DialogTask(index: 0, envelope: delivery.envelope, event: event, bot: bot))
        } catch {
            logger.error("unreadable event, to the dead letters", metadata: ["message_id": "\(delivery.envelope.id)", "error": "\(error)"])
            return .reject
        }
    }

    // MARK: The transaction

    private func transact(_ tasks: [DialogTask]) async throws -> [(Int, [BusMessage])] {
        let marks = dispatched.withLock { ids in
            defer { ids = [] }
            return ids
        }
        let transactions =
            Tracing.isOn ? tasks.map { Tracing.begin("transaction handle", .client, below: $0.span?.context) } : []
        do {
            let effects = try await pool.transaction("handle", isolation: .readCommitted) { [handled, logger, observer] transaction in
                var run = DialogTransaction(tasks: tasks, transaction: transaction, handled: handled, logger: logger)
                run.observer = observer
                let effects = try await run.perform()
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

    /// A button under a message of no known chat still has its answer, in a conversation of its own. Nil for what belongs to
    /// nobody.
    var conversation: ConversationKey? {
        event.person.map { ConversationKey(bot: event.bot, chat: event.chat?.id ?? "", person: $0.id) }
    }
    var user: UserKey? { event.person.map { UserKey(platform: event.platform, person: $0.id) } }
}
