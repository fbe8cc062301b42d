import CoreMetrics
import Instrumentation
import JSON
import Logging
import Runtime
import Synchronization
import TestSupport
import Testing

/// One after the other: whether spans are recorded is a matter of the whole process.
@Suite(.serialized, .timeLimit(.minutes(1))) struct TracingTests {
    private let recorder = SpanRecorder(capacity: 100, batch: 10)

    private func recording(_ body: () throws -> Void) rethrows {
        Tracing.record(to: recorder)
        defer { Tracing.record(to: nil) }
        try body()
    }

    @Test func nothingIsRecordedUnlessAskedFor() {
        let wasNamed = Mutex(false)
        func name() -> String {
            wasNamed.withLock { $0 = true }
            return "x"
        }
        #expect(Tracing.begin(name(), .internal, below: TraceParent()) == nil)
        #expect(Tracing.begin(name(), .internal, belowHeader: TraceParent().description) == nil)
        #expect(Tracing.begin(name(), .server, at: Tracing.newTrace()) == nil)
        #expect(!wasNamed.withLock { $0 })
    }

    @Test func theParentDecides() {
        recording {
            let parent = TraceParent(isSampled: false)
            #expect(Tracing.begin("x", .internal, below: parent) == nil)
            #expect(Tracing.begin("x", .internal, below: nil) == nil)
            #expect(Tracing.begin("x", .internal, belowHeader: "nonsense") == nil)
            #expect(Tracing.begin("x", .internal, belowHeader: parent.description) == nil)
            #expect(Tracing.begin("x", .internal, belowHeader: TraceParent().description) != nil)
        }
    }

    @Test func parentsAndChildren() throws {
        try recording {
            let first = Tracing.newTrace()
            let root = try #require(Tracing.begin("receive", .server, at: first, since: 1000))
            let child = try #require(Tracing.begin("publish", .producer, belowHeader: first.description))
            let grandchild = try #require(Tracing.begin("process", .consumer, below: child.context))
            withTrace(first, in: grandchild) { #expect(TraceParent.current == grandchild.context) }
            withTrace(first, in: nil) { #expect(TraceParent.current?.traceID == first.traceID) }
            grandchild.finish(error: "failed")
            child.finish()
            root.finish(at: 500)
            let spans = recorder.take()
            #expect(spans.map(\.name) == ["process", "publish", "receive"])
            #expect(Set(spans.map(\.context.traceID)) == [first.traceID])
            #expect(spans.map(\.parent) == [spans[1].context.spanID, spans[2].context.spanID, nil])
            #expect(spans[2].context == first)
            #expect(spans.map(\.error) == ["failed", nil, nil])
            // The clock was set back.
            #expect(spans[2].end == spans[2].start)
        }
    }

    @Test func aFullQueueDropsAndCounts() {
        recording {
            for _ in 0..<130 { Tracing.begin("x", .internal, below: TraceParent())?.finish() }
            #expect(recorder.waiting == 100)
            #expect(recorder.dropped == 30)
            var taken: [Int] = []
            while true {
                let spans = recorder.take()
                if spans.isEmpty { break }
                taken.append(spans.count)
            }
            #expect(taken == Array(repeating: 10, count: 10))
            #expect(recorder.waiting == 0)
        }
    }

    @Test(arguments: [(0.0, 0...0), (1.0, 2000...2000), (0.25, 400...600)]) func sampling(_ ratio: Double, _ expected: ClosedRange<Int>) {
        Tracing.sample(ratio)
        defer { Tracing.sample(1) }
        #expect(expected.contains((0..<2000).count { _ in Tracing.newTrace().isSampled }))
    }

    @Test func whatItCosts() {
        let clock = ContinuousClock()
        let parent = TraceParent().description
        func perSpan(_ count: Int, _ body: () -> Void) -> Duration { clock.measure { for _ in 0..<count { body() } } / count }
        let off = perSpan(100_000) { Tracing.begin("x", .internal, belowHeader: parent)?.finish() }
        // Generous, for debug builds on a busy machine: switched off it is an atomic load.
        #expect(off < .microseconds(5))
    }
}

@Suite struct OTLPRetryTests {
    @Test func whatMayBeTriedAgainIs() {
        var retry = OTLPRetry(attempts: 4)
        #expect(retry.next(after: .unreachable) == .again(after: .milliseconds(500)))
        #expect(retry.next(after: .refused(status: 503, retryAfter: .seconds(7))) == .again(after: .seconds(7)))
        #expect(retry.next(after: .refused(status: 429, retryAfter: .seconds(300))) == .again(after: .seconds(30)))
        #expect(retry.next(after: .unreachable) == .giveUp(reason: "unreachable"))
    }

    @Test(arguments: [400, 401, 404, 413, 500]) func whatMayNotIsDropped(status: Int) {
        var retry = OTLPRetry()
        #expect(retry.next(after: .refused(status: status, retryAfter: nil)) == .giveUp(reason: "\(status)"))
    }

    @Test func acceptance() {
        var retry = OTLPRetry()
        #expect(retry.next(after: .accepted(rejected: 3)) == .done(rejected: 3))
        #expect(OTLPEncoding.rejected(in: Array(#"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}}"#.utf8)) == 3)
        #expect(OTLPEncoding.rejected(in: Array(#"{"partialSuccess":{"rejectedSpans":2}}"#.utf8)) == 2)
        for body in ["", "{}", "[]", #"{"partialSuccess":{"rejectedSpans":"-1"}}"#] {
            #expect(OTLPEncoding.rejected(in: Array(body.utf8)) == 0)
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct OTLPExporterTests {
    private let metrics = MetricsRegistry()

    /// Spans are made below the exporter's own recorder, beside what the other tests switch.
    private func exporter(_ endpoint: String, _ more: [String: String] = [:]) throws -> OTLPExporter {
        let environment = ["SWITCHBOARD_OTLP_ENDPOINT": endpoint, "SWITCHBOARD_OTLP_INTERVAL": "10ms"].merging(more) { $1 }
        let settings = try Settings<OTLPSettings>.read(from: .process(environment: environment), redactor: Redactor()).values
        let encoding = OTLPEncoding(
            resource: [("service.name", "gateway"), ("process.pid", 42)], scope: (name: "switchboard", version: "1.2.3"))
        return try #require(
            try OTLPExporter(
                settings, encoding: encoding, metrics: metrics, logger: Logger(label: "otlp") { _ in SwiftLogNoOpLogHandler() }))
    }

    private func metric(_ name: String) -> Double {
        let line = PrometheusText.prometheus.render(metrics).split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.split(separator: " ")[1]) } ?? 0
    }

    @Test func aTraceArrives() async throws {
        let collector = try CollectorStandIn()
        defer { collector.stop() }
        let exporter = try exporter("http://127.0.0.1:\(collector.port)/prefix/", ["SWITCHBOARD_OTLP_HEADERS": "X-Key=a b=c, Other=1"])
        let running = Task { await exporter.run() }
        let root = Tracing.newTrace()
        var receive = Span.make("receive telegram", .server, at: root, in: exporter.recorder)
        receive.attributes = [("switchboard.bot", "dé\"mo\n"), ("http.response.status_code", 200), ("flag", true)]
        let publish = Span.make("publish inbound", .producer, below: root, in: exporter.recorder)
        publish.finish(error: "nacked")
        receive.finish()
        var spans: [OTLPRequest.Span] = []
        for await request in collector.requests {
            #expect(request.head.hasPrefix("POST /prefix/v1/traces HTTP/1.1\r\n"))
            for header in ["Content-Type: application/json", "X-Key: a b=c", "Other: 1"] {
                #expect(request.head.lowercased().contains("\r\n\(header.lowercased())"))
            }
            let parsed = try OTLPRequest(request.body)
            #expect(parsed.resource == ["service.name": "gateway", "process.pid": "42"])
            spans += parsed.spans
            if spans.count == 2 { break }
        }
        await exporter.stop(running, within: .seconds(5))
        let first = try #require(spans.first { $0.kind == 2 })
        let second = try #require(spans.first { $0.kind == 4 })
        #expect(first.name == "receive telegram")
        #expect(first.trace == root.traceID.description)
        #expect(first.id == root.spanID.description)
        #expect(first.parent == nil)
        #expect(first.attributes == ["switchboard.bot": "dé\"mo\n", "http.response.status_code": "200", "flag": "true"])
        #expect(!first.isError)
        #expect(second.trace == first.trace)
        #expect(second.parent == first.id)
        #expect(second.isError)
        #expect(second.attributes == ["error.type": "nacked"])
        #expect(metric("otel_sdk_exporter_span_exported_total") == 2)
    }

    @Test func whatTheCollectorPutsOffComesAgain() async throws {
        let collector = try CollectorStandIn(answering: [
            .init(status: 503, headers: "Retry-After: 0\r\n"),
            .init(body: #"{"partialSuccess":{"rejectedSpans":"1"}}"#), .init(status: 400),
        ])
        defer { collector.stop() }
        let exporter = try exporter("http://127.0.0.1:\(collector.port)")
        let running = Task { await exporter.run() }
        var requests = collector.requests.makeAsyncIterator()
        for _ in 0..<3 { Span.make("a", .internal, below: TraceParent(), in: exporter.recorder).finish() }
        let first = try #require(await requests.next()).body
        let again = try #require(await requests.next()).body
        #expect(first == again)
        Span.make("b", .internal, below: TraceParent(), in: exporter.recorder).finish()
        #expect(try OTLPRequest(#require(await requests.next()).body).spans.map(\.name) == ["b"])
        await exporter.stop(running, within: .seconds(5))
        let sent = try OTLPRequest(first).spans.count
        #expect(metric(#"otel_sdk_exporter_span_exported_total"#) == Double(sent - 1))
        #expect(metric(#"otel_sdk_exporter_span_exported_total{error_type="rejected"}"#) == 1)
        #expect(metric(#"otel_sdk_exporter_span_exported_total{error_type="400"}"#) == 1)
    }

    /// The work goes on, the queue stays within its bound, and the end isn't held up.
    @Test func aCollectorThatHangsHindersNobody() async throws {
        let collector = try CollectorStandIn(answering: [.init(isSilent: true), .init(isSilent: true)])
        defer { collector.stop() }
        let exporter = try exporter("http://127.0.0.1:\(collector.port)", ["SWITCHBOARD_OTLP_QUEUE": "50"])
        let running = Task { await exporter.run() }
        Span.make("a", .internal, below: TraceParent(), in: exporter.recorder).finish()
        var requests = collector.requests.makeAsyncIterator()
        _ = await requests.next()
        let clock = ContinuousClock()
        let spent = clock.measure {
            for _ in 0..<200 { Span.make("b", .internal, below: TraceParent(), in: exporter.recorder).finish() }
        }
        #expect(spent < .seconds(1))
        #expect(metric("otel_sdk_processor_span_queue_size") == 50)
        #expect(metric(#"otel_sdk_processor_span_processed_total{error_type="queue_full"}"#) == 150)
        #expect(await clock.measure { await exporter.stop(running, within: .milliseconds(200)) } < .seconds(5))
    }

    @Test func linksNameOtherTraces() throws {
        let other = Tracing.newTrace()
        var span = Span.make("fire timer", .internal, at: Tracing.newTrace(), in: try exporter("http://127.0.0.1:1/").recorder)
        span.links = [other]
        let body = OTLPEncoding(resource: [], scope: (name: "", version: "")).request([span])
        let spans = try JSON(parsing: body)["resourceSpans"]?.array?.first?["scopeSpans"]?.array?.first?["spans"]?.array
        let link = try #require(spans?.first?["links"]?.array?.first)
        #expect(link["traceId"]?.string == other.traceID.description)
        #expect(link["spanId"]?.string == other.spanID.description)
    }

    @Test func withoutAnEndpointThereIsNoExporter() throws {
        let settings = try Settings<OTLPSettings>.read(from: .process(environment: [:]), redactor: Redactor()).values
        let encoding = OTLPEncoding(resource: [], scope: (name: "", version: ""))
        #expect(try OTLPExporter(settings, encoding: encoding, metrics: metrics, logger: Logger(label: "x")) == nil)
    }

    @Test(
        arguments: [
            ("a=b", [["a", "b"]]), (" Authorization = Bearer x=y , k=v", [["Authorization", "Bearer x=y"], ["k", "v"]]), ("", []),
            ("a", nil), ("=b", nil), ("a b=c", nil), ("a=b\u{1}", nil),
        ] as [(String, [[String]]?)])
    func headers(_ text: String, _ expected: [[String]]?) {
        #expect(OTLPSettings.parse(text)?.map { [$0.name, $0.value] } == expected)
    }
}
