/// How long to wait before the next attempt: exponential with full jitter above a floor.
///
/// Jitter keeps the processes of a pipeline from returning all at once to a broker that has just come up.
package struct ReconnectBackoff {
    package let initial: Duration
    package let maximum: Duration
    private var attempt = 0

    package init(initial: Duration, maximum: Duration) {
        self.initial = initial
        self.maximum = max(initial, maximum)
    }

    /// - Parameter random: gives a number in 0..<1.
    package mutating func next(random: () -> Double) -> Duration {
        // 2^20 times any initial delay is beyond any sensible maximum; the cap keeps the product finite.
        let ceiling = min(maximum, initial * Double(1 << min(attempt, 20)))
        attempt += 1
        return ceiling / 2 + ceiling / 2 * random()
    }

    package mutating func reset() { attempt = 0 }
}
