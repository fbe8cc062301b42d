package import Bus
package import Contracts
package import Logging
import Metrics
package import Postgres
import Runtime
import Schedules
package import WorkerKit

/// Stores what the requests `timers.set` and `timers.cancel` say: many in one transaction.
///
/// There is no table of handled messages: a request that comes again finds its own revision, or a newer one, and changes nothing.
package final class TimerRequestHandler: DeliveryHandler {
    private let pool: PostgresPool
    private let tables: TimerTables
    private let logger: Logger
    /// Is told when the earliest of the timers that were stored is due.
    private let announce: @Sendable (Timestamp) -> Void

    package init(pool: PostgresPool, tables: TimerTables, logger: Logger, announce: @escaping @Sendable (Timestamp) -> Void) {
        self.pool = pool
        self.tables = tables
        self.logger = logger
        self.announce = announce
    }

    package func handle(_ batch: [BusDelivery]) async throws -> [DeliveryOutcome] {
        var requests = TimerRequestBatch()
        var outcomes: [DeliveryOutcome] = []
        var spans: [Span?] = []
        for delivery in batch {
            let operation = [Operation.setTimer, .cancelTimers].first { $0.type == delivery.envelope.type }
            let problem = operation.map { requests.add($0, delivery.body, envelope: delivery.envelope) } ?? "no request of the scheduler's"
            count(operation, isTaken: problem == nil)
            if let problem {
                logger.error(
                    "a request can't be followed, to the dead letters",
                    metadata: ["message_id": "\(delivery.envelope.id)", "type": "\(delivery.envelope.type)", "error": "\(problem)"])
                outcomes.append(.reject)
            } else {
                outcomes.append(.effects([]))
                if Tracing.isOn { spans.append(span(of: delivery, batch: batch.count)) }
            }
        }
        do {
            if !requests.isEmpty { try await apply(requests) }
            for span in spans { span?.finish() }
        } catch {
            for span in spans { span?.finish(error: (error as? PostgresError)?.sqlState ?? "_OTHER") }
            throw error
        }
        return outcomes
    }

    private func apply(_ requests: TimerRequestBatch) async throws {
        let entries = requests.entries, prefixes = requests.prefixes
        let forgotten = Timestamp.now + TimerTables.Memory.cancelled
        try await pool.transaction("set timers", isolation: .readCommitted) { [tables] transaction in
            var queries = [tables.lock(requests)]
            if !prefixes.isEmpty { queries.append(tables.remember(prefixes, until: forgotten)) }
            if !entries.isEmpty { queries.append(tables.known(entries)) }
            let results = try await transaction.pipeline(queries)
            if !entries.isEmpty, let last = results.last {
                let allowed = requests.allowed(by: try tables.decodeKnown(last))
                if !allowed.isEmpty { try transaction.atCommit(tables.store(allowed, until: forgotten)) }
            }
            for prefix in prefixes { try transaction.atCommit(tables.end(prefix)) }
        }
        if let earliest = entries.compactMap(\.due).min() { announce(earliest) }
    }

    package func isTransient(_ error: any Error) -> Bool { (error as? PostgresError)?.persistence == .transient }

    package func didDispatch(_ delivery: BusDelivery) {}

    // MARK: What is told of it

    private let taken = [
        Operation.setTimer: MetricCatalogue.schedulerRequests.counter([("operation", "timers.set"), ("outcome", "taken")]),
        .cancelTimers: MetricCatalogue.schedulerRequests.counter([("operation", "timers.cancel"), ("outcome", "taken")]),
    ]

    private func count(_ operation: Operation?, isTaken: Bool) {
        if isTaken, let operation {
            taken[operation]?.increment()
        } else {
            MetricCatalogue.schedulerRequests.counter([("operation", operation?.name ?? "unknown"), ("outcome", "rejected")]).increment()
        }
    }

    private func span(of delivery: BusDelivery, batch: Int) -> Span? {
        var span = Tracing.begin("process scheduler", .consumer, belowHeader: delivery.envelope.traceparent)
        span?.attributes = [
            ("messaging.system", "rabbitmq"), ("messaging.operation.name", "process"), ("messaging.operation.type", "process"),
            ("messaging.destination.name", .text(Topology.scheduler)), ("messaging.message.id", .text(delivery.envelope.id.rawValue)),
            ("messaging.message.conversation_id", .text(delivery.envelope.correlation.rawValue)),
            ("messaging.batch.message_count", .number(Int64(batch))),
        ]
        return span
    }
}
