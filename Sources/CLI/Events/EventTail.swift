package import AMQP
import Contracts

/// A copy of what travels: reads a queue of its own, so that nothing is taken from anybody.
package struct EventTail: Sendable {
    package let filter: TailFilter
    /// Of the queue: it is exclusive, and goes with the connection.
    private let queue: String

    package init(_ filter: TailFilter) {
        self.filter = filter
        queue = "tail." + String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// Who reads too slowly loses the oldest; the broker's memory and the publishers are not touched.
    private static let limits: AMQPTable = [
        "x-max-length": 20_000, "x-max-length-bytes": 33_554_432, "x-overflow": "drop-head",
    ]

    package var topology: AMQPTopology {
        AMQPTopology(
            exchanges: Broker.exchanges,
            queues: [AMQPQueue(queue, isDurable: false, isExclusive: true, isAutoDelete: true, arguments: Self.limits)],
            bindings: filter.bindings(of: queue))
    }

    /// Shows messages until it is told that it is enough, or the task is cancelled.
    ///
    /// - Parameters:
    ///   - connection: with this tail's ``topology``.
    ///   - show: false: enough.
    package func run(on connection: AMQPConnection, _ show: (TailMessage) async -> Bool) async {
        let consumer = connection.consume(AMQPSubscription(queue: queue, prefetch: 500))
        reading: for await batch in consumer {
            let now = Timestamp.now
            for delivery in batch {
                let message = TailMessage(delivery, at: now)
                guard filter.admits(message) else { continue }
                guard await show(message) else { break reading }
            }
            consumer.acknowledge(batch)
        }
        consumer.stop()
    }
}
