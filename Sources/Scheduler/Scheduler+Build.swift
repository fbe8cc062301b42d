import Contracts
import Logging
import Postgres
import RabbitBus
import Runtime
import ServiceLifecycle
import WorkerKit
import WorkerStore

extension Scheduler {
    /// What the process is made of.
    static func build(_ settings: SchedulerSettings, process: ServiceProcess) throws -> [any Service] {
        let logger = process.logger("scheduler")
        let bus = try RabbitBus(settings.amqp, process: process.name, health: process.health.check("amqp"), logger: process.logger("amqp"))
        let database = try DatabaseService(
            settings.postgres, connections: settings.connections, health: process.health.check("postgres"),
            logger: process.logger("postgres"))
        return [
            bus, database,
            SchedulerService(settings: settings, pool: database.pool, tables: TimerTables(), bus: bus, logger: logger),
        ]
    }
}
