import BotStore
import Bus
import Logging
import Postgres
import RabbitBus
import Runtime
import ServiceLifecycle
import WorkerKit
import WorkerStore

/// The worker, which begins to consume when the database has everything that it needs.
struct PreparedWorker: Service {
    let handler: DialogHandler
    let definitions: FolderPublisher
    /// Whether what is new in the folders is published at the start.
    let publishes: Bool
    /// Whether what is saved in them is published at once.
    let watches: Bool
    let pool: PostgresPool
    let consumers: @Sendable () -> [RabbitConsumer]
    let publisher: any BusPublisher
    let settings: Worker<DialogHandler, RabbitConsumer>.Settings
    let logger: Logger

    func run() async throws {
        let stamps = definitions.stamps
        try await cancelWhenGracefulShutdown { try await prepare() }
        guard !Task.isShuttingDownGracefully else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await handler.publishMenusAndTimers(publisher) }
            if watches { group.addTask { await definitions.watch(every: .seconds(1), since: stamps) } }
            await Worker(name: "dialog", consumers: consumers(), publisher: publisher, handler: handler, settings: settings, logger: logger)
                .run()
            group.cancelAll()
        }
    }

    private func prepare() async throws {
        var backoff = Backoff()
        while true {
            do {
                try await pool.waitUntilReady()
                try await PostgresMigrations(schema: ConversationTable.schema, DialogHandler.migrations).apply(to: pool)
                try await definitions.start(publishes: publishes, unless: watches ? .current : .anything)
                return
            } catch let error as PostgresError where error.persistence == .transient {
                logger.warning("the database isn't ready, trying again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: backoff.next())
            }
        }
    }
}
