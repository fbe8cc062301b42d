import CoreMetrics
import Foundation
import Runtime
import Synchronization
import Testing

private let catalogue: [MetricDescriptor] = [
    .counter("demo.messages", .count("message"), by: ["kind"], "Messages, \"all\" of them."),
    .counter("demo.received", .bytes, "Bytes received."),
    .gauge("demo.queue.size", .count("message"), "Waiting."),
    .gauge("demo.used", .ratio, "Share in use."),
    .histogram("demo.batch.size", .count("message"), buckets: [1, 10, 100], "Messages in a batch."),
    .histogram("demo.call.duration", .seconds, buckets: [0.005, 1], by: ["peer"], "Calls."),
]

private func filledRegistry() -> MetricsRegistry {
    let registry = MetricsRegistry(catalogue: catalogue)
    let factory = RegistryMetricsFactory(registry)
    Counter(label: "demo.messages", dimensions: [("kind", "text")], factory: factory).increment(by: 3)
    Counter(label: "demo.messages", dimensions: [("kind", "a\"b\\c\nd")], factory: factory).increment()
    FloatingPointCounter(label: "demo.received", factory: factory).increment(by: 1.5)
    Meter(label: "demo.queue.size", factory: factory).set(12)
    Gauge(label: "demo.used", factory: factory).record(0.25)
    let recorder = Recorder(label: "demo.batch.size", factory: factory)
    for size in [1, 2, 10, 1000] { recorder.record(size) }
    let timer = CoreMetrics.Timer(label: "demo.call.duration", dimensions: [("peer", "x")], factory: factory)
    timer.recordNanoseconds(5_000_000)
    timer.recordMilliseconds(250)
    timer.recordSeconds(2)
    return registry
}

@Suite struct PrometheusTextTests {
    @Test func prometheusFormat() {
        #expect(
            PrometheusText.prometheus.render(filledRegistry()) == #"""
                # HELP demo_batch_size Messages in a batch.
                # TYPE demo_batch_size histogram
                demo_batch_size_bucket{le="1"} 1
                demo_batch_size_bucket{le="10"} 3
                demo_batch_size_bucket{le="100"} 3
                demo_batch_size_bucket{le="+Inf"} 4
                demo_batch_size_sum 1013
                demo_batch_size_count 4
                # HELP demo_call_duration_seconds Calls.
                # TYPE demo_call_duration_seconds histogram
                demo_call_duration_seconds_bucket{peer="x",le="0.005"} 1
                demo_call_duration_seconds_bucket{peer="x",le="1"} 2
                demo_call_duration_seconds_bucket{peer="x",le="+Inf"} 3
                demo_call_duration_seconds_sum{peer="x"} 2.255
                demo_call_duration_seconds_count{peer="x"} 3
                # HELP demo_messages_total Messages, "all" of them.
                # TYPE demo_messages_total counter
                demo_messages_total{kind="a\"b\\c\nd"} 1
                demo_messages_total{kind="text"} 3
                # HELP demo_queue_size Waiting.
                # TYPE demo_queue_size gauge
                demo_queue_size 12
                # HELP demo_received_bytes_total Bytes received.
                # TYPE demo_received_bytes_total counter
                demo_received_bytes_total 1.5
                # HELP demo_used_ratio Share in use.
                # TYPE demo_used_ratio gauge
                demo_used_ratio 0.25

                """#)
    }

    @Test func openMetricsFormat() {
        let text = PrometheusText.openMetrics.render(filledRegistry())
        for line in [
            #"# HELP demo_messages Messages, \"all\" of them."#, "# TYPE demo_messages counter", #"demo_messages_total{kind="text"} 3"#,
            "# UNIT demo_received_bytes bytes", #"demo_batch_size_bucket{le="1.0"} 1"#,
        ] { #expect(text.split(separator: "\n").contains(Substring(line)), "\(line)") }
        #expect(text.hasSuffix("\n# EOF\n"))
    }

    @Test func exemplarsAreOfSampledTracesAndOnlyInOpenMetrics() throws {
        let registry = MetricsRegistry(catalogue: [
            .duration("demo.duration", keepsExemplars: true, "Calls."), .duration("plain.duration", "Calls."),
        ])
        let factory = RegistryMetricsFactory(registry)
        let timer = CoreMetrics.Timer(label: "demo.duration", factory: factory)
        let plain = CoreMetrics.Timer(label: "plain.duration", factory: factory)
        timer.recordSeconds(3)
        withTrace(TraceParent(isSampled: false)) { timer.recordSeconds(2) }
        #expect(!PrometheusText.openMetrics.render(registry).contains(" # {"))
        withTrace(TraceParent()) {
            timer.recordMilliseconds(60)
            plain.recordMilliseconds(60)
        }
        let trace = TraceParent()
        TracedTimer(handler: factory.makeTimer(label: "demo.duration", dimensions: [])).record(nanoseconds: 70_000_000, of: trace)
        #expect(!PrometheusText.prometheus.render(registry).contains(" # {"))
        let lines = PrometheusText.openMetrics.render(registry).split(separator: "\n").filter { $0.contains(" # {") }
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        let start = #"demo_duration_seconds_bucket{le="0.075"} 2 # {trace_id="\#(trace.traceID)",span_id="\#(trace.spanID)"} 0.07 "#
        #expect(line.hasPrefix(start))
        let at = try #require(Double(line.dropFirst(start.count)))
        #expect(abs(at - Date().timeIntervalSince1970) < 60)
    }

    @Test func whatTheCatalogueDoesNotKnowIsNamed() {
        let registry = MetricsRegistry(catalogue: catalogue)
        let factory = RegistryMetricsFactory(registry)
        Counter(label: "demo.messages", dimensions: [("kind", "text")], factory: factory).increment()
        #expect(registry.undescribed == [])
        Counter(label: "demo.messages", dimensions: [("colour", "red")], factory: factory).increment()
        Counter(label: "stray", factory: factory).increment()
        #expect(registry.undescribed == ["demo.messages by colour", "stray"])
    }

    @Test(
        arguments: [
            (nil, "text/plain"), ("*/*", "text/plain"), ("text/plain", "text/plain"),
            ("application/openmetrics-text", "application/openmetrics-text"),
            ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", "application/openmetrics-text"),
            ("application/openmetrics-text;q=0,text/plain;q=0.1", "text/plain"),
            ("text/plain;q=0.9, application/openmetrics-text;q=0.2", "text/plain"),
        ] as [(String?, String)])
    func negotiation(_ accept: String?, _ type: String) {
        #expect(PrometheusText(accept: accept).contentType.hasPrefix(type))
    }

    @Test(.enabled(if: Prometheus.promtool != nil, "promtool is not installed (Debian: prometheus)"))
    func promtoolFindsNothing() throws {
        let registry = MetricsRegistry()
        let factory = RegistryMetricsFactory(registry)
        for metric in MetricCatalogue.all {
            let attributes = metric.attributes.map { ($0, "v") }
            switch metric.kind {
            case .counter: Counter(label: metric.name, dimensions: attributes, factory: factory).increment()
            case .gauge: Meter(label: metric.name, dimensions: attributes, factory: factory).set(1.0)
            case .histogram: Recorder(label: metric.name, dimensions: attributes, factory: factory).record(0.01)
            }
        }
        ProcessMetrics(registry).update()
        let text = PrometheusText.prometheus.render(registry)
        let (said, status) = try Prometheus.run(try #require(Prometheus.promtool), ["check", "metrics"], input: text)
        #expect(said == "")
        #expect(status == 0)
    }
}

@Suite struct MetricsRegistryTests {
    @Test(arguments: [
        (MetricDescriptor.counter("http.requests_total", .count("request"), "x"), "http_requests_total"),
        (.counter("a.duration", .seconds, "x"), "a_duration_seconds_total"), (.gauge("a.b-c..d", .count("x"), "x"), "a_b_c_d"),
        (.gauge("memory_bytes", .bytes, "x"), "memory_bytes"), (.gauge("9lives", .count("x"), "x"), "_9lives"),
        (.duration("http.server.request.duration", "x"), "http_server_request_duration_seconds"), (.gauge("cpu", .ratio, "x"), "cpu_ratio"),
    ])
    func names(_ metric: MetricDescriptor, _ name: String) {
        let registry = MetricsRegistry(catalogue: [metric])
        let factory = RegistryMetricsFactory(registry)
        switch metric.kind {
        case .counter: Counter(label: metric.name, factory: factory).increment()
        case .gauge: Meter(label: metric.name, factory: factory).set(1.0)
        case .histogram: Recorder(label: metric.name, factory: factory).record(1.0)
        }
        #expect(PrometheusText.prometheus.render(registry).contains("\n# TYPE \(name) \(metric.kind.rawValue)\n"))
    }

    @Test func attributesThatBecomeTheSameAreJoined() {
        let registry = MetricsRegistry(catalogue: catalogue)
        let attributes = [("b.c", "1"), ("a", "2"), ("b_c", "3"), ("__x", "4")]
        Meter(label: "demo.used", dimensions: attributes, factory: RegistryMetricsFactory(registry)).set(1.0)
        #expect(PrometheusText.prometheus.render(registry).contains("\n" + #"demo_used_ratio{_x="4",a="2",b_c="1;3"} 1"# + "\n"))
    }

    @Test func oneSeriesForOneSetOfAttributes() {
        let registry = MetricsRegistry(catalogue: catalogue)
        let factory = RegistryMetricsFactory(registry)
        Counter(label: "demo.messages", dimensions: [("a", "1"), ("b", "2")], factory: factory).increment()
        Counter(label: "demo.messages", dimensions: [("b", "2"), ("a", "1")], factory: factory).increment()
        #expect(PrometheusText.prometheus.render(registry).hasSuffix("\n" + #"demo_messages_total{a="1",b="2"} 2"# + "\n"))
    }

    @Test func tooManySeriesAreCountedTogether() {
        let warnings = Mutex<[String]>([])
        let registry = MetricsRegistry(catalogue: catalogue, limit: 3) { warning in warnings.withLock { $0.append(warning) } }
        let factory = RegistryMetricsFactory(registry)
        for number in Array(0..<10) + [0] {
            Counter(label: "demo.messages", dimensions: [("kind", "\(number)")], factory: factory).increment()
        }
        let text = PrometheusText.prometheus.render(registry)
        #expect(text.contains("demo_messages_total{otel_metric_overflow=\"true\"} 7\n"))
        #expect(text.contains("demo_messages_total{kind=\"0\"} 2\n"))
        #expect(warnings.withLock { $0.count } == 1)
        #expect(registry.overflowed == 1)
    }

    @Test func aNameOfTwoKindsIsNotMixed() {
        let warnings = Mutex<[String]>([])
        let registry = MetricsRegistry(catalogue: catalogue) { warning in warnings.withLock { $0.append(warning) } }
        let factory = RegistryMetricsFactory(registry)
        Counter(label: "x", factory: factory).increment()
        Meter(label: "x", factory: factory).set(99.0)
        #expect(PrometheusText.prometheus.render(registry).contains("x_total 1\n"))
        #expect(!PrometheusText.prometheus.render(registry).contains("99"))
        #expect(warnings.withLock { $0.count } == 1)
    }

    @Test func destroyedSeriesAreGone() {
        let registry = MetricsRegistry(catalogue: catalogue)
        let factory = RegistryMetricsFactory(registry)
        let counter = Counter(label: "demo.messages", factory: factory)
        counter.increment()
        counter.destroy()
        #expect(PrometheusText.prometheus.render(registry) == "")
    }

    @Test func nothingIsLostUnderContention() async {
        let registry = MetricsRegistry(catalogue: catalogue)
        let factory = RegistryMetricsFactory(registry)
        let counter = Counter(label: "c", factory: factory)
        let fractions = FloatingPointCounter(label: "c", factory: factory)
        let meter = Meter(label: "demo.queue.size", factory: factory)
        let recorder = Recorder(label: "demo.batch.size", factory: factory)
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<4 {
                tasks.addTask {
                    for _ in 0..<10_000 {
                        counter.increment()
                        fractions.increment(by: 0.5)
                        meter.increment(by: 1.0)
                        recorder.record(5.0)
                    }
                }
            }
        }
        let lines = PrometheusText.prometheus.render(registry).split(separator: "\n")
        for line in [
            "c_total 60000", "demo_queue_size 40000", #"demo_batch_size_bucket{le="1"} 0"#, #"demo_batch_size_bucket{le="10"} 40000"#,
            #"demo_batch_size_bucket{le="+Inf"} 40000"#, "demo_batch_size_sum 200000",
        ] { #expect(lines.contains(Substring(line)), "\(line)") }
    }

    @Test func oddValues() {
        let registry = MetricsRegistry(catalogue: catalogue)
        let factory = RegistryMetricsFactory(registry)
        Gauge(label: "demo.used", factory: factory).record(Double.infinity)
        let recorder = Recorder(label: "demo.batch.size", factory: factory)
        recorder.record(Double.nan)
        recorder.record(-3.0)
        let text = PrometheusText.prometheus.render(registry)
        #expect(text.contains("demo_used_ratio +Inf\n"))
        #expect(text.contains("demo_batch_size_sum -3\n"))
        #expect(text.contains("demo_batch_size_count 1\n"))
    }

    @Test func processStatistics() throws {
        let statistics = ProcessStatistics.read()
        #expect(try #require(statistics.residentBytes) > 1_000_000)
        #expect(try #require(statistics.openFiles) >= 3)
        #expect(try #require(statistics.threads) >= 1)
        #expect(try #require(statistics.maximumFiles) > 3)
        let started = try #require(statistics.startTime)
        #expect(abs(started - Date().timeIntervalSince1970) < 3600)
        var odd = ProcessStatistics()
        odd.readStat("1 (a) b) c) R 1 1 1 0 -1 4 5 0 0 0 200 100 0 0 20 0 7 0 50 4096 3", boot: 1000)
        #expect(odd.threads == 7)
        #expect(odd.virtualBytes == 4096)
        #expect(odd.cpuSeconds == 300 / Double(sysconf(Int32(_SC_CLK_TCK))))
        var broken = ProcessStatistics()
        broken.readStat("nothing", boot: nil)
        #expect(broken.threads == nil)
    }
}
