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

        package init(name: String, count: Int, waiting: Int, consumers: Int) {
            self.name = name
            self.count = count
            self.waiting = waiting
            self.consumers = consumers
        }
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
        } + [("scheduler", Lane.allCases.map { Topology.schedulerQueue($0).name }), ("dead letters", [Topology.deadQueue.name])]

    /// - Parameter connection: to the broker; nil: there is none.
    static func take(_ record: SupervisorRecord, connection: AMQPConnection?, since start: ContinuousClock.Instant) async -> TopSample {
        let entries = ProcessUsage.entries()
        async let queues = Self.queues(connection)
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

    private static func queues(_ connection: AMQPConnection?) async -> [Queues]? {
        guard let connection, case .ready = connection.state else { return nil }
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
                    consumers: states.reduce(0) { $0 + $1.consumers }))
        }
        return result
    }
}
