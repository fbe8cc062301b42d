import Logging
import Postgres
import Runtime
import ServiceLifecycle

/// The pool of connections as a service that reports its health.
struct DatabaseService: Service {
    let pool: PostgresPool
    private let health: HealthCheck

    init(_ settings: SchedulerSettings, health: HealthCheck, logger: Logger) throws {
        var configuration = try PostgresConfiguration(settings.postgres.reveal())
        configuration.maximumConnections = settings.connections
        pool = try PostgresPool(configuration, logger: logger)
        self.health = health
    }

    /// Outlives the graceful shutdown of what uses it: services are stopped from the last to the first.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watch() }
            await withGracefulShutdownHandler {
                await pool.run()
            } onGracefulShutdown: {
                pool.close()
            }
            group.cancelAll()
        }
    }

    private func watch() async {
        repeat {
            if pool.status.isHealthy { health.up() } else { health.down("no connection to the database") }
        } while (try? await Task.sleep(for: .milliseconds(500))) != nil
    }
}
