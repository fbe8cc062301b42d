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
            bots: load(settings.bots, logger: logger), pool: database.pool,
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
    private static func load(_ bots: [DialogSettings.Bot], logger: Logger) -> [BotName: DialogHandler.Bot] {
        var loaded: [BotName: DialogHandler.Bot] = [:]
        for bot in bots {
            guard let name = BotName(bot.name) else { continue }
            let up = MetricCatalogue.definitionUp.meter([("bot", bot.name)])
            do throws(DefinitionError) {
                let definition = try Definition(file: bot.definition, assets: bot.folder)
                loaded[name] = DialogHandler.Bot(
                    engine: BotEngine(definition, username: bot.username), tables: BotTables(bot: name, store: definition.store))
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
}
