package import AMQP
import AMQPEnvelope
package import Bus
package import Contracts
package import Logging
package import Runtime
import ServiceLifecycle
import Synchronization

/// The broker, over two connections: one publishes, one consumes, so that a broker short of memory, which stops reading
/// from publishers, can still be acknowledged to.
package final class RabbitBus: Service {
    private let publishing: AMQPConnection
    private let consuming: AMQPConnection
    private let process: String
    private let health: HealthCheck?
    private let logger: Logger
    /// Held from looking at the connections until the health is told: an older look must not be the last word.
    private let reporting = Mutex(())

    /// - Parameter health: up while both connections are.
    package init(_ settings: AMQPSettings, process: String, health: HealthCheck? = nil, logger: Logger) throws(AMQPError) {
        var configuration = try AMQPConfiguration(url: settings.url.reveal(), connectionName: "\(process) publishing")
        publishing = AMQPConnection(configuration: configuration, topology: .contracts, logger: logger)
        configuration.connectionName = "\(process) consuming"
        consuming = AMQPConnection(configuration: configuration, topology: .contracts, logger: logger)
        self.process = process
        self.health = health
        self.logger = logger
    }

    /// Until a graceful shutdown, which it outlives by the others' draining when it is started first and so stopped last.
    package func run() async {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.watch() }
                group.addTask { await self.publishing.run() }
                group.addTask { await self.consuming.run() }
            }
        } onGracefulShutdown: {
            Task {
                await self.consuming.close()
                await self.publishing.close()
            }
        }
    }

    private func watch() async {
        await withDiscardingTaskGroup { group in
            for connection in [publishing, consuming] {
                group.addTask {
                    for await _ in connection.states { self.report() }
                }
                group.addTask {
                    for await _ in connection.failures { self.report() }
                }
            }
        }
    }

    private func report() {
        reporting.withLock { _ in
            switch (publishing.state, consuming.state) {
            case (.ready, .ready): health?.up()
            // On purpose, at the end of the process.
            case (.closed, _), (_, .closed): break
            case (.blocked(let reason), .ready): health?.down("the broker takes no messages for now: \(reason)")
            default:
                let failure = publishing.failure ?? consuming.failure
                health?.down(failure.map { "no connection to the broker: \($0)" } ?? "no connection to the broker")
            }
        }
    }

    // MARK: Consuming

    /// - Parameter prefetch: deliveries that may be in hand.
    package func consume(_ queue: Topology.Queue, prefetch: UInt16) -> RabbitConsumer {
        // A command may wait for its chat's turn, and an event for the database, longer than the broker's default of 30 minutes.
        let patience = AMQPTable([AMQPTable.Entry("x-consumer-timeout", .int(24 * 3_600_000))])
        return RabbitConsumer(
            consuming.consume(AMQPSubscription(queue: queue.name, prefetch: prefetch, arguments: patience)), worker: process, logger: logger
        )
    }
}

extension RabbitBus: BusPublisher {
    package func publish(_ messages: [BusMessage]) async throws(BusError) {
        let spans = PublishSpans(messages)
        let outcomes = await publishing.publish(
            messages.enumerated().map { EnvelopeCoding.message($1, from: process, traceparent: spans.context($0)?.description) })
        spans.finish(outcomes)
        for outcome in outcomes {
            switch outcome {
            case .confirmed: continue
            case .returned(_, let text): throw BusError(.unroutable, "no queue takes it: \(text)", cause: outcome.error)
            case .nacked: throw BusError(.refused, "the broker refused it", cause: outcome.error)
            case .unconfirmed(let error): throw BusError(.unavailable, "\(error)", cause: error)
            }
        }
    }
}

extension RabbitBus: BusLeases {
    package func withLease<Result: Sendable>(_ name: String, _ body: @escaping @Sendable () async throws -> Result) async throws -> Result?
    {
        let lease = try await consuming.acquireLease(name, retryingEvery: .seconds(2))
        let result: Swift.Result<Result?, any Error> = await withTaskGroup(of: Swift.Result<Result?, any Error>.self) { group in
            group.addTask {
                do { return .success(try await body()) } catch { return .failure(error) }
            }
            group.addTask {
                await lease.waitUntilLost()
                return .success(nil)
            }
            defer { group.cancelAll() }
            return await group.next() ?? .success(nil)
        }
        await lease.release()
        return try result.get()
    }
}
