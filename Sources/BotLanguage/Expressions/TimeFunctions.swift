import CEL

/// Days and times of day as people have them on their clocks.
enum TimeFunctions {
    static let all = [dayOf, timeOf, startOf, isZone]

    /// Units of ``startOf``, the smallest first.
    static let units = ["day", "week", "month", "year"]

    static let dayOf = CELFunction(
        "dayOf", documentation: "The day of a moment in a time zone, as '2026-01-31': dayOf(now, 'Europe/Berlin').",
        .global(
            [.timestamp, .string], returns: .string,
            .binary { moment, zone in
                .string(day(ofLocal: try local(moment, zone).seconds))
            }))

    static let timeOf = CELFunction(
        "timeOf", documentation: "The time of day of a moment in a time zone, as '09:30'.",
        .global(
            [.timestamp, .string], returns: .string,
            .binary { moment, zone in
                let clock = CivilDate(seconds: try local(moment, zone).seconds)
                return .string(CalendarText.time(microseconds: Int64(clock.hour * 60 + clock.minute) * 60_000_000))
            }))

    static let startOf = CELFunction(
        "startOf",
        documentation:
            "When the day, week (on Monday), month or year of a moment began in a time zone: startOf(now, 'week', 'Europe/Berlin').",
        .global(
            [.timestamp, .string, .string], returns: .timestamp,
            .ternary { moment, unit, zone in
                let (local, rules) = try local(moment, zone)
                let start = try start(ofLocal: local, unit: try unit.asString())
                let instant = max(rules.instant(ofLocal: start), CELTimestamp.range.lowerBound)
                return .timestamp(CELTimestamp(seconds: instant))
            }))

    static let isZone = CELFunction(
        "isZone", documentation: "Whether there is a time zone of this name, such as 'Europe/Berlin' or '+02:00'.",
        .global(
            [.string], returns: .bool,
            .unary { name in
                let name = try name.asString()
                return .bool((try? CELTimeZone.named(name)) != nil)
            }))

    private static func local(_ moment: CELValue, _ zone: CELValue) throws -> (seconds: Int64, rules: CELTimeZone) {
        let seconds = try moment.asTimestamp().seconds
        let rules = try CELTimeZone.named(try zone.asString())
        return (seconds + Int64(rules.offset(at: seconds)), rules)
    }

    /// The years are 1 to 9999, also where a zone's clock is beyond them.
    static func day(ofLocal seconds: Int64) -> String {
        let bounded = min(max(seconds, CELTimestamp.range.lowerBound), CELTimestamp.range.upperBound)
        return CalendarText.date(days: Int32((bounded - (bounded % 86_400 + 86_400) % 86_400) / 86_400))
    }

    private static func start(ofLocal seconds: Int64, unit: String) throws -> Int64 {
        var date = CivilDate(seconds: seconds)
        (date.hour, date.minute, date.second) = (0, 0, 0)
        switch unit {
        case "day": return date.seconds
        // Days of the week are counted from Sunday.
        case "week": return date.seconds - Int64((date.dayOfWeek + 6) % 7) * 86_400
        case "month":
            date.day = 1
            return date.seconds
        case "year":
            (date.month, date.day) = (1, 1)
            return date.seconds
        default: throw CELError(.invalidArgument, "a unit of startOf() is 'day', 'week', 'month' or 'year'")
        }
    }
}
