import CEL
package import Contracts

/// A timer's schedule that was read and found right: it knows its moments.
///
/// All moments are strictly increasing, so asking for the next one after each gives each once.
package struct Schedule: Sendable {
    private enum Rule: Sendable {
        case at(Timestamp)
        /// Ascending.
        case list([Timestamp])
        case daily(TimeOfDay, CELTimeZone)
        case cron(CronExpression, CELTimeZone)
    }

    private let rule: Rule

    package init(_ schedule: TimerSchedule) throws(ScheduleError) {
        switch schedule {
        case .at(let moment): rule = .at(try Self.checked(moment))
        case .list(let moments):
            for moment in moments { _ = try Self.checked(moment) }
            rule = .list(moments.sorted())
        case .daily(let time, let zone): rule = .daily(time, try Self.zone(zone))
        case .cron(let expression, let zone): rule = .cron(try CronExpression(expression), try Self.zone(zone))
        }
    }

    /// The moment at which a timer that was set at `asked` fires first; nil: never. A single moment counts even when it is over.
    package func first(after asked: Timestamp) -> Timestamp? {
        if case .at(let moment) = rule { return moment }
        return next(after: asked)
    }

    /// The first moment after `moment`; nil: there is none.
    package func next(after moment: Timestamp) -> Timestamp? {
        switch rule {
        case .at(let only): return only > moment ? only : nil
        case .list(let moments): return moments.first { $0 > moment }
        case .daily(let time, let zone): return zone.next(time, after: Self.seconds(of: moment)).map { Timestamp(seconds: $0) }
        case .cron(let cron, let zone): return cron.next(after: Self.seconds(of: moment), in: zone).map { Timestamp(seconds: $0) }
        }
    }

    /// Rounded down: a whole second is after it exactly when it is after the moment.
    private static func seconds(of moment: Timestamp) -> Int64 {
        let (quotient, remainder) = moment.milliseconds.quotientAndRemainder(dividingBy: 1000)
        let seconds = remainder < 0 ? quotient - 1 : quotient
        return min(max(seconds, CELTimestamp.range.lowerBound), CELTimestamp.range.upperBound)
    }

    private static func checked(_ moment: Timestamp) throws(ScheduleError) -> Timestamp {
        let range = CELTimestamp.range
        guard moment.milliseconds >= range.lowerBound * 1000, moment.milliseconds <= range.upperBound * 1000 + 999 else {
            throw ScheduleError(.moment, "a moment is outside the years 1 to 9999")
        }
        return moment
    }

    private static func zone(_ name: String) throws(ScheduleError) -> CELTimeZone {
        do throws(CELError) { return try CELTimeZone.named(name) } catch { throw ScheduleError(.zone, error.message) }
    }
}
