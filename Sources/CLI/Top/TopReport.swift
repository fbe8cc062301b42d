package import JSON

/// What `top` shows, computed from samples.
package struct TopReport: Sendable, Hashable {
    package struct Process: Sendable, Hashable {
        package var name: String
        package var state: String
        package var pid: Int32?
        package var restarts: Int
        /// Share of one processor, 1 = all of it; nil when it isn't known yet.
        package var cpu: Double?
        /// In bytes.
        package var memory: Int?
        /// Messages a second that came in and went out; nil where that is not counted.
        package var incoming: Double?
        package var outgoing: Double?

        package init(
            name: String, state: String, pid: Int32?, restarts: Int, cpu: Double?, memory: Int?, incoming: Double?, outgoing: Double?
        ) {
            self.name = name
            self.state = state
            self.pid = pid
            self.restarts = restarts
            self.cpu = cpu
            self.memory = memory
            self.incoming = incoming
            self.outgoing = outgoing
        }
    }

    package struct Queues: Sendable, Hashable {
        package var name: String
        package var waiting: Int
        package var consumers: Int
        /// By how much `waiting` grows a second.
        package var growth: Double?
        /// Delivered and not yet acknowledged; nil when the broker has no metrics of its own.
        package var inHand: Int?
        /// Published into them a second; nil likewise.
        package var published: Double?
        /// Taken off a second: as the broker tells, otherwise as far as the consumers do.
        package var done: Double?

        package init(
            name: String, waiting: Int, consumers: Int, growth: Double?, inHand: Int? = nil, published: Double? = nil, done: Double?
        ) {
            self.name = name
            self.waiting = waiting
            self.consumers = consumers
            self.growth = growth
            self.inHand = inHand
            self.published = published
            self.done = done
        }
    }

    package struct Latency: Sendable, Hashable {
        package var name: String
        /// In seconds; nil when nothing was measured.
        package var median: Double?
        package var p99: Double?
        package var perSecond: Double?

        package init(name: String, median: Double?, p99: Double?, perSecond: Double?) {
            self.name = name
            self.median = median
            self.p99 = p99
            self.perSecond = perSecond
        }
    }

    package var phase: String
    /// Of the process that runs longest.
    package var uptime: Duration?
    package var processes: [Process]
    /// Nil when the broker does not answer.
    package var queues: [Queues]?
    package var latencies: [Latency]
    /// What the latencies are about: the last minute, or everything since the start.
    package var latencySpan: Duration?

    package init(
        phase: String, uptime: Duration?, processes: [Process], queues: [Queues]?, latencies: [Latency], latencySpan: Duration?
    ) {
        self.phase = phase
        self.uptime = uptime
        self.processes = processes
        self.queues = queues
        self.latencies = latencies
        self.latencySpan = latencySpan
    }
}

extension TopReport {
    /// - Parameter errors: the last lines of the logs that tell of trouble.
    package func json(errors: [JSON]) -> JSON {
        func number(_ value: Double?) -> JSON { value.map { .double($0) } ?? .null }
        return [
            "phase": .string(phase), "uptime_seconds": number(uptime.map { $0 / .seconds(1) }),
            "processes": .array(
                processes.map { process in
                    [
                        "name": .string(process.name), "state": .string(process.state),
                        "pid": process.pid.map { .int(Int64($0)) } ?? .null, "restarts": .int(Int64(process.restarts)),
                        "cpu": number(process.cpu), "memory_bytes": process.memory.map { .int(Int64($0)) } ?? .null,
                        "in_per_second": number(process.incoming), "out_per_second": number(process.outgoing),
                    ]
                }),
            "queues": queues.map { queues in
                .array(
                    queues.map { queue in
                        [
                            "name": .string(queue.name), "waiting": .int(Int64(queue.waiting)), "consumers": .int(Int64(queue.consumers)),
                            "in_hand": queue.inHand.map { .int(Int64($0)) } ?? .null, "growth_per_second": number(queue.growth),
                            "published_per_second": number(queue.published), "done_per_second": number(queue.done),
                        ]
                    })
            } ?? .null,
            "latency_window_seconds": number(latencySpan.map { $0 / .seconds(1) }),
            "latencies": .array(
                latencies.map { latency in
                    [
                        "name": .string(latency.name), "p50_seconds": number(latency.median), "p99_seconds": number(latency.p99),
                        "per_second": number(latency.perSecond),
                    ]
                }),
            "errors": .array(errors),
        ]
    }
}
