import CoreMetrics
import Logging
import Runtime

/// A process' admin endpoint with every metric of the catalogue in it, each of which goes on from scrape to scrape.
struct SampleProcess: Sendable {
    let metrics = MetricsRegistry()
    let trace = TraceParent()
    let endpoints: AdminEndpoints

    /// Values of attributes that the dashboards and rules ask for; of others any will do.
    private static let values: [String: [String]] = [
        "http.response.status_code": ["200", "429"], "stage": ["published", "handled", "sent"], "check": ["amqp", "postgres"],
        "messaging.operation.name": ["publish", "connect"], "reason": ["rejected"], "url.template": ["sendMessage", "getUpdates"],
        "db.client.connection.state": ["idle", "used"], "outcome": ["published", "done"], "process": ["gateway"],
    ]

    init() {
        let version = BuildInfo(process: "gateway", version: "1.2.3", started: LogTime(milliseconds: 0))
        endpoints = AdminEndpoints(
            health: HealthRegistry(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }), liveness: Liveness(), metrics: metrics,
            version: version)
        let factory = RegistryMetricsFactory(metrics)
        var record: [@Sendable () -> Void] = []
        for metric in MetricCatalogue.all {
            for attributes in Self.combinations(metric.attributes) {
                switch metric.kind {
                case .counter:
                    let counter = Counter(label: metric.name, dimensions: attributes, factory: factory)
                    record.append { counter.increment() }
                case .gauge:
                    let meter = Meter(label: metric.name, dimensions: attributes, factory: factory)
                    record.append { meter.set(1) }
                case .histogram where metric.unit == .seconds:
                    let timer = CoreMetrics.Timer(label: metric.name, dimensions: attributes, factory: factory)
                    record.append { timer.recordNanoseconds(30_000_000) }
                case .histogram:
                    let recorder = Recorder(label: metric.name, dimensions: attributes, factory: factory)
                    record.append { recorder.record(7) }
                }
            }
        }
        metrics.beforeExposition { [record, trace] in
            withTrace(trace) { for record in record { record() } }
        }
    }

    private static func combinations(_ attributes: [String]) -> [[(String, String)]] {
        attributes.reduce([[]]) { done, attribute in
            done.flatMap { list in (values[attribute] ?? ["x"]).map { list + [(attribute, $0)] } }
        }
    }

    /// Family, type and unit as OpenMetrics names them.
    var exposed: [(name: String, type: String, unit: String)] {
        var families: [(name: String, type: String, unit: String)] = []
        var units: [Substring: Substring] = [:]
        for line in PrometheusText.openMetrics.render(metrics).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 4, words[0] == "#" else { continue }
            if words[1] == "TYPE" { families.append((String(words[2]), String(words[3]), "")) }
            if words[1] == "UNIT" { units[words[2]] = words[3] }
        }
        return families.map { ($0.name, $0.type, units[Substring($0.name)].map { String($0) } ?? "") }
    }

    /// What RabbitMQ 3.10 and 4 answer at `/metrics/per-object` about two of our queues.
    static let brokerMetrics = """
        # TYPE rabbitmq_queue_messages gauge
        # HELP rabbitmq_queue_messages Sum of ready and unacknowledged messages - total queue depth
        rabbitmq_queue_messages{vhost="/",queue="dead"} 0
        rabbitmq_queue_messages{vhost="/",queue="dialog.p00"} 3
        # TYPE rabbitmq_queue_messages_ready gauge
        # HELP rabbitmq_queue_messages_ready Messages ready to be delivered to consumers
        rabbitmq_queue_messages_ready{vhost="/",queue="dialog.p00"} 1
        rabbitmq_queue_messages_ready{vhost="/",queue="sender.bulk.p1"} 0
        # TYPE rabbitmq_queue_messages_unacked gauge
        # HELP rabbitmq_queue_messages_unacked Messages delivered to consumers but not yet acknowledged
        rabbitmq_queue_messages_unacked{vhost="/",queue="dialog.p00"} 2
        rabbitmq_queue_messages_unacked{vhost="/",queue="sender.bulk.p1"} 0
        # TYPE rabbitmq_queue_consumers gauge
        # HELP rabbitmq_queue_consumers Consumers on a queue
        rabbitmq_queue_consumers{vhost="/",queue="dialog.p00"} 1
        rabbitmq_queue_consumers{vhost="/",queue="sender.bulk.p1"} 1

        """
}
