/// The bulk lane's own limit: slows down by half with each 429 and recovers by a tenth of the full rate each second.
struct BulkRate {
    private let limits: SendLimits
    private var bucket: TokenBucket
    private var slowed: Instant?

    init(_ limits: SendLimits, at now: Instant) {
        self.limits = limits
        bucket = TokenBucket(burst: limits.bulk.burst, rate: limits.bulk.perSecond, at: now)
    }

    mutating func available(at now: Instant) -> Instant {
        recover(at: now)
        return bucket.available(at: now)
    }

    mutating func take(at now: Instant) { bucket.take(at: now) }

    mutating func slowDown(at now: Instant) {
        bucket.change(rate: max(limits.slowestBulk, bucket.rate / 2), at: now)
        slowed = now
    }

    private mutating func recover(at now: Instant) {
        guard let since = slowed, bucket.rate < limits.bulk.perSecond else { return }
        let steps = since.seconds(to: now).rounded(.down)
        guard steps >= 1 else { return }
        bucket.change(rate: min(limits.bulk.perSecond, bucket.rate + steps * limits.bulk.perSecond / 10), at: now)
        slowed = since + .seconds(steps)
    }
}
