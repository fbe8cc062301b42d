/// What to consume and how much of it at a time.
public struct AMQPSubscription: Sendable, Hashable {
    package enum Source: Sendable, Hashable {
        case queue(String)
        case exclusive([AMQPBinding])
    }

    package var source: Source
    /// Deliveries the broker hands out before it wants acknowledgements. Default 256.
    public var prefetch: UInt16
    /// Deliveries in one batch at most. Default: as many as have arrived.
    public var maximumBatch: Int
    /// Of the consumer: `x-priority`, ….
    public var arguments: AMQPTable
    /// The consumer tag shown by the broker. Default empty: the broker invents one.
    public var tag: String

    /// Consumes a queue that exists or is part of the topology.
    public init(
        queue: String, prefetch: UInt16 = 256, maximumBatch: Int = .max, arguments: AMQPTable = AMQPTable(), tag: String = ""
    ) {
        source = .queue(queue)
        self.prefetch = prefetch
        self.maximumBatch = maximumBatch
        self.arguments = arguments
        self.tag = tag
    }

    /// Consumes a queue of this connection's own, named by the broker and bound anew on every connection: a
    /// subscription to announcements. What is announced while the connection is away is missed.
    public init(exchange: String, routingKeys: [String], prefetch: UInt16 = 256) {
        source = .exclusive(routingKeys.map { AMQPBinding(queue: "", exchange: exchange, routingKey: $0) })
        self.prefetch = prefetch
        maximumBatch = .max
        arguments = AMQPTable()
        tag = ""
    }

    /// For error texts and logs.
    package var name: String {
        switch source {
        case .queue(let queue): queue
        case .exclusive(let bindings): "exclusive queue on \(bindings.first?.exchange ?? "no exchange")"
        }
    }

    package var script: [OutboundMethod] {
        let start: [OutboundMethod] = [.channelOpen, .basicQos(prefetch: prefetch)]
        switch source {
        case .queue(let queue):
            return start + [.basicConsume(queue: queue, tag: tag, noAck: false, arguments: arguments)]
        case .exclusive(let bindings):
            // An empty name means the queue declared last on the channel.
            let queue = AMQPQueue("", isDurable: false, isExclusive: true, isAutoDelete: true)
            return start + [.queueDeclare(queue, passive: false)] + bindings.map { .queueBind($0) }
                + [.basicConsume(queue: "", tag: tag, noAck: false, arguments: arguments)]
        }
    }
}
