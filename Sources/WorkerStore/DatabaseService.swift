package import Logging
package import Postgres
package import Runtime
package import ServiceLifecycle

/// The pool of connections as a service that reports its health.
package struct DatabaseService: Service {
    package let pool: PostgresPool
    private let health: HealthCheck

    /// - Parameter connections: how many there are at most.
    package init(_ url: ConnectionURL, connections: Int, health: HealthCheck, logger: Logger) throws {
        var configuration = try PostgresConfiguration(url.reveal())
        configuration.maximumConnections = connections
        pool = try PostgresPool(configuration, logger: logger)
        self.health = health
    }

    /// Outlives the graceful shutdown of what uses it: services are stopped from the last to the first.
    package func run() async {
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
