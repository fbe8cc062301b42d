/// The yearly rule at the end of a zone file, e.g. `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX TZ with the extensions of RFC 8536).
struct ZoneRule: Sendable {
    private let standard: Int
    private let daylight: (offset: Int, start: Moment, end: Moment)?

    /// A moment of the year by the clock that is in force until then.
    private struct Moment: Sendable {
        enum Day: Sendable {
            /// The n-th weekday of a month, 5 meaning the last.
            case weekday(month: Int, week: Int, day: Int)
            /// Day of the year from 1, without 29 February.
            case julian(Int)
            /// Day of the year from 0, with 29 February.
            case ordinal(Int)
        }
        let day: Day
        let seconds: Int

        func local(in year: Int) -> Int64 {
            let days: Int
            switch day {
            case .weekday(let month, let week, let weekday):
                let first = CivilDate(year: year, month: month, day: 1).dayOfWeek
                var date = 1 + (weekday - first + 7) % 7 + (week - 1) * 7
                while date > CivilDate.length(ofMonth: month, in: year) { date -= 7 }
                days = CivilDate.days(year: year, month: month, day: date)
            case .julian(let day):
                let leap = CivilDate.isLeap(year) && day >= 60 ? 1 : 0
                days = CivilDate.days(year: year, month: 1, day: 1) + day - 1 + leap
            case .ordinal(let day):
                days = CivilDate.days(year: year, month: 1, day: 1) + day
            }
            return Int64(days) * 86_400 + Int64(seconds)
        }
    }

    init?(_ text: String) {
        var reader = Reader(rest: Array(text.utf8)[...])
        guard reader.name(), let west = reader.time() else { return nil }
        standard = -west
        guard !reader.rest.isEmpty else {
            daylight = nil
            return
        }
        guard reader.name() else { return nil }
        var summer = standard + 3600
        if let next = reader.rest.first, next != UInt8(ascii: ",") {
            guard let west = reader.time() else { return nil }
            summer = -west
        }
        guard let start = reader.moment(), let end = reader.moment(), reader.rest.isEmpty else { return nil }
        daylight = (summer, start, end)
    }

    func offset(at seconds: Int64) -> Int {
        guard let daylight else { return standard }
        let year = CivilDate(seconds: seconds + Int64(standard)).year
        let start = daylight.start.local(in: year) - Int64(standard)
        let end = daylight.end.local(in: year) - Int64(daylight.offset)
        // South of the equator summer runs over the turn of the year.
        let isSummer = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
        return isSummer ? daylight.offset : standard
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard let first = rest.first, UInt32(first) == character.value else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// `CET` or `<+03>`.
        mutating func name() -> Bool {
            if take("<") {
                rest = rest.drop { $0 != UInt8(ascii: ">") }
                return take(">")
            }
            let letters = rest.prefix { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }
            rest = rest.dropFirst(letters.count)
            return !letters.isEmpty
        }

        mutating func number() -> Int? {
            let digits = rest.prefix { $0.isDigit }
            guard (1...4).contains(digits.count) else { return nil }
            rest = rest.dropFirst(digits.count)
            return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time() -> Int? {
            let sign = take("-") ? -1 : 1
            if sign == 1 { _ = take("+") }
            guard let hours = number() else { return nil }
            var seconds = hours * 3600
            for unit in [60, 1] where take(":") {
                guard let part = number() else { return nil }
                seconds += part * unit
            }
            return sign * seconds
        }

        mutating func moment() -> Moment? {
            guard take(",") else { return nil }
            let day: Moment.Day
            if take("M") {
                guard let month = number(), take("."), let week = number(), take("."), let weekday = number(),
                    (1...12).contains(month), (1...5).contains(week), (0...6).contains(weekday)
                else { return nil }
                day = .weekday(month: month, week: week, day: weekday)
            } else if take("J") {
                guard let number = number() else { return nil }
                day = .julian(number)
            } else {
                guard let number = number() else { return nil }
                day = .ordinal(number)
            }
            guard take("/") else { return Moment(day: day, seconds: 7200) }
            return time().map { Moment(day: day, seconds: $0) }
        }
    }
}
