/// What becomes of a batch of spans after an attempt to hand it over.
package struct OTLPRetry: Sendable {
    package enum Answer: Sendable, Hashable {
        /// `rejected` of them weren't wanted.
        case accepted(rejected: Int)
        /// Any other status.
        case refused(status: Int, retryAfter: Duration?)
        /// None came.
        case unreachable
    }

    package enum Step: Sendable, Hashable {
        case done(rejected: Int)
        case again(after: Duration)
        /// The spans are lost; `reason` is from a small set.
        case giveUp(reason: String)
    }

    private var attempts = 0
    /// Newer spans are worth more than old ones, which keep their place in the queue.
    private let most: Int

    package init(attempts most: Int = 5) { self.most = most }

    package mutating func next(after answer: Answer) -> Step {
        attempts += 1
        switch answer {
        case .accepted(let rejected): return .done(rejected: rejected)
        // The statuses that OTLP says may be tried again.
        case .refused(let status, let retryAfter) where [429, 502, 503, 504].contains(status):
            return again(reason: String(status), retryAfter)
        case .refused(let status, _): return .giveUp(reason: String(status))
        case .unreachable: return again(reason: "unreachable", nil)
        }
    }

    private func again(reason: String, _ wanted: Duration?) -> Step {
        guard attempts < most else { return .giveUp(reason: reason) }
        return .again(after: min(.seconds(30), max(wanted ?? .zero, .milliseconds(500 << (attempts - 1)))))
    }
}
