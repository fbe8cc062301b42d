package import CEL
package import Contracts

/// What a zone's clocks show. All in whole seconds since 1970: `instant` is counted in UTC, `local` by the zone's clock.
extension CELTimeZone {
    /// More than any clock is from UTC, and less than the time between two changes of one zone.
    private static var day: Int64 { 86_400 }

    /// The first instant at which the clock shows `local` or more: of a time that occurs twice the first, of one that does not exist
    /// the first moment after the gap. Nil when the zone leaves out the whole day, as Samoa did on 30 December 2011.
    package func firstInstant(reaching local: Int64) -> Int64? {
        let before = Int64(offset(at: local - Self.day)), after = Int64(offset(at: local + Self.day))
        for offset in [max(before, after), min(before, after)] where Int64(self.offset(at: local - offset)) == offset {
            return local - offset
        }
        guard after - before < Self.day else { return nil }
        return first(in: local - Self.day, local + Self.day) { $0 + Int64(offset(at: $0)) >= local }
    }

    /// The first instant after `start`, up to `end`, at which the clock is changed; nil: it isn't. Between them lie two days at most.
    package func change(after start: Int64, upTo end: Int64) -> Int64? {
        let offset = offset(at: start)
        guard end > start, self.offset(at: end) != offset else { return nil }
        return first(in: start, end) { self.offset(at: $0) != offset }
    }

    /// The next instant after `instant` at which the clock shows a time of day.
    package func next(_ time: TimeOfDay, after instant: Int64) -> Int64? {
        let today = (instant + Int64(offset(at: instant))) / Self.day
        for day in today - 1...today + 3 {
            let local = day * Self.day + Int64(time.secondsSinceMidnight)
            if let moment = firstInstant(reaching: local), moment > instant { return moment }
        }
        return nil
    }

    /// - Parameter condition: false at `low`, true at `high`, and changing once.
    private func first(in low: Int64, _ high: Int64, where condition: (Int64) -> Bool) -> Int64 {
        var low = low, high = high
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if condition(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
