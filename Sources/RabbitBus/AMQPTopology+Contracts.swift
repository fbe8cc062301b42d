import AMQP
import Contracts

extension AMQPTopology {
    /// ``Topology`` in the broker's terms.
    static let contracts = AMQPTopology(
        exchanges: Topology.Exchange.allCases.map { AMQPExchange($0.rawValue, kind: .topic) },
        queues: Topology.queues.map { AMQPQueue($0.name, arguments: $0.arguments) },
        bindings: Topology.bindings.map { AMQPBinding(queue: $0.queue, exchange: $0.exchange.rawValue, routingKey: $0.routingKey) })
}

extension Topology.Queue {
    fileprivate var arguments: AMQPTable {
        var entries = [AMQPTable.Entry("x-queue-type", "quorum")]
        if singleActiveConsumer { entries.append(AMQPTable.Entry("x-single-active-consumer", true)) }
        if let deliveryLimit {
            // At-least-once dead-lettering needs reject-publish: a full queue must refuse, not drop.
            entries += [
                AMQPTable.Entry("x-delivery-limit", .int(Int64(deliveryLimit))),
                AMQPTable.Entry("x-dead-letter-exchange", .string(Topology.Exchange.dead.rawValue)),
                AMQPTable.Entry("x-dead-letter-strategy", "at-least-once"), AMQPTable.Entry("x-overflow", "reject-publish"),
            ]
        }
        return AMQPTable(entries)
    }
}
