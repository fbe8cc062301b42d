import CoreMetrics
import HTTPClient
package import Logging
import Synchronization

/// Brings recorded spans to an OpenTelemetry collector, beside the work and never in its way.
package final class OTLPExporter: Sendable {
    package let recorder: SpanRecorder
    private let encoding: OTLPEncoding
    private let url: String
    private let headers: HTTPHeaders
    private let timeout: Duration
    private let interval: Duration
    private let http: HTTPClient
    private let metrics: MetricsRegistry
    private let logger: Logger
    private let wakeups: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let isStopping = Atomic<Bool>(false)

    /// Nil when the settings name no collector.
    ///
    /// - Throws: ``RuntimeError`` when the HTTP client can't be started.
    package init?(_ settings: OTLPSettings, encoding: OTLPEncoding, metrics: MetricsRegistry, logger: Logger) throws(RuntimeError) {
        guard let endpoint = settings.endpoint else { return nil }
        do throws(HTTPClientError) {
            // Its requests would hide those of the work in the process's gauges.
            http = try HTTPClient(metricsFactory: NOOPMetricsHandler.instance)
        } catch {
            throw RuntimeError(.tracing, "no HTTP client for the traces", cause: error)
        }
        url = OTLPExporter.url(endpoint)
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        for header in settings.headers { headers.add(header.name, header.value) }
        self.headers = headers
        self.encoding = encoding
        timeout = settings.timeout
        interval = settings.interval
        self.metrics = metrics
        self.logger = logger
        let (wakeups, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        (self.wakeups, self.wake) = (wakeups, wake)
        recorder = SpanRecorder(capacity: settings.queue) { wake.yield() }
        let dropped = metrics.counter(MetricCatalogue.spansProcessed.name, [("error.type", "queue_full")])
        let waiting = metrics.gauge(MetricCatalogue.spansWaiting.name)
        metrics.beforeExposition { [recorder] in
            dropped.set(Double(recorder.dropped))
            waiting.set(Double(recorder.waiting))
        }
    }

    /// Without the user and password, which the client wants nowhere.
    private static func url(_ endpoint: ConnectionURL) -> String {
        var path = endpoint.path
        while path.hasSuffix("/") { path.removeLast() }
        let place = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
        return "\(endpoint.scheme)://\(place)\(endpoint.port.map { ":\($0)" } ?? "")\(path)/v1/traces"
    }

    /// Until ``stop(within:)``, which lets it hand over what waits.
    package func run() async {
        await withTaskGroup { group in
            group.addTask { [wake, interval] in
                while (try? await Task.sleep(for: interval, tolerance: interval / 10)) != nil { wake.yield() }
            }
            for await _ in wakeups { await exportWhatWaits() }
            group.cancelAll()
        }
        await exportWhatWaits()
        await http.shutdown(within: .milliseconds(100))
    }

    private func exportWhatWaits() async {
        while !Task.isCancelled {
            let spans = recorder.take()
            if spans.isEmpty { return }
            await export(spans)
        }
    }

    /// Hands over what waits, and cancels what takes longer than `bound`.
    package func stop(_ running: Task<Void, Never>, within bound: Duration) async {
        isStopping.store(true, ordering: .relaxed)
        wake.finish()
        let cutOff = Task {
            try await Task.sleep(for: bound)
            running.cancel()
        }
        await running.value
        cutOff.cancel()
    }

    private func export(_ spans: [Span]) async {
        var retry = OTLPRetry(attempts: isStopping.load(ordering: .relaxed) ? 1 : 5)
        let body = encoding.request(spans)
        while true {
            switch retry.next(after: await send(body)) {
            case .done(let rejected):
                count(spans.count - rejected, nil)
                if rejected > 0 { count(rejected, "rejected") }
                return report(nil)
            case .again(let delay):
                do {
                    try await Task.sleep(for: isStopping.load(ordering: .relaxed) ? .zero : delay)
                } catch {
                    return count(spans.count, "stopped")
                }
            case .giveUp(let reason):
                count(spans.count, reason)
                return report(reason)
            }
        }
    }

    private func send(_ body: [UInt8]) async -> OTLPRetry.Answer {
        let request = HTTPRequest(
            .post, url, headers: headers, body: .bytes(body), name: "otlp",
            timeouts: HTTPRequest.Timeouts(connect: timeout, total: timeout), maxResponseSize: 1 << 20, isIdempotent: true)
        do throws(HTTPClientError) {
            let response = try await http.execute(request)
            guard response.status == 200 else {
                let seconds = response.headers["Retry-After"].flatMap { Int64($0) }
                return .refused(status: response.status, retryAfter: seconds.map { .seconds(max(0, min($0, 60))) })
            }
            return .accepted(rejected: OTLPEncoding.rejected(in: response.body))
        } catch {
            return .unreachable
        }
    }

    private func count(_ spans: Int, _ failure: String?) {
        metrics.counter(MetricCatalogue.spansExported.name, failure.map { [("error.type", $0)] } ?? []).increment(by: Int64(spans))
    }

    private let lastFailure = Mutex<String?>(nil)

    /// Once when it begins and once when it ends.
    private func report(_ failure: String?) {
        let before = lastFailure.withLock { last in
            defer { last = failure }
            return last
        }
        switch (before, failure) {
        case (nil, let failure?): logger.warning("the collector takes no traces, they are dropped", metadata: ["error": "\(failure)"])
        case (_?, nil): logger.info("the collector takes traces again")
        default: break
        }
    }
}
