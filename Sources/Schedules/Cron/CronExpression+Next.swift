package import CEL

extension CronExpression {
    /// The first instant after `instant` at which it fires, in seconds since 1970.
    ///
    /// At fixed times it fires once for each, as soon as the clock shows it: a time that is skipped counts at the first moment after the
    /// gap, one that comes twice only the first time. Expressions that ``followsClock`` go by what the clock shows. Both as in the cron
    /// of Vixie and Debian.
    package func next(after instant: Int64, in zone: CELTimeZone) -> Int64? {
        followsClock ? nextByClock(after: instant, in: zone) : nextFixed(after: instant, in: zone)
    }

    private func nextFixed(after instant: Int64, in zone: CELTimeZone) -> Int64? {
        // What the clock has shown before has been; in an hour that comes again there may be some of them ahead.
        var local = instant + Int64(zone.offset(at: instant)) + 1
        while let match = nextLocal(from: local) {
            if let moment = zone.firstInstant(reaching: match), moment > instant { return moment }
            local = match + 1
        }
        return nil
    }

    private func nextByClock(after instant: Int64, in zone: CELTimeZone) -> Int64? {
        let twoDays: Int64 = 172_800
        var instant = instant + 1
        while true {
            let offset = Int64(zone.offset(at: instant))
            guard let match = nextLocal(from: instant + offset) else { return nil }
            let moment = match - offset
            // Only until the next change does this clock count.
            if let change = zone.change(after: instant, upTo: min(moment, instant + twoDays)) {
                instant = change
            } else if moment <= instant + twoDays {
                return moment
            } else {
                // No clock is set back by as much as that, so nothing that was passed over comes again.
                instant = max(instant + twoDays, moment - twoDays)
            }
        }
    }

    /// The first minute that fits, at or after `local`, by a clock that is never changed; nil: none within 50 years. The rarest day,
    /// 29 February around a century without it, comes after 8.
    func nextLocal(from local: Int64) -> Int64? {
        let date = CivilDate(seconds: local + 59)
        var day = CivilDate(year: date.year, month: date.month, day: date.day)
        var time: (hour: Int, minute: Int) = (date.hour, date.minute)
        let last = date.year + 50
        while day.year <= last {
            if !months.contains(day.month) {
                day =
                    day.month == 12
                    ? CivilDate(year: day.year + 1, month: 1, day: 1) : CivilDate(year: day.year, month: day.month + 1, day: 1)
            } else {
                if fits(day: day), let found = firstTime(from: time) {
                    return day.seconds + Int64(found.hour * 3600 + found.minute * 60)
                }
                day = CivilDate(seconds: day.seconds + 86_400)
            }
            time = (0, 0)
        }
        return nil
    }

    private func firstTime(from time: (hour: Int, minute: Int)) -> (hour: Int, minute: Int)? {
        guard let hour = hours.first(from: time.hour) else { return nil }
        if hour == time.hour, let minute = minutes.first(from: time.minute) { return (hour, minute) }
        guard let hour = hour == time.hour ? hours.first(from: hour + 1) : hour, let minute = minutes.first(from: 0) else { return nil }
        return (hour, minute)
    }
}
