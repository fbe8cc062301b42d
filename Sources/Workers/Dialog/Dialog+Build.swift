import BotEngine
import BotLanguage
import BotStore
import Contracts
import Logging
import Metrics
import Postgres
import RabbitBus
import Runtime
import ServiceLifecycle
import WorkerKit
import WorkerStore

extension Dialog {
    /// What the process is made of.
    static func build(_ settings: DialogSettings, process: ServiceProcess) async throws -> [any Service] {
        let logger = process.logger("dialog")
        let bus = try RabbitBus(settings.amqp, process: process.name, health: process.health.check("amqp"), logger: process.logger("amqp"))
        let database = try DatabaseService(
            settings.postgres, connections: settings.connections, health: process.health.check("postgres"),
            logger: process.logger("postgres"))
        let folders = settings.bots.compactMap { bot in
            BotName(bot.name).map { BotFolder(bot: $0, definition: bot.definition, folder: bot.folder) }
        }
        let library = DefinitionLibrary(
            registry: DefinitionRegistry(pool: database.pool),
            bots: Dictionary(settings.bots.compactMap { bot in BotName(bot.name).map { ($0, bot.username) } }) { first, _ in first },
            logger: logger)
        let handler = DialogHandler(
            library: library, pool: database.pool, handled: HandledTable(schema: ConversationTable.schema, handler: Topology.dialog),
            logger: logger)
        var worker = Worker<DialogHandler, RabbitConsumer>.Settings()
        worker.batchSize = settings.batchSize
        worker.concurrency = settings.concurrency
        let consumers = { @Sendable in
            Partition.all.map { bus.consume(Topology.dialogQueue($0), prefetch: UInt16(clamping: settings.prefetch)) }
        }
        return [
            bus, database, Housekeeping(handler: handler, publisher: bus, interval: settings.housekeeping, logger: logger),
            PreparedWorker(
                handler: handler, definitions: FolderPublisher(folders: folders, library: library, logger: logger),
                publishes: settings.publishes, watches: settings.watches, pool: database.pool, consumers: consumers, publisher: bus,
                settings: worker, logger: logger),
        ]
    }
}
