/// Lets `burst` things pass at once and `rate` per second in the long run.
struct TokenBucket: Sendable, Hashable {
    private(set) var burst: Double
    private(set) var rate: Double
    private var tokens: Double
    private var updated: Instant

    init(burst: Double, rate: Double, at now: Instant) {
        self.burst = burst
        self.rate = rate
        tokens = burst
        updated = now
    }

    /// When the next token is there; not later than `now` when it is there already.
    func available(at now: Instant) -> Instant {
        let missing = 1 - tokens(at: now)
        guard missing > 0 else { return now }
        guard rate > 0 else { return .distantFuture }
        return now + .seconds(missing / rate)
    }

    /// Takes a token, or owes one.
    mutating func take(at now: Instant) {
        tokens = tokens(at: now) - 1
        updated = now
    }

    mutating func change(rate: Double, at now: Instant) {
        tokens = tokens(at: now)
        updated = now
        self.rate = rate
    }

    /// Whether nothing was taken for so long that it is like new.
    func isFull(at now: Instant) -> Bool { tokens(at: now) >= burst }

    private func tokens(at now: Instant) -> Double {
        min(burst, tokens + max(0, updated.seconds(to: now)) * rate)
    }
}
