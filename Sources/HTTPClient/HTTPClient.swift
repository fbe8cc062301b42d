internal import CCurl
public import CoreMetrics
internal import Glibc

/// An HTTP client over libcurl: HTTP/1.1 with kept-alive connections, HTTP/2 over TLS.
///
/// One thread of its own drives every transfer, reading and writing bodies' files included; callers only ever suspend. Redirects are
/// not followed. TLS is 1.2 or newer and certificates are checked. ``shutdown(within:)`` ends it in order; dropping the last
/// reference cancels what is in flight.
///
/// Cancelling a task ends its transfer at once and throws ``HTTPClientError`` with code `cancelled`, not `CancellationError`:
/// whoever cancels must still learn from ``HTTPClientError/delivery`` whether the request may have arrived.
public final class HTTPClient: Sendable {
    private let mailbox: Mailbox
    private let metrics: HTTPClientMetrics
    private let counts = SharedCounts()
    private let streamBufferSize: Int

    /// - Parameter metricsFactory: where durations and gauges go; nil: the process's own.
    /// - Throws: ``HTTPClientError/Code/other`` when libcurl or the thread can't be started.
    public init(_ configuration: Configuration = Configuration(), metricsFactory: (any MetricsFactory)? = nil) throws(HTTPClientError) {
        guard Self.isCurlReady, let multi = curl_multi_init() else {
            throw HTTPClientError(.other, "libcurl can't be started", delivery: .notSent)
        }
        streamBufferSize = max(1, configuration.streamBufferSize)
        metrics = HTTPClientMetrics(factory: metricsFactory)
        let handle = Mailbox.WakeupHandle(multi: multi)
        mailbox = Mailbox(handle: handle)
        let (mailbox, metrics, counts) = (mailbox, metrics, counts)
        let started = IOThread.start(name: "http-client") {
            TransferLoop(multi: handle.multi, mailbox: mailbox, configuration: configuration, metrics: metrics, shared: counts).run()
        }
        guard started else {
            curl_multi_cleanup(multi)
            throw HTTPClientError(.other, "no thread can be started", delivery: .notSent)
        }
    }

    deinit {
        _ = mailbox.post(.stop)
    }

    /// Sends a request and waits for the whole response, whatever its status.
    public func execute(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        try await perform(request) { _ in .memory }.get()
    }

    /// Sends a request and writes the body of a 2xx response to a file, which appears (replacing one of the same name) only when it is
    /// whole; its directory must exist. It isn't flushed to the disk. Another status makes no file, and its body is in the response.
    /// - Parameter maxSize: bytes the file may have; a larger one fails as `responseTooLarge`.
    public func download(_ request: HTTPRequest, toFile path: String, maxSize: Int64) async throws(HTTPClientError) -> HTTPResponse {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw HTTPClientError(.file, "the file's path is empty or has a NUL", delivery: .notSent, requestName: request.name)
        }
        return try await perform(request) { _ in .file(path: path, maxSize: maxSize) }.get()
    }

    /// Sends a request and returns when the response's head is there; its body follows. The request's total time-out and
    /// `maxResponseSize` hold for the body, too.
    public func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        let channel = BodyChannel(capacity: streamBufferSize)
        let body = HTTPBodyStream(channel)
        let response = try await perform(request) { [mailbox] id in
            channel.onSignal { signal in
                switch signal {
                case .wantsMore: _ = mailbox.post(.resume(id))
                case .gone: _ = mailbox.post(.cancel(id))
                }
            }
            return .stream(channel)
        }.get()
        return HTTPStreamedResponse(status: response.status, version: response.version, headers: response.headers, body: body)
    }

    /// Takes no more requests, lets those in hand finish, cancels what is left after the bound, closes every connection. May be called
    /// more than once.
    public func shutdown(within bound: Duration = .seconds(5)) async {
        await withCheckedContinuation { continuation in
            if !mailbox.post(.drain(until: .now + bound, continuation)) { continuation.resume() }
        }
    }

    public var statistics: Statistics {
        let now = counts.current
        return Statistics(inFlight: now.inFlight, waiting: now.waiting, openConnections: now.openConnections)
    }

    private func perform(_ request: HTTPRequest, sink: (UInt64) -> ResponseSink) async -> Outcome {
        let target: RequestTarget
        do throws(HTTPClientError) {
            target = try RequestCheck.target(of: request)
        } catch {
            return .failure(error)
        }
        let begin = ContinuousClock.now
        let outcome = await transfer(request, target, deadline: request.timeouts.total.map { begin + $0 }, sink: sink)
        metrics.record(request, target: target, result: outcome, duration: ContinuousClock.now - begin)
        return outcome
    }

    private func transfer(
        _ request: HTTPRequest, _ target: RequestTarget, deadline: ContinuousClock.Instant?, sink: (UInt64) -> ResponseSink
    ) async -> Outcome {
        let id = mailbox.nextID()
        let submission = Submission(id: id, request: request, target: target, sink: sink(id), deadline: deadline)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                submission.await(continuation)
                if !mailbox.post(.start(submission)) {
                    submission.complete(.failure(submission.error(.shutDown, "the client is shut down", delivery: .notSent)))
                }
            }
        } onCancel: {
            submission.markCancelled()
            _ = mailbox.post(.cancel(id))
        }
    }

    /// libcurl's global state, set up once in the process before any handle.
    private static let isCurlReady = curl_global_init(ccurl_global_flags()) == CURLE_OK
}
