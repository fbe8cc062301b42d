/// The samples of the last minute.
package struct TopHistory: Sendable {
    private var samples: [TopSample] = []

    /// Rates are averages over this, so that they don't flicker.
    private static let rateWindow = Duration.seconds(6)
    package static let latencyWindow = Duration.seconds(60)

    package init() {}

    package mutating func append(_ sample: TopSample) {
        samples.append(sample)
        // The one before is kept however long ago it was: without it there are no differences.
        let old = samples.dropLast(2).prefix { $0.time < sample.time - Self.latencyWindow }.count
        samples.removeFirst(old)
    }

    /// - Parameter sinceStart: latencies of everything since the processes started, not of the last minute.
    package func report(sinceStart: Bool = false) -> TopReport? {
        guard let now = samples.last, let oldest = samples.first else { return nil }
        let before = samples.dropLast().first { $0.time >= now.time - Self.rateWindow } ?? samples.dropLast().last
        let span = before.map { (now.time - $0.time) / .seconds(1) }

        /// How fast something grows; a counter that fell was started anew.
        func rate(_ value: (TopSample) -> Double?) -> Double? {
            guard let before, let span, span > 0, let last = value(now), let first = value(before) else { return nil }
            return (last < first ? last : last - first) / span
        }

        let processes = now.processes.map { process in
            let metric = { (name: String) in rate { $0[process.name]?.metrics?.sum(name) } }
            return TopReport.Process(
                name: process.name, state: process.state, pid: process.pid, restarts: process.restarts,
                cpu: rate { sample in
                    // Of a process that was started anew in between nothing can be said yet.
                    sample[process.name].flatMap { $0.pid == process.pid ? $0.usage?.cpu : nil }
                }, memory: process.usage?.memory,
                incoming: metric(
                    process.name == "gateway" ? "switchboard_gateway_updates_total" : "messaging_client_consumed_messages_total"),
                outgoing: metric(process.name == "sender" ? "switchboard_sender_commands_total" : "messaging_client_sent_messages_total"))
        }
        let queues = now.queues.map { groups in
            groups.map { group in
                let earlier = before?.queues?.first { $0.name == group.name }
                let growth = earlier.flatMap { earlier in span.map { Double(group.waiting - earlier.waiting) / $0 } }
                // A channel that was closed takes its counters with it, so that they may fall.
                func flow(_ counter: (TopSample.Flow) -> Double) -> Double? {
                    rate { sample in sample.queues?.first { $0.name == group.name }?.flow.map(counter) }
                }
                return TopReport.Queues(
                    name: group.name, waiting: group.waiting, consumers: group.consumers, growth: growth, inHand: group.flow?.inHand,
                    published: flow(\.published), done: flow(\.acknowledged) ?? rate { Self.done(group.name, $0) })
            }
        }
        let latencies = Self.latencies.map { latency in
            let values = sinceStart ? latency.values(now) : latency.values(now).since(latency.values(oldest))
            return TopReport.Latency(
                name: latency.name, median: values.quantile(0.5), p99: values.quantile(0.99),
                perSecond: rate { latency.values($0).count })
        }
        return TopReport(
            phase: now.phase, uptime: now.processes.compactMap(\.uptime).max(), processes: processes, queues: queues, latencies: latencies,
            latencySpan: sinceStart ? nil : Self.latencyWindow)
    }

    /// What is looked at of a process's metrics, which are some hundred series.
    static let metrics: Set<String> = [
        "switchboard_ready", "switchboard_gateway_updates_total", "switchboard_sender_commands_total",
        "messaging_client_consumed_messages_total", "messaging_client_sent_messages_total", "http_server_request_duration_seconds_bucket",
        "messaging_client_operation_duration_seconds_bucket", "messaging_process_duration_seconds_bucket",
        "db_client_operation_duration_seconds_bucket", "http_client_request_duration_seconds_bucket",
    ]

    private static func done(_ queues: String, _ sample: TopSample) -> Double? {
        switch queues {
        case "dialog": sample["dialog"]?.metrics?.sum("messaging_client_consumed_messages_total")
        case let name where name.hasPrefix("sender "):
            // No series before the first command of a lane.
            sample["sender"]?.metrics.map { metrics in
                metrics.sum("switchboard_sender_commands_total") { $0["lane"] == String(name.dropFirst("sender ".count)) } ?? 0
            }
        default: nil
        }
    }

    private struct Measured: Sendable {
        var name: String
        var values: @Sendable (TopSample) -> Histogram
    }

    /// In the order of the data's way.
    private static let latencies = [
        Measured(name: "webhook") { of("http_server_request_duration_seconds", by: ["gateway"], $0) { _ in true } },
        Measured(name: "publish") { sample in
            of("messaging_client_operation_duration_seconds", by: ["gateway", "dialog", "sender"], sample) {
                $0["messaging_operation_name"] == "publish"
            }
        },
        Measured(name: "dialog batch") { of("messaging_process_duration_seconds", by: ["dialog"], $0) { _ in true } },
        Measured(name: "database") { of("db_client_operation_duration_seconds", by: ["dialog"], $0) { _ in true } },
        Measured(name: "Telegram") { of("http_client_request_duration_seconds", by: ["sender"], $0) { _ in true } },
    ]

    private static func of(
        _ name: String, by processes: [String], _ sample: TopSample, where matches: ([String: String]) -> Bool
    ) -> Histogram {
        processes.compactMap { sample[$0]?.metrics?.histogram(name, where: matches) }.reduce(Histogram(buckets: []), +)
    }
}
