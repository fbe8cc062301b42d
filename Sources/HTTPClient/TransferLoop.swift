internal import CCurl
internal import Glibc
internal import Synchronization

/// Everything that touches libcurl, on one thread: takes orders from the mailbox, drives the multi handle, hands results back in batches.
final class TransferLoop {
    /// Handles kept for reuse beyond those in use.
    private static let maxIdleHandles = 1024
    /// How late a request that waits for a slot may notice its time-out.
    private static let expiryStep = Duration.milliseconds(20)
    /// How long libcurl may be late with a time-out before it is taken out of its hands.
    private static let timeoutGrace = Duration.milliseconds(20)
    private static let longestSleep = Duration.seconds(60)

    private let multi: UnsafeMutableRawPointer
    private let mailbox: Mailbox
    private let configuration: HTTPClient.Configuration
    private let metrics: HTTPClientMetrics
    private let shared: SharedCounts
    private let connections = ConnectionCounter()
    private var admission: AdmissionQueue<RequestTarget>
    private var waiting: [UInt64: Submission] = [:]
    private var running: [UInt64: TransferHandle] = [:]
    private var idle: [TransferHandle] = []
    private var finished: [(Submission, Outcome)] = []
    private var commands: [Mailbox.Command] = []
    private var drainers: [CheckedContinuation<Void, Never>] = []
    private var drainDeadline: ContinuousClock.Instant?
    private var mustStop = false
    /// No running transfer is overdue before this; nil: none has a time-out.
    private var nextOverdue: ContinuousClock.Instant?
    private var reported = SharedCounts.Values()

    init(
        multi: UnsafeMutableRawPointer, mailbox: Mailbox, configuration: HTTPClient.Configuration, metrics: HTTPClientMetrics,
        shared: SharedCounts
    ) {
        self.multi = multi
        self.mailbox = mailbox
        self.configuration = configuration
        self.metrics = metrics
        self.shared = shared
        let limits = configuration.admissionLimits
        admission = AdmissionQueue(limits: .init(total: limits.total, perOrigin: limits.perHost, waiting: limits.waiting))
        ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, max(1, configuration.maxConnectionsPerHost))
        ccurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, max(1, configuration.maxConnections))
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(1, configuration.maxConnections))
    }

    func run() {
        while !isOver {
            obey()
            var stillRunning: Int32 = 0
            curl_multi_perform(multi, &stillRunning)
            collect()
            expireWaiting()
            expireRunning()
            report()
            deliver()
            sleep()
        }
        stop()
    }

    private var isOver: Bool {
        guard !mustStop else { return true }
        guard let drainDeadline else { return false }
        return running.isEmpty && waiting.isEmpty || ContinuousClock.now >= drainDeadline
    }

    // MARK: Orders

    private func obey() {
        mailbox.take(into: &commands)
        for command in commands {
            switch command {
            case .start(let submission): submit(submission)
            case .cancel(let id): cancel(id)
            case .resume(let id):
                // Hands over held-back bytes at once; a refusal of them is told here and nowhere else.
                if let handle = running[id], case let result = curl_easy_pause(handle.easy, CURLPAUSE_CONT), result != CURLE_OK {
                    finish(handle, result)
                }
            case .drain(let deadline, let continuation):
                drainDeadline = min(drainDeadline ?? deadline, deadline)
                drainers.append(continuation)
            case .stop: mustStop = true
            }
        }
        commands.removeAll(keepingCapacity: true)
    }

    private func submit(_ submission: Submission) {
        if submission.isCancelled {
            return end(submission, .failure(submission.error(.cancelled, "cancelled before it was sent", delivery: .notSent)))
        }
        guard drainDeadline == nil, !mustStop else {
            return end(submission, .failure(submission.error(.shutDown, "the client is shut down", delivery: .notSent)))
        }
        switch admission.submit(submission.id, to: submission.target, deadline: submission.deadline) {
        case .start: start(submission)
        case .wait: waiting[submission.id] = submission
        case .refuse:
            end(submission, .failure(submission.error(.overloaded, "too many requests are waiting already", delivery: .notSent)))
        }
    }

    private func start(_ submission: Submission) {
        let remaining = submission.deadline.map { $0 - ContinuousClock.now }
        if let remaining, remaining <= .zero {
            return refuse(submission, submission.error(.timeout, "timed out waiting for a free slot", delivery: .notSent))
        }
        guard let handle = idle.popLast() ?? TransferHandle(configuration: configuration, connections: connections) else {
            return refuse(submission, submission.error(.other, "out of memory", delivery: .notSent))
        }
        do throws(HTTPClientError) {
            try handle.prepare(submission, remaining: remaining)
        } catch {
            recycle(handle)
            return refuse(submission, error)
        }
        running[submission.id] = handle
        if let due = submission.deadline.map({ $0 + Self.timeoutGrace }) { nextOverdue = min(nextOverdue ?? due, due) }
        let result = curl_multi_add_handle(multi, handle.easy)
        if result != CURLM_OK {
            running[submission.id] = nil
            recycle(handle)
            refuse(submission, submission.error(.other, "libcurl takes no transfer (\(result.rawValue))", delivery: .notSent))
        }
    }

    /// An admitted request that never became a transfer.
    private func refuse(_ submission: Submission, _ error: HTTPClientError) {
        end(submission, .failure(error))
        release(submission.target)
    }

    private func cancel(_ id: UInt64) {
        if let submission = waiting.removeValue(forKey: id) {
            _ = admission.withdraw(id)
            end(submission, .failure(submission.error(.cancelled, "cancelled before it was sent", delivery: .notSent)))
        } else {
            abort(id, .cancelled, "cancelled")
        }
    }

    // MARK: Results

    private func collect() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let result = ccurl_message_result(message)
            var context: UnsafeMutableRawPointer?
            guard ccurl_get_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK, let context else { continue }
            finish(TransferHandle.at(context), result)
        }
    }

    private func finish(_ handle: TransferHandle, _ result: CURLcode) {
        curl_multi_remove_handle(multi, handle.easy)
        guard let submission = handle.submission else { return }
        running[submission.id] = nil
        let outcome = TransferOutcome.of(handle, submission, result)
        recycle(handle)
        end(submission, outcome)
        release(submission.target)
    }

    private func abort(_ id: UInt64, _ code: HTTPClientError.Code, _ message: String) {
        guard let handle = running.removeValue(forKey: id) else { return }
        handle.evidence.count(handle.bytesCounted)
        curl_multi_remove_handle(multi, handle.easy)
        guard let submission = handle.submission else { return }
        let error = submission.error(code, message, delivery: handle.evidence.delivery, status: handle.head.status)
        recycle(handle)
        end(submission, .failure(error))
        release(submission.target)
    }

    private func recycle(_ handle: TransferHandle) {
        _ = handle.clear()
        if !handle.isWorn, idle.count < Self.maxIdleHandles { idle.append(handle) }
    }

    private func release(_ target: RequestTarget) {
        for id in admission.finish(target) {
            if let submission = waiting.removeValue(forKey: id) { start(submission) }
        }
    }

    /// libcurl lets a transfer that waits for a connection (all taken, or the first HTTP/2 one not yet up) wait beyond its time-out.
    private func expireRunning() {
        guard let due = nextOverdue, case let now = ContinuousClock.now, due <= now else { return }
        var overdue: [UInt64] = []
        nextOverdue = nil
        for (id, handle) in running {
            guard let due = handle.submission?.deadline.map({ $0 + Self.timeoutGrace }) else { continue }
            if due <= now { overdue.append(id) } else { nextOverdue = min(nextOverdue ?? due, due) }
        }
        for id in overdue { abort(id, .timeout, "timed out") }
    }

    private func expireWaiting() {
        guard admission.waitingCount > 0 else { return }
        for id in admission.expire(at: .now) {
            guard let submission = waiting.removeValue(forKey: id) else { continue }
            end(submission, .failure(submission.error(.timeout, "timed out waiting for a free slot", delivery: .notSent)))
        }
    }

    private func end(_ submission: Submission, _ outcome: Outcome) {
        finished.append((submission, outcome))
    }

    /// All at once, after libcurl has been served: each resumption may wake a thread.
    private func deliver() {
        for (submission, outcome) in finished {
            if case .stream(let channel) = submission.sink {
                if case .failure(let error) = outcome { channel.finish(error) } else { channel.finish(nil) }
            }
            submission.complete(outcome)
        }
        finished.removeAll(keepingCapacity: true)
    }

    // MARK: Rest

    private func report() {
        let now = SharedCounts.Values(inFlight: running.count, waiting: waiting.count, openConnections: connections.open)
        guard now != reported else { return }
        shared.set(now)
        metrics.gauge(active: now.inFlight, connections: now.openConnections)
        reported = now
    }

    private func sleep() {
        guard !isOver, mailbox.fallAsleep() else { return }
        var longest = admission.waitingCount > 0 ? Self.expiryStep : Self.longestSleep
        if let nextOverdue { longest = min(longest, nextOverdue - ContinuousClock.now) }
        if let drainDeadline { longest = min(longest, drainDeadline - ContinuousClock.now) }
        var count: Int32 = 0
        curl_multi_poll(multi, nil, 0, Int32(longest.curlMilliseconds), &count)
        mailbox.wakeUp()
    }

    private func stop() {
        let message = "the client was shut down before it was finished"
        for (_, submission) in waiting { end(submission, .failure(submission.error(.shutDown, message, delivery: .notSent))) }
        waiting.removeAll()
        for id in Array(running.keys) { abort(id, .shutDown, message) }
        // Posted between the last look and now.
        for command in mailbox.close() {
            switch command {
            case .start(let submission):
                end(submission, .failure(submission.error(.shutDown, "the client is shut down", delivery: .notSent)))
            case .drain(_, let continuation): drainers.append(continuation)
            case .cancel, .resume, .stop: break
            }
        }
        deliver()
        idle.removeAll()
        curl_multi_cleanup(multi)
        report()
        for drainer in drainers { drainer.resume() }
    }
}

/// The loop's counts, for others to read.
final class SharedCounts: Sendable {
    struct Values: Hashable {
        var inFlight = 0
        var waiting = 0
        var openConnections = 0
    }

    private let values = Mutex(Values())

    func set(_ new: Values) {
        values.withLock { $0 = new }
    }

    var current: Values { values.withLock { $0 } }
}
