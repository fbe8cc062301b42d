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

/// A moment of a monotonic clock that the caller reads; tests make up their own.
package struct Instant: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    static let distantFuture = Instant(nanoseconds: .max)

    package static func + (instant: Instant, duration: Duration) -> Instant {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = instant.nanoseconds.addingReportingOverflow(whole)
        guard !overflow, !carry else { return .distantFuture }
        let (result, late) = sum.addingReportingOverflow(attoseconds / 1_000_000_000)
        return late ? .distantFuture : Instant(nanoseconds: result)
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    func seconds(to other: Instant) -> Double { Double(other.nanoseconds - nanoseconds) / 1e9 }
}
