package import AMQP
import AMQPEnvelope
package import Bus
import Logging
import Metrics
import Runtime

/// Reads one queue of the broker.
package final class RabbitConsumer: BusConsumer {
    package typealias Batches = AsyncMapSequence<AMQPConsumer, [BusDelivery]>

    private let consumer: AMQPConsumer
    private let worker: String
    private let logger: Logger

    /// - Parameter worker: who reads, for the metrics.
    init(_ consumer: AMQPConsumer, worker: String, logger: Logger) {
        self.consumer = consumer
        self.worker = worker
        self.logger = logger
    }

    package var batches: Batches {
        consumer.map { [consumer, worker, logger] batch in
            batch.compactMap { delivery in BusDelivery(delivery, from: consumer, worker: worker, logger: logger) }
        }
    }

    package func stop() { consumer.stop() }
    /// Whatever is not settled by now was given back on purpose: nothing to wait for. Settlements go out before the channel closes.
    package func close() async { await consumer.close(within: .zero) }
}

extension BusDelivery {
    /// Nil for what isn't ours to read: it goes to the dead letters.
    fileprivate init?(_ delivery: AMQPDelivery, from consumer: AMQPConsumer, worker: String, logger: Logger) {
        guard let envelope = EnvelopeCoding.envelope(of: delivery) else {
            logger.error(
                "unreadable message, to the dead letters",
                metadata: ["routing_key": "\(delivery.routingKey)", "message_id": "\(delivery.properties.messageID ?? "")"])
            MetricCatalogue.deadLetters.counter([("worker", worker), ("reason", "unreadable")]).increment()
            consumer.reject(delivery, requeue: false)
            return nil
        }
        self.init(
            envelope: envelope, routingKey: delivery.routingKey, body: delivery.body, isRedelivered: delivery.isRedelivered,
            isCurrent: { consumer.isCurrent(delivery) },
            acknowledge: { consumer.acknowledge(delivery) }, reject: { consumer.reject(delivery, requeue: false) })
    }
}
