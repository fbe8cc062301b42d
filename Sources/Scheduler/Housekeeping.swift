package import Contracts
package import Logging
import Metrics
package import Postgres
import Runtime
import Schedules
import ServiceLifecycle

/// What has to be done now and then: counts timers, forgets what is over.
package struct Housekeeping: Service {
    private let pool: PostgresPool
    private let tables: TimerTables
    private let overdueAfter: Duration
    private let interval: Duration
    private let logger: Logger
    private let pending = MetricCatalogue.schedulerPending.meter()
    private let overdue = MetricCatalogue.schedulerOverdue.meter()

    package init(pool: PostgresPool, tables: TimerTables, overdueAfter: Duration, interval: Duration, logger: Logger) {
        self.pool = pool
        self.tables = tables
        self.overdueAfter = overdueAfter
        self.interval = interval
        self.logger = logger
    }

    package func run() async {
        await cancelWhenGracefulShutdown {
            repeat { await round(at: .now) } while (try? await Task.sleep(for: interval, tolerance: interval / 4)) != nil
        }
    }

    /// Everything that there is to do now.
    package func round(at now: Timestamp) async {
        await attempt("count timers") {
            let counts = try await pool.query(tables.count(overdueBefore: now - overdueAfter).named("count timers")).decodeOne(
                (Int64, Int64).self)
            pending.set(counts.0)
            overdue.set(counts.1)
        }
        for table in TimerTables.Forgetful.allCases {
            await attempt("forget \(table.rawValue)") { try await forget(table, at: now) }
        }
    }

    /// Small steps, so that nobody waits for one, but as many as it takes.
    private func forget(_ table: TimerTables.Forgetful, at now: Timestamp) async throws {
        var isMore = true
        while isMore {
            let oldest = try await pool.query(tables.oldest(2000, of: table).named("forget")).decodeOptional(PostgresTimestamp.self)
            let bound = min(oldest ?? PostgresTimestamp(now), PostgresTimestamp(now))
            isMore = bound < PostgresTimestamp(now)
            try await pool.query(tables.forget(upTo: bound, of: table).named("forget"))
            try Task.checkCancellation()
        }
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do { try await body() } catch {
            if !Task.isCancelled { logger.warning("can't \(what)", metadata: ["error": "\(error)"]) }
        }
    }
}
