package import Contracts

/// Keeps one person from flooding one bot: a token bucket for each pair.
///
/// Over the limit comes one polite notice, then silence until the person has calmed down, that is until half the bucket
/// has filled up again.
package struct FloodGuard {
    package struct Limits: Sendable, Hashable {
        /// Events in one go.
        package var burst: Double
        /// Events per second in the long run; 0 switches the guard off.
        package var rate: Double

        package init(burst: Double, rate: Double) {
            self.burst = burst
            self.rate = rate
        }
    }

    package enum Verdict: Sendable, Hashable {
        case pass
        /// Dropped, and the first one that is: say so.
        case notice
        case drop
    }

    private struct Key: Hashable {
        var bot: BotName
        var person: PersonID
    }

    private struct Bucket {
        var tokens: Double
        var updated: Timestamp
        var isSilenced = false
    }

    private let limits: Limits
    private let capacity: Int
    private var buckets: [Key: Bucket] = [:]

    /// - Parameter capacity: people remembered at one time; beyond it those who have calmed down are forgotten, which
    ///   changes nothing for them.
    package init(_ limits: Limits, capacity: Int = 100_000) {
        self.limits = limits
        self.capacity = capacity
    }

    /// People remembered now.
    package var count: Int { buckets.count }

    /// Whether an event of this person may pass at this moment.
    package mutating func admit(_ person: PersonID, of bot: BotName, at now: Timestamp) -> Verdict {
        guard limits.rate > 0 else { return .pass }
        let key = Key(bot: bot, person: person)
        var bucket = refilled(buckets[key] ?? Bucket(tokens: limits.burst, updated: now), at: now)
        defer { buckets[key] = bucket }
        if buckets.count >= capacity && buckets[key] == nil { forgetTheCalm(at: now) }
        if bucket.isSilenced && bucket.tokens >= limits.burst / 2 { bucket.isSilenced = false }
        if bucket.isSilenced { return .drop }
        if bucket.tokens >= 1 {
            bucket.tokens -= 1
            return .pass
        }
        bucket.isSilenced = true
        return .notice
    }

    private func refilled(_ bucket: Bucket, at now: Timestamp) -> Bucket {
        var bucket = bucket
        // A clock that was set back gives nothing and takes nothing.
        let seconds = Double(max(0, now.milliseconds - bucket.updated.milliseconds)) / 1000
        bucket.tokens = min(limits.burst, bucket.tokens + seconds * limits.rate)
        bucket.updated = now
        return bucket
    }

    private mutating func forgetTheCalm(at now: Timestamp) {
        buckets = buckets.filter { refilled($0.value, at: now).tokens < limits.burst }
        // Too many flood at once: starting over is kinder than growing without bound, or than looking through all of them for
        // every newcomer.
        if buckets.count > capacity - capacity / 4 { buckets = [:] }
    }
}
