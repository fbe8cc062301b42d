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
        let handler = DialogHandler(
            bots: load(settings.bots, process: process, logger: logger), pool: database.pool,
            handled: HandledTable(schema: ConversationTable.schema, handler: Topology.dialog), logger: logger)
        var worker = Worker<DialogHandler, RabbitConsumer>.Settings()
        worker.batchSize = settings.batchSize
        worker.concurrency = settings.concurrency
        let consumers = { @Sendable in
            Partition.all.map { bus.consume(Topology.dialogQueue($0), prefetch: UInt16(clamping: settings.prefetch)) }
        }
        return [
            bus, database, Housekeeping(handler: handler, publisher: bus, interval: settings.housekeeping, logger: logger),
            PreparedWorker(handler: handler, pool: database.pool, consumers: consumers, publisher: bus, settings: worker, logger: logger),
        ]
    }

    /// One broken definition keeps nobody else from running: its mistakes are reported, and its events go to the dead letters,
    /// from where they can be replayed.
    private static func load(_ bots: [DialogSettings.Bot], process: ServiceProcess, logger: Logger) -> [BotName: DialogHandler.Bot] {
        var loaded: [BotName: DialogHandler.Bot] = [:]
        for bot in bots {
            guard let name = BotName(bot.name) else { continue }
            let up = MetricCatalogue.definitionUp.meter([("bot", bot.name)])
            do throws(DefinitionError) {
                let definition = try Definition(file: bot.definition, assets: bot.folder)
                guard let config = config(of: bot, definition, process, logger) else {
                    up.set(0)
                    continue
                }
                loaded[name] = DialogHandler.Bot(
                    engine: BotEngine(definition, username: bot.username, config: config), tables: BotTables(bot: name, store: definition.store))
                up.set(1)
                if definition.bot != bot.name {
                    logger.warning(
                        "the definition is another bot's: it says 'bot: \(definition.bot)', and the settings say '\(bot.name)', which counts",
                        metadata: ["bot": "\(name)", "definition": "\(bot.definition)"])
                }
                logger.info("loaded", metadata: ["bot": "\(name)", "definition": "\(bot.definition)", "version": "\(definition.version)"])
            } catch {
                up.set(0)
                for mistake in error.diagnostics {
                    logger.error("a mistake in the definition", metadata: ["bot": "\(name)", "error": "\(mistake)"])
                }
                let count = error.diagnostics.count
                logger.error(
                    "this bot can't run",
                    metadata: [
                        "bot": "\(name)", "definition": "\(bot.definition)", "error": "\(count) \(count == 1 ? "mistake" : "mistakes")",
                    ])
            }
        }
        return loaded
    }

    /// What the bot's owner has set; nil, and told in the log, when the bot can't run with that.
    private static func config(
        of bot: DialogSettings.Bot, _ definition: Definition, _ process: ServiceProcess, _ logger: Logger
    ) -> BotConfig? {
        do throws(ConfigError) {
            let config = try BotConfig(definition, variable: bot.config.variable) { name in
                switch bot.config.text(name) {
                case .text(let text): .text(text)
                case .list(let parts): .list(parts)
                case nil: nil
                }
            }
            for secret in config.secrets { process.redactor.register(Secret(secret)) }
            return config
        } catch {
            for problem in error.problems { logger.error("a setting is wrong", metadata: ["bot": "\(bot.name)", "error": "\(problem)"]) }
            logger.error("this bot can't run", metadata: ["bot": "\(bot.name)", "definition": "\(bot.definition)"])
            return nil
        }
    }
}
