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
        let registry = DefinitionRegistry(pool: database.pool)
        let library = DefinitionLibrary(
            registry: registry,
            bots: Dictionary(settings.bots.compactMap { bot in BotName(bot.name).map { ($0, bot.username) } }) { first, _ in first },
            logger: logger,
            configure: { [redactor = process.redactor] name, definition in
                settings.bots.first { $0.name == name.rawValue }.flatMap { config(of: $0, definition, redactor, logger) }
            })
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
                handler: handler, definitions: FolderPublisher(folders: folders, registry: registry, library: library, logger: logger),
                publishes: settings.publishes, watches: settings.watches, pool: database.pool, consumers: consumers, publisher: bus,
                settings: worker, logger: logger),
        ]
    }

    /// What the bot's owner has set; nil, and told in the log, when the bot can't run with that.
    private static func config(
        of bot: DialogSettings.Bot, _ definition: Definition, _ redactor: Redactor, _ logger: Logger
    ) -> BotConfig? {
        do throws(ConfigError) {
            let config = try BotConfig(definition, variable: bot.config.variable) { name in
                switch bot.config.text(name) {
                case .text(let text): .text(text)
                case .list(let parts): .list(parts)
                case nil: nil
                }
            }
            for secret in config.secrets { redactor.register(Secret(secret)) }
            return config
        } catch {
            for problem in error.problems { logger.error("a setting is wrong", metadata: ["bot": "\(bot.name)", "error": "\(problem)"]) }
            logger.error("this bot can't run", metadata: ["bot": "\(bot.name)", "definition": "\(bot.definition)"])
            return nil
        }
    }
}
