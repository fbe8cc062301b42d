package import Contracts

/// When to look for due timers next: when one is due, but neither all the time nor too seldom.
///
/// A value that is told the time and what a look found.
package struct FiringRhythm: Sendable {
    package struct Settings: Sendable, Hashable {
        /// The least time between two looks, so that timers that are due within it share a transaction. Late by half of it on average.
        package var breath: Duration = .milliseconds(25)
        /// The longest time without a look. It bounds how late a timer is of which this instance was not told: one that another
        /// instance has stored and, because it was killed, does not fire.
        package var longest: Duration = .milliseconds(200)
        /// The longest pause after failures, which are doubled from `breath` on.
        package var longestPause: Duration = .seconds(2)

        package init() {}
    }

    private let settings: Settings
    private var looked: Timestamp?
    private var due: Timestamp?
    /// The earliest that was stored since the look that is under way began, which may not have seen it.
    private var news: Timestamp?
    private var isHungry = false
    private var failures = 0

    package init(_ settings: Settings = Settings()) { self.settings = settings }

    /// When to look; now, at the beginning.
    package func next(at now: Timestamp) -> Timestamp {
        guard let looked else { return now }
        if failures > 0 { return looked + min(settings.breath * (1 << min(failures, 16)), settings.longestPause) }
        if isHungry { return looked }
        let latest = looked + settings.longest
        return max(min(due ?? latest, latest), looked + settings.breath)
    }

    /// How long to sleep until then.
    package func pause(at now: Timestamp) -> Duration { .milliseconds(max(0, next(at: now).milliseconds - now.milliseconds)) }

    /// Whether a timer that is known of is due by now, so that a look will find something.
    package func expects(at now: Timestamp) -> Bool { isHungry || due.map { $0 <= now } ?? false }

    /// A look begins.
    package mutating func begins() { news = nil }

    /// A look has ended.
    ///
    /// - Parameters:
    ///   - now: when it began.
    ///   - due: when the next timer is due; nil: none was found.
    ///   - foundAll: false when the batch was full, so that there may be more.
    package mutating func looked(at now: Timestamp, due: Timestamp?, foundAll: Bool) {
        looked = now
        self.due = [due, news].compactMap { $0 }.min()
        isHungry = !foundAll
        failures = 0
    }

    package mutating func failed(at now: Timestamp) {
        looked = now
        failures += 1
    }

    /// A timer was stored. Whether that means to look earlier than planned.
    package mutating func announced(_ moment: Timestamp, at now: Timestamp) -> Bool {
        let planned = next(at: now)
        if news.map({ moment < $0 }) ?? true { news = moment }
        if due.map({ moment < $0 }) ?? true { due = moment }
        return next(at: now) < planned
    }
}

extension Timestamp {
    package static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (sum, overflow) = moment.milliseconds.addingReportingOverflow(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        return Timestamp(milliseconds: overflow ? .max : sum)
    }

    package static func - (moment: Timestamp, duration: Duration) -> Timestamp { moment + (.zero - duration) }
}
