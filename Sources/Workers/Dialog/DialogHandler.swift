package import BotEngine
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
    /// Bots whose tables couldn't be made.
    private let disabled = Mutex<Set<BotName>>([])
    /// Messages whose effects are with the broker, to be marked with the next batch.
    private let dispatched = Mutex<[EnvelopeID]>([])

    package init(bots: [BotName: Bot], pool: PostgresPool, handled: HandledTable, logger: Logger) {
        self.bots = bots
        self.pool = pool
        self.handled = handled
        self.logger = logger
    }

    /// Of every bot that runs here.
    var tables: [BotTables] { bots.values.map(\.tables) }

    /// Its events go to the dead letters from now on, from where they can be replayed.
    func disable(_ bot: BotName) { disabled.withLock { _ = $0.insert(bot) } }

    package func handle(_ batch: [BusDelivery]) async throws -> [DeliveryOutcome] {
        var outcomes = [DeliveryOutcome](repeating: .effects([]), count: batch.count)
        var readOnlyUsers: [DialogTask] = []
        var withRows: [DialogTask] = []
        for (index, delivery) in batch.enumerated() {
            switch read(delivery) {
            case .reject: outcomes[index] = .reject
            case .nothing: continue
            case .task(var task):
                task.index = index
                if task.bot.tables.hasCollections { withRows.append(task) } else { readOnlyUsers.append(task) }
            }
        }
        // Handlers that read rows must see them as if they ran one after another; counting one's own messages needn't.
        for (tasks, isolation) in [(readOnlyUsers, PostgresIsolation.readCommitted), (withRows, .serializable)] where !tasks.isEmpty {
            for (index, effects) in try await transact(tasks, isolation) { outcomes[index] = .effects(effects) }
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
            guard bot.engine.concerns(event), let person = event.person else { return .nothing }
            return .task(DialogTask(index: 0, envelope: delivery.envelope, event: event, bot: bot, person: person))
        } catch {
            logger.error("unreadable event, to the dead letters", metadata: ["message_id": "\(delivery.envelope.id)", "error": "\(error)"])
            return .reject
        }
    }

    // MARK: The transaction

    private func transact(_ tasks: [DialogTask], _ isolation: PostgresIsolation) async throws -> [(Int, [BusMessage])] {
        let marks = dispatched.withLock { ids in
            defer { ids = [] }
            return ids
        }
        do {
            return try await pool.transaction("handle", isolation: isolation) { [handled, logger] transaction in
                var run = DialogTransaction(tasks: tasks, transaction: transaction, handled: handled, logger: logger)
                let effects = try await run.perform()
                if !marks.isEmpty { try transaction.atCommit(handled.markDispatched(marks)) }
                return effects
            }
        } catch {
            dispatched.withLock { $0 += marks }
            throw error
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
    var person: Person

    /// A button under a message of no known chat still has its answer, in a conversation of its own.
    var conversation: ConversationKey { ConversationKey(bot: event.bot, chat: event.chat?.id ?? "", person: person.id) }
    var user: UserKey { UserKey(platform: event.platform, person: person.id) }
}
