internal import Synchronization

/// What came of a transfer: its response, or why there is none.
typealias Outcome = Result<HTTPResponse, HTTPClientError>

/// Where a response's body goes.
enum ResponseSink: Sendable {
    /// Into memory, up to the request's limit.
    case memory
    /// Into a file if the status is 2xx, else into memory.
    case file(path: String, maxSize: Int64)
    /// To a reader, who gets the head as soon as it is there.
    case stream(BodyChannel)
}

/// A request on its way to the I/O thread.
final class Submission: Sendable {
    let id: UInt64
    let request: HTTPRequest
    let target: RequestTarget
    let sink: ResponseSink
    let deadline: ContinuousClock.Instant?
    private let continuation: Mutex<CheckedContinuation<Outcome, Never>?>
    private let cancelled = Atomic(false)

    init(
        id: UInt64, request: HTTPRequest, target: RequestTarget, sink: ResponseSink, deadline: ContinuousClock.Instant?
    ) {
        self.id = id
        self.request = request
        self.target = target
        self.sink = sink
        self.deadline = deadline
        continuation = Mutex(nil)
    }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func markCancelled() {
        cancelled.store(true, ordering: .releasing)
    }

    func await(_ continuation: CheckedContinuation<Outcome, Never>) {
        self.continuation.withLock { $0 = continuation }
    }

    /// Resumes the caller; every call but the first does nothing.
    func complete(_ outcome: Outcome) {
        let waiting = continuation.withLock { held in
            defer { held = nil }
            return held
        }
        waiting?.resume(returning: outcome)
    }

    func error(
        _ code: HTTPClientError.Code, _ message: String, delivery: HTTPClientError.Delivery, status: Int? = nil,
        cause: (any Error)? = nil
    ) -> HTTPClientError {
        HTTPClientError(
            code, message, delivery: delivery, requestName: request.name, target: target.description, status: status, cause: cause)
    }
}
