import CEL

/// A cron expression: minute, hour, day of the month, month, day of the week; or one of `@hourly`, `@daily`…
///
/// As in Vixie's cron: when both days are restricted, either will do; when one of them begins with `*`, both must fit.
package struct CronExpression: Sendable, Hashable {
    let minutes: CronSet
    let hours: CronSet
    let days: CronSet
    let months: CronSet
    let weekdays: CronSet

    private static let nicknames = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *",
        "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    /// - Throws: what is wrong, and at which character.
    package init(_ text: String) throws(ScheduleError) {
        var characters = Array(text)
        if let at = characters.firstIndex(where: { !$0.isWhitespace }), characters[at] == "@" {
            let nickname = String(characters[at...]).lowercased().trimmed
            guard let meaning = Self.nicknames[nickname] else {
                let known = Self.nicknames.keys.sorted().joined(separator: ", ")
                throw ScheduleError(.syntax, "`\(nickname)` is unknown; there are \(known)", offset: at)
            }
            characters = Array(meaning)
        }
        let parts = characters.split(whereSeparator: \.isWhitespace)
        guard parts.count == CronField.all.count else {
            let hint = parts.count == 6 ? "; there is no field for seconds" : ""
            throw ScheduleError(
                .syntax,
                "a cron expression has 5 fields (minute, hour, day of the month, month, day of the week), not \(parts.count)\(hint)",
                offset: parts.count > 5 ? parts[5].startIndex : characters.count)
        }
        var sets: [CronSet] = []
        for (field, part) in zip(CronField.all, parts) {
            var parser = CronFieldParser(field, part)
            sets.append(try parser.parse())
        }
        (minutes, hours, days, months, weekdays) = (sets[0], sets[1], sets[2], sets[3], sets[4])
        try checkDays(at: parts[2].startIndex)
    }

    /// `0 0 31 2 *` would wait for ever.
    private func checkDays(at offset: Int) throws(ScheduleError) {
        guard !eitherDayWillDo, let first = days.first(from: 1) else { return }
        let longest = (1...12).filter(months.contains).map { CivilDate.length(ofMonth: $0, in: 2000) }.max() ?? 0
        guard first > longest else { return }
        throw ScheduleError(.never, "day of the month: no month of these has a day \(first); the longest has \(longest)", offset: offset)
    }

    private var eitherDayWillDo: Bool { !days.isStar && !weekdays.isStar }

    /// Whether it counts with the clock, as `*/15 * * * *` does, and not at fixed times. Changes of the clock then do not matter: it
    /// goes on with what the clock shows, an hour that is skipped is skipped, and one that comes twice is counted twice.
    var followsClock: Bool { minutes.isStar || hours.isStar }

    func fits(day: CivilDate) -> Bool {
        guard months.contains(day.month) else { return false }
        let fitsDay = days.contains(day.day), fitsWeekday = weekdays.contains(day.dayOfWeek)
        return eitherDayWillDo ? fitsDay || fitsWeekday : fitsDay && fitsWeekday
    }
}

extension String {
    fileprivate var trimmed: String {
        var rest = self[...]
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
