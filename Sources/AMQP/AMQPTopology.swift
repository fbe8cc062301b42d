/// The exchanges, queues and bindings a client relies on; declared anew on every connection.
///
/// Declaring is idempotent: what exists with the same arguments stays untouched, what exists with others is an error (406).
public struct AMQPTopology: Sendable, Hashable {
    public var exchanges: [AMQPExchange]
    public var queues: [AMQPQueue]
    public var bindings: [AMQPBinding]

    public init(exchanges: [AMQPExchange] = [], queues: [AMQPQueue] = [], bindings: [AMQPBinding] = []) {
        self.exchanges = exchanges
        self.queues = queues
        self.bindings = bindings
    }

    /// Adds what `other` has and this one lacks.
    package mutating func formUnion(_ other: AMQPTopology) {
        for exchange in other.exchanges where !exchanges.contains(exchange) { exchanges.append(exchange) }
        for queue in other.queues where !queues.contains(queue) { queues.append(queue) }
        for binding in other.bindings where !bindings.contains(binding) { bindings.append(binding) }
    }

    /// In the order in which the broker accepts them.
    package var methods: [OutboundMethod] {
        exchanges.map { .exchangeDeclare($0) }
            + queues.map { .queueDeclare($0, passive: false) }
            + bindings.map { .queueBind($0) }
    }
}

public struct AMQPExchange: Sendable, Hashable {
    public struct Kind: Sendable, Hashable {
        public var name: String
        public init(_ name: String) { self.name = name }
        public static let topic = Kind("topic")
        public static let direct = Kind("direct")
        public static let fanout = Kind("fanout")
        public static let headers = Kind("headers")
    }

    public var name: String
    public var kind: Kind
    /// Survives a restart of the broker. Default true.
    public var isDurable: Bool
    /// Deleted when its last queue is unbound. Default false.
    public var isAutoDelete: Bool
    public var arguments: AMQPTable

    public init(
        _ name: String, kind: Kind = .topic, isDurable: Bool = true, isAutoDelete: Bool = false,
        arguments: AMQPTable = AMQPTable()
    ) {
        self.name = name
        self.kind = kind
        self.isDurable = isDurable
        self.isAutoDelete = isAutoDelete
        self.arguments = arguments
    }
}

public struct AMQPQueue: Sendable, Hashable {
    /// Empty: the broker invents a name.
    public var name: String
    /// Survives a restart of the broker. Default true.
    public var isDurable: Bool
    /// Belongs to this connection and goes with it. Default false.
    public var isExclusive: Bool
    /// Deleted when its last consumer leaves. Default false.
    public var isAutoDelete: Bool
    /// `x-queue-type`, `x-single-active-consumer`, `x-delivery-limit`, ….
    public var arguments: AMQPTable

    public init(
        _ name: String, isDurable: Bool = true, isExclusive: Bool = false, isAutoDelete: Bool = false,
        arguments: AMQPTable = AMQPTable()
    ) {
        self.name = name
        self.isDurable = isDurable
        self.isExclusive = isExclusive
        self.isAutoDelete = isAutoDelete
        self.arguments = arguments
    }
}

public struct AMQPBinding: Sendable, Hashable {
    /// Empty: the queue declared last on the same channel.
    public var queue: String
    public var exchange: String
    public var routingKey: String
    public var arguments: AMQPTable

    public init(queue: String, exchange: String, routingKey: String, arguments: AMQPTable = AMQPTable()) {
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
        self.arguments = arguments
    }
}
