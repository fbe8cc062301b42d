/// Every exchange, queue and binding of the installation, declared from here and nowhere else. All are durable;
/// queues are quorum queues. `docs/topology.md` says why each exists.
public enum Topology {
    public enum Exchange: String, Sendable, CaseIterable {
        /// Events, on their way to the worker that owns their conversation.
        case inbound
        /// Commands, on their way to a platform.
        case outbound
        /// Operations, on their way to the workers that offer them.
        case requests
        /// News for every process: a changed bot, a new setting.
        case control
        /// What could not be handled, with the key under which it was sent.
        case dead
    }

    public struct Queue: Hashable, Sendable {
        public var name: String
        /// One consumer at a time gets messages, the others stand by: what keeps the order of a partition.
        public var singleActiveConsumer: Bool
        /// Deliveries after which the broker gives a message up and dead-letters it. Each hand-over of a partition counts
        /// as one. Nil: never; such a queue has no dead letters.
        public var deliveryLimit: Int?
    }

    public struct Binding: Hashable, Sendable {
        public var exchange: Exchange
        public var queue: String
        public var routingKey: String
    }

    /// Well above the number of hand-overs that a message can meet while it waits (a rolling restart is one each).
    public static let deliveryLimit = 100

    // MARK: Inbound

    /// The worker that runs bot definitions.
    public static let dialog = "dialog"

    public static func inboundKey(worker: String, platform: Platform, kind: String, bot: BotName, lane: Lane, partition: Partition)
        -> String
    {
        "\(worker).\(platform.rawValue).\(kind).\(bot.rawValue).\(lane.rawValue).\(partition.name)"
    }

    public static func dialogQueue(_ partition: Partition) -> Queue {
        Queue(name: "\(dialog).\(partition.name)", singleActiveConsumer: true, deliveryLimit: deliveryLimit)
    }

    // MARK: Outbound

    /// Outbound queues per lane. A bot lives in one of them, so that one sender owns its limits.
    public static let outboundShards = 8

    public static func outboundShard(of bot: BotName) -> Int { Int(StableHash.of(bot.rawValue) % UInt64(outboundShards)) }

    public static func outboundKey(platform: Platform, bot: BotName, lane: Lane) -> String {
        "\(platform.rawValue).\(bot.rawValue).\(lane.rawValue).p\(outboundShard(of: bot))"
    }

    public static func senderQueue(_ lane: Lane, shard: Int) -> Queue {
        Queue(name: "sender.\(lane.rawValue).p\(shard)", singleActiveConsumer: true, deliveryLimit: deliveryLimit)
    }

    // MARK: Requests

    /// The worker that keeps timers.
    public static let scheduler = "scheduler"

    public static func requestKey(_ operation: Operation, lane: Lane) -> String { "\(operation).\(lane.rawValue)" }

    /// Any instance takes any request: what keeps their order is in the requests.
    public static func schedulerQueue(_ lane: Lane) -> Queue {
        Queue(name: "\(scheduler).\(lane.rawValue)", singleActiveConsumer: false, deliveryLimit: deliveryLimit)
    }

    /// Of a worker that offers operations to definitions.
    public static func workerQueue(_ worker: String, _ lane: Lane) -> Queue {
        Queue(name: "\(worker).\(lane.rawValue)", singleActiveConsumer: false, deliveryLimit: deliveryLimit)
    }

    /// The queues of every worker are there before it runs, so that what it is asked for waits for it.
    private static let workerQueues = OperationCatalogue.standard.workers.flatMap { worker in Lane.allCases.map { workerQueue(worker, $0) }
    }

    private static let workerBindings = OperationCatalogue.standard.contracts.flatMap { contract in
        Lane.allCases.map { lane in
            Binding(
                exchange: .requests, queue: workerQueue(contract.worker, lane).name,
                routingKey: requestKey(contract.operation, lane: lane))
        }
    }

    // MARK: Dead letters

    /// Where every queue leaves what it gives up.
    public static let deadQueue = Queue(name: "dead", singleActiveConsumer: false, deliveryLimit: nil)

    // MARK: Everything

    public static let queues: [Queue] =
        [deadQueue]
        + Partition.all.map(dialogQueue)
        + (0..<outboundShards).flatMap { shard in Lane.allCases.map { senderQueue($0, shard: shard) } }
        + Lane.allCases.map(schedulerQueue) + workerQueues

    public static let bindings: [Binding] =
        [Binding(exchange: .dead, queue: deadQueue.name, routingKey: "#")]
        + Partition.all.map { Binding(exchange: .inbound, queue: dialogQueue($0).name, routingKey: "\(dialog).*.*.*.*.\($0.name)") }
        + (0..<outboundShards).flatMap { shard in
            Lane.allCases.map { lane in
                Binding(exchange: .outbound, queue: senderQueue(lane, shard: shard).name, routingKey: "*.*.\(lane.rawValue).p\(shard)")
            }
        }
        + Lane.allCases.map { Binding(exchange: .requests, queue: schedulerQueue($0).name, routingKey: "timers.*.\($0.rawValue)") }
        + workerBindings

    /// The exclusive queue whose holder polls `bot`: a lease that ends with its connection.
    public static func pollerLease(of bot: BotName) -> String { "lease.poller.\(bot.rawValue)" }
}
