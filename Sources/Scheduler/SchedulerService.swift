import Contracts
package import Logging
package import Postgres
package import RabbitBus
import ServiceLifecycle
import WorkerKit

/// The scheduler, over a database and a broker: takes requests, fires timers, keeps house, as soon as its tables are there.
package struct SchedulerService: Service {
    let settings: SchedulerSettings
    let pool: PostgresPool
    let tables: TimerTables
    let bus: RabbitBus
    let logger: Logger

    package init(settings: SchedulerSettings, pool: PostgresPool, tables: TimerTables, bus: RabbitBus, logger: Logger) {
        self.settings = settings
        self.pool = pool
        self.tables = tables
        self.bus = bus
        self.logger = logger
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown { try await prepare() }
        guard !Task.isShuttingDownGracefully else { return }
        let clock = FiringClock(settings.firing.rhythm)
        let firing = TimerFiring(pool: pool, tables: tables, bus: bus, settings: settings.firing, clock: clock, logger: logger)
        let housekeeping = Housekeeping(
            pool: pool, tables: tables, overdueAfter: settings.firing.overdueAfter, interval: settings.housekeeping, logger: logger)
        let handler = TimerRequestHandler(pool: pool, tables: tables, logger: logger) { clock.announce($0) }
        var worker = Worker<TimerRequestHandler, RabbitConsumer>.Settings()
        worker.batchSize = settings.batchSize
        worker.concurrency = settings.concurrency
        let requests = Worker(
            name: Topology.scheduler,
            consumers: Lane.allCases.map { bus.consume(Topology.schedulerQueue($0), prefetch: UInt16(clamping: settings.prefetch)) },
            publisher: bus, handler: handler, settings: worker, logger: logger)
        await withDiscardingTaskGroup { group in
            group.addTask { await housekeeping.run() }
            group.addTask { await firing.run() }
            group.addTask { await requests.run() }
        }
    }

    private func prepare() async throws {
        var backoff = Backoff()
        while true {
            do {
                try await pool.waitUntilReady()
                return try await tables.create(in: pool)
            } catch let error as PostgresError where error.persistence == .transient {
                logger.warning("the database isn't ready, trying again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: backoff.next())
            }
        }
    }
}
