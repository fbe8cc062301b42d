import BotStore
import Bus
import Contracts
import Logging
import Metrics
import Postgres
import RabbitBus
import Runtime
import ServiceLifecycle
import WorkerKit
import WorkerStore

/// The worker, which begins to consume when the database has everything that it needs.
struct PreparedWorker: Service {
    let handler: DialogHandler
    let pool: PostgresPool
    let consumers: @Sendable () -> [RabbitConsumer]
    let publisher: any BusPublisher
    let settings: Worker<DialogHandler, RabbitConsumer>.Settings
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await prepare() }
        guard !Task.isShuttingDownGracefully else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await handler.publishMenus(publisher) }
            group.addTask { await handler.publishTimers(publisher) }
            await Worker(name: "dialog", consumers: consumers(), publisher: publisher, handler: handler, settings: settings, logger: logger)
                .run()
            group.cancelAll()
        }
    }

    /// A bot whose tables can't be made keeps no other from running.
    private func create(_ tables: BotTables) async throws {
        do { try await tables.create(in: pool) } catch let error as PostgresError where error.persistence == .permanent {
            logger.error("this bot can't run", metadata: ["bot": "\(tables.bot)", "error": "\(error)"])
            handler.disable(tables.bot)
            MetricCatalogue.definitionUp.meter([("bot", tables.bot.rawValue)]).set(0)
        }
    }

    private func prepare() async throws {
        var backoff = Backoff()
        while true {
            do {
                try await pool.waitUntilReady()
                try await PostgresMigrations(schema: ConversationTable.schema, DialogHandler.migrations).apply(to: pool)
                for tables in handler.tables { try await create(tables) }
                return
            } catch let error as PostgresError where error.persistence == .transient {
                logger.warning("the database isn't ready, trying again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: backoff.next())
            }
        }
    }
}
