/// So many tokens, refilled at a steady rate. Time is any clock that only moves forward, in seconds.
package struct TokenBucket: Sendable {
    /// Tokens per second.
    package var rate: Double
    package var burst: Double
    private var tokens: Double
    private var refilledAt: Double

    package init(rate: Double, burst: Double, now: Double) {
        self.rate = rate
        self.burst = burst
        tokens = burst
        refilledAt = now
    }

    /// Takes `count` tokens, or tells the seconds until they are there.
    package mutating func take(_ count: Double, now: Double) -> Double? {
        refill(now)
        // What is larger than the bucket passes when the bucket is full: it can't ever pass otherwise.
        let needed = min(count, burst)
        guard tokens + 1e-9 < needed else {
            tokens -= count
            return nil
        }
        return (needed - tokens) / rate
    }

    package mutating func giveBack(_ count: Double) { tokens = min(burst, tokens + count) }

    /// Whether nothing is missing, so that a new bucket would be the same.
    package mutating func isFull(now: Double) -> Bool {
        refill(now)
        return tokens >= burst
    }

    private mutating func refill(_ now: Double) {
        guard now > refilledAt else { return }
        tokens = min(burst, tokens + (now - refilledAt) * rate)
        refilledAt = now
    }
}
