import Contracts
import Logging
package import RabbitBus
package import Runtime
package import ServiceLifecycle
import WorkerKit

/// The process of a worker: settings, logs, metrics, the broker, and an orderly end, around its handlers.
///
/// ```swift
/// @main
/// struct Probe {
///     static func main() async {
///         await OperationProcess.run("probe") { _ in ProbeOperations().handlers }
///     }
/// }
/// ```
package enum OperationProcess {
    /// - Parameters:
    ///   - worker: its name in the contracts, of the queues and of the executable: `switchboard-<worker>`.
    ///   - handlers: of all operations that the catalogue gives this worker.
    package static func run(
        _ worker: String, _ handlers: @escaping @Sendable (ServiceProcess) async throws -> [OperationHandler]
    ) async -> Never {
        await run(worker, settings: NoSettings.self) { process, _ in Parts(handlers: try await handlers(process)) }
    }

    /// The same with settings of its own, and services that run beside it, such as a database.
    package static func run<Group: SettingsGroup>(
        _ worker: String, settings: Group.Type, _ parts: @escaping @Sendable (ServiceProcess, Group) async throws -> Parts
    ) async -> Never {
        await ServiceProcess.run(worker, settings: SettingsPair<OperationSettings, Group>.self) { process, settings in
            let parts = try await parts(process, settings.second)
            try check(parts.handlers, of: worker)
            let logger = process.logger(worker)
            let bus = try RabbitBus(
                settings.first.amqp, process: process.name, health: process.health.check("amqp"), logger: process.logger("amqp"))
            let concurrency = settings.first.concurrency
            let consumers = Lane.allCases.map { lane in
                bus.consume(Topology.workerQueue(worker, lane), prefetch: UInt16(clamping: prefetch(lane, concurrency)))
            }
            return [bus] + parts.services + [
                Worker(
                    name: worker, consumers: consumers, publisher: bus,
                    handler: OperationWorker(parts.handlers, publisher: bus, logger: logger),
                    settings: OperationWorker.settings(concurrency: concurrency), logger: logger)
            ]
        }
    }

    package struct Parts: Sendable {
        package var handlers: [OperationHandler]
        /// Started before it and stopped after it.
        package var services: [any Service]

        package init(handlers: [OperationHandler], services: [any Service] = []) {
            self.handlers = handlers
            self.services = services
        }
    }

    /// What is in hand is taken in turn, so what nobody waits for may take a part of the places only.
    static func prefetch(_ lane: Lane, _ concurrency: Int) -> Int {
        switch lane {
        case .interactive: concurrency
        case .normal: max(1, concurrency / 2)
        case .bulk: max(1, concurrency / 4)
        }
    }

    /// An operation that the catalogue promises must not wait for ever in a queue.
    package static func check(_ handlers: [OperationHandler], of worker: String) throws(RuntimeError) {
        let promised = OperationCatalogue.standard.contracts(of: worker)
        guard Set(handlers.map(\.contract)) == Set(promised), handlers.count == promised.count else {
            let names = (handlers.map(\.contract.operation.name), promised.map(\.operation.name))
            throw RuntimeError(.settings, "the worker \(worker) does \(names.0), and the catalogue promises \(names.1)")
        }
    }
}

/// Of every worker.
package struct OperationSettings: SettingsGroup {
    package let amqp: AMQPSettings
    package let concurrency: Int

    package init(_ settings: SettingsReader) {
        amqp = settings.group()
        concurrency = settings.value("worker.concurrency", .integer(1...1000), default: 16, "Operations in hand at one time.")
    }
}

/// Of a worker without settings of its own.
package struct NoSettings: SettingsGroup {
    package init(_ settings: SettingsReader) {}
}
