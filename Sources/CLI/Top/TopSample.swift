import AMQP
import Contracts
import DevServices

/// Everything that `top` looks at, at one moment.
package struct TopSample: Sendable {
    package struct Process: Sendable {
        package var name: String
        package var state: String
        package var pid: Int32?
        package var uptime: Duration?
        package var restarts: Int
        package var usage: ProcessUsage?
        /// Nil when it has none, or does not answer.
        package var metrics: PrometheusText?

        package init(
            name: String, state: String, pid: Int32?, uptime: Duration?, restarts: Int, usage: ProcessUsage?, metrics: PrometheusText?
        ) {
            self.name = name
            self.state = state
            self.pid = pid
            self.uptime = uptime
            self.restarts = restarts
            self.usage = usage
            self.metrics = metrics
        }
    }

    /// Some queues together.
    package struct Queues: Sendable, Hashable {
        package var name: String
        /// How many they are.
        package var count: Int
        /// Messages that wait; those in a consumer's hand are not among them.
        package var waiting: Int
        package var consumers: Int
        /// What the broker's own metrics say; nil when it has none.
        package var flow: Flow?

        package init(name: String, count: Int, waiting: Int, consumers: Int, flow: Flow? = nil) {
            self.name = name
            self.count = count
            self.waiting = waiting
            self.consumers = consumers
            self.flow = flow
        }
    }

    package struct Flow: Sendable, Hashable {
        /// Delivered and not yet acknowledged.
        package var inHand: Int
        /// Counters: over all channels that are open now.
        package var published: Double
        package var acknowledged: Double

        package init(inHand: Int, published: Double, acknowledged: Double) {
            self.inHand = inHand
            self.published = published
            self.acknowledged = acknowledged
        }

        /// Of `queues` together; nil when the broker tells nothing about any of them.
        package init?(_ metrics: PrometheusText?, queues: Set<String>) {
            guard let metrics else { return nil }
            func sum(_ name: String) -> Double? {
                metrics.sum("rabbitmq_detailed_" + name) { $0["queue"].map { queues.contains($0) } ?? false }
            }
            guard let inHand = sum("queue_messages_unacked") else { return nil }
            // No series before the first message.
            self.init(
                inHand: Int(inHand), published: sum("queue_messages_published_total") ?? 0,
                acknowledged: sum("channel_messages_acked_total") ?? 0)
        }

        /// Only what is looked at: the metrics of everything are some hundred kilobytes.
        static let path =
            "/metrics/detailed?family=queue_coarse_metrics&family=channel_queue_metrics&family=channel_queue_exchange_metrics"
        static let metrics: Set<String> = Set(
            ["queue_messages_unacked", "queue_messages_published_total", "channel_messages_acked_total"].map { "rabbitmq_detailed_" + $0 })
    }

    /// By a clock that never goes back; differences count.
    package var time: Duration
    package var phase: String
    package var processes: [Process]
    /// Nil when the broker does not answer.
    package var queues: [Queues]?

    package init(time: Duration, phase: String, processes: [Process], queues: [Queues]?) {
        self.time = time
        self.phase = phase
        self.processes = processes
        self.queues = queues
    }

    package subscript(process: String) -> Process? { processes.first { $0.name == process } }
}

extension TopSample {
    /// Queues by what they are for, in the order of the data's way.
    static let groups: [(name: String, queues: [String])] =
        [(Topology.dialog, Partition.all.map { Topology.dialogQueue($0).name })]
        + Lane.allCases.map { lane in
            ("sender " + lane.rawValue, (0..<Topology.outboundShards).map { Topology.senderQueue(lane, shard: $0).name })
        } + [("scheduler", Lane.allCases.map { Topology.schedulerQueue($0).name })]
        + OperationCatalogue.standard.workers.map { worker in (worker, Lane.allCases.map { Topology.workerQueue(worker, $0).name }) } + [
            ("dead letters", [Topology.deadQueue.name])
        ]

    /// - Parameters:
    ///   - connection: to the broker; nil: there is none.
    ///   - brokerMetrics: the port of the broker's own metrics; nil: it has none.
    static func take(
        _ record: SupervisorRecord, connection: AMQPConnection?, brokerMetrics: UInt16?, since start: ContinuousClock.Instant
    ) async -> TopSample {
        let entries = ProcessUsage.entries()
        async let queues = Self.queues(connection, brokerMetrics)
        let processes = await withTaskGroup(of: (Int, Process).self) { group in
            for (index, process) in record.processes.enumerated() {
                group.addTask { (index, await Self.process(process, entries)) }
            }
            var found: [(Int, Process)] = []
            for await process in group { found.append(process) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return TopSample(
            time: ContinuousClock.now - start, phase: record.phase.rawValue, processes: processes, queues: await queues)
    }

    private static func process(_ process: SupervisedProcess, _ entries: [ProcessUsage.Entry]) async -> Process {
        let uptime = process.identity?.uptime
        let pid = uptime == nil ? nil : process.identity?.pid
        var metrics: PrometheusText?
        if pid != nil, case .http(let port, _) = process.readiness {
            metrics = await LoopbackHTTP.get(port: port, path: "/metrics").map { PrometheusText($0, names: TopHistory.metrics) }
        }
        let isReady = metrics?.sum("switchboard_ready").map { $0 == 1 } ?? true
        return Process(
            name: process.name, state: process.state == .ready && !isReady ? "not ready" : process.state.rawValue, pid: pid, uptime: uptime,
            restarts: process.restarts, usage: pid.flatMap { ProcessUsage.of($0, in: entries) }, metrics: metrics)
    }

    private static func queues(_ connection: AMQPConnection?, _ brokerMetrics: UInt16?) async -> [Queues]? {
        guard let connection, case .ready = connection.state else { return nil }
        var metrics: PrometheusText?
        if let brokerMetrics {
            metrics = await LoopbackHTTP.get(port: brokerMetrics, path: Flow.path).map { PrometheusText($0, names: Flow.metrics) }
        }
        var result: [Queues] = []
        for group in groups {
            let states = await withTaskGroup(of: AMQPQueueStatus?.self) { tasks in
                for queue in group.queues { tasks.addTask { try? await connection.queueStatus(queue) } }
                var states: [AMQPQueueStatus] = []
                for await state in tasks { if let state { states.append(state) } }
                return states
            }
            guard !states.isEmpty else { return nil }
            result.append(
                Queues(
                    name: group.name, count: states.count, waiting: states.reduce(0) { $0 + $1.messages },
                    consumers: states.reduce(0) { $0 + $1.consumers }, flow: Flow(metrics, queues: Set(group.queues))))
        }
        return result
    }
}
