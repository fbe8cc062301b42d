package import Contracts
package import JSON

/// How fast overdue timers may fire: so many a second in all, and of one bot no more than its share.
///
/// A value that is told the time. It travels through the database, so that all instances together keep one pace, and an instance that
/// dies takes nothing of it along.
package struct BacklogPace: Sendable, Hashable {
    package struct Rates: Sendable, Hashable {
        /// Timers a second, of all bots.
        package var overall: Double
        /// Timers a second of one bot.
        package var perBot: Double
        /// How much of an idle time can be made up for afterwards.
        package var burst: Duration

        package init(overall: Double, perBot: Double, burst: Duration = .milliseconds(200)) {
            self.overall = overall
            self.perBot = perBot
            self.burst = burst
        }
    }

    /// How many of which bot may fire now.
    package struct Allotment: Sendable, Hashable {
        package var bots: [(bot: String, most: Int)] = []
        package var total = 0

        package static func == (left: Self, right: Self) -> Bool {
            left.total == right.total && left.bots.elementsEqual(right.bots) { $0 == $1 }
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(total)
            for (bot, most) in bots { hasher.combine([bot, String(most)]) }
        }
    }

    /// A bucket of permits that fills steadily.
    fileprivate struct Bucket: Sendable, Hashable {
        var permits: Double
        var at: Int64

        mutating func fill(_ rate: Double, _ burst: Duration, at now: Timestamp) {
            let capacity = BacklogPace.capacity(rate, burst)
            // A clock that was set back, or another machine's that is behind, gives nothing and takes nothing.
            let seconds = Double(max(0, now.milliseconds - at)) / 1000
            permits = min(capacity, permits + seconds * rate)
            at = max(at, now.milliseconds)
        }
    }

    private var all: Bucket?
    private var bots: [String: Bucket] = [:]

    package init() {}

    /// At least one, or a slow rate would never come to a whole permit.
    private static func capacity(_ rate: Double, _ burst: Duration) -> Double {
        let (seconds, attoseconds) = burst.components
        return max(1, rate * (Double(seconds) + Double(attoseconds) * 1e-18))
    }

    /// What may fire of the bots that have something overdue.
    ///
    /// - Parameter limit: the most in all.
    package mutating func allot(_ waiting: [String], rates: Rates, limit: Int, at now: Timestamp) -> Allotment {
        refill(rates, at: now)
        var allotment = Allotment(total: min(limit, Int(all?.permits ?? 0)))
        guard allotment.total > 0 else { return Allotment() }
        for bot in waiting {
            let permits = bots[bot]?.permits ?? Self.capacity(rates.perBot, rates.burst)
            let most = min(allotment.total, Int(permits))
            if most > 0 { allotment.bots.append((bot, most)) }
        }
        return allotment.bots.isEmpty ? Allotment() : allotment
    }

    /// These have fired.
    package mutating func took(_ counts: [String: Int], rates: Rates, at now: Timestamp) {
        refill(rates, at: now)
        for (bot, count) in counts {
            all?.permits -= Double(count)
            var bucket = bots[bot] ?? Bucket(permits: Self.capacity(rates.perBot, rates.burst), at: now.milliseconds)
            bucket.permits -= Double(count)
            bots[bot] = bucket
        }
    }

    private mutating func refill(_ rates: Rates, at now: Timestamp) {
        var all = all ?? Bucket(permits: Self.capacity(rates.overall, rates.burst), at: now.milliseconds)
        all.fill(rates.overall, rates.burst, at: now)
        self.all = all
        for bot in bots.keys { bots[bot]?.fill(rates.perBot, rates.burst, at: now) }
        // A full bucket is as good as none: only bots with a backlog are remembered.
        let full = Self.capacity(rates.perBot, rates.burst)
        bots = bots.filter { $0.value.permits < full }
    }
}

extension BacklogPace: JSONCodable {
    package init(json: JSON) throws(JSONError) {
        all = try json.optional("all", as: Bucket.self)
        guard let members = json["bots"]?.object?.members else { return }
        for (bot, bucket) in members { bots[bot] = try Bucket(json: bucket) }
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("all", all)
            $0.member("bots", object: { for (bot, bucket) in bots.sorted(by: { $0.key < $1.key }) { $0.member(bot, bucket) } })
        }
    }
}

extension BacklogPace.Bucket: JSONCodable {
    init(json: JSON) throws(JSONError) {
        permits = try json.required("permits")
        at = try json.required("at")
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("permits", permits)
            $0.member("at", at)
        }
    }
}
