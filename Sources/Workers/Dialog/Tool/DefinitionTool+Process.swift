import BotStore
import FoundationEssentials
import Logging
import Postgres
import Runtime

/// All that ``DefinitionTool`` must be told; the same as the worker.
private struct DefinitionToolSettings: SettingsGroup {
    let postgres: ConnectionURL

    init(_ settings: SettingsReader) {
        postgres = settings.required(
            "postgres.url", .url(schemes: ["postgres", "postgresql"], example: "postgresql://user:password@localhost:5432/switchboard"),
            "The database.")
    }
}

extension DefinitionTool {
    /// With a connection of its own.
    ///
    /// - Returns: the exit status.
    func runAlone() async -> Int32 {
        let settings: DefinitionToolSettings
        do { settings = try Settings<DefinitionToolSettings>.read(from: .process(environment: ProcessInfo.processInfo.environment)).values } catch {
            StandardError.print("switchboard-dialog: \(error)")
            return Status.configuration
        }
        do {
            var configuration = try PostgresConfiguration(settings.postgres.reveal())
            configuration.maximumConnections = 2
            let pool = try PostgresPool(configuration, logger: Logger(label: "tool", factory: { _ in SwiftLogNoOpLogHandler() }))
            let running = Task { await pool.run() }
            let status = await run(pool)
            pool.close()
            await running.value
            return status
        } catch {
            StandardError.print("switchboard-dialog: \(error)")
            return Status.configuration
        }
    }

    private func run(_ pool: PostgresPool) async -> Int32 {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pool.waitUntilReady() }
                group.addTask {
                    try await Task.sleep(for: .seconds(10))
                    throw PostgresError(.connection, "the database doesn't answer")
                }
                try await group.next()
                group.cancelAll()
            }
            return try await run(on: DefinitionRegistry(pool: pool)) { print($0) }
        } catch let error as PostgresError {
            StandardError.print("switchboard-dialog: \(error)")
            return error.persistence == .transient ? Status.unavailable : Status.refused
        } catch {
            StandardError.print("switchboard-dialog: \(error)")
            return Status.refused
        }
    }
}
