import CEL
import Contracts
import Schedules
import Testing

@Suite struct CronExpressionTests {
    @Test(arguments: [
        ("", "a cron expression has 5 fields (minute, hour, day of the month, month, day of the week), not 0, at character 1"),
        ("* * * *", "a cron expression has 5 fields (minute, hour, day of the month, month, day of the week), not 4, at character 8"),
        (
            "0 0 * * * *",
            "a cron expression has 5 fields (minute, hour, day of the month, month, day of the week), not 6; there is no field for seconds, at character 11"
        ),
        ("60 * * * *", "minute: 60 is not from 0 to 59, at character 1"),
        ("0 24 * * *", "hour: 24 is not from 0 to 23, at character 3"),
        ("0 0 0 * *", "day of the month: 0 is not from 1 to 31, at character 5"),
        ("0 0 1 13 *", "month: 13 is not from 1 to 12, at character 7"),
        ("0 0 * * 8", "day of the week: 8 is not from 0 to 7, at character 9"),
        (
            "0 0 * januar *",
            "month: `januar` is unknown; the names are jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec, at character 7"
        ),
        ("mon 0 * * *", "minute: `mon` is unknown; only numbers stand here, at character 1"),
        ("0 9-5 * * *", "hour: the range goes backwards; write the smaller number first, at character 5"),
        ("5/15 * * * *", "minute: a step needs `*` or a range; write `5-59/…`, at character 1"),
        ("*/0 * * * *", "minute: the step must be from 1 to 59, not 0, at character 3"),
        ("*/90 * * * *", "minute: the step must be from 1 to 59, not 90, at character 3"),
        ("1,,2 * * * *", "minute: `,` is not understood here; there are `*`, numbers, `-`, `/` and `,`, at character 3"),
        ("1, * * * *", "minute: a number is missing, at character 3"),
        ("-1 * * * *", "minute: `-` is not understood here; there are `*`, numbers, `-`, `/` and `,`, at character 1"),
        ("0 0 L * *", "day of the month: `L` is unknown; only numbers stand here, at character 5"),
        ("0 0 ? * *", "day of the month: `?` is not understood here; there are `*`, numbers, `-`, `/` and `,`, at character 5"),
        ("0 0 * * mon#2", "day of the week: `#` is not understood here; there are `*`, numbers, `-`, `/` and `,`, at character 12"),
        ("99999999999999999999 * * * *", "minute: the number is too large, at character 1"),
        ("0 0 31 2,4 *", "day of the month: no month of these has a day 31; the longest has 30, at character 5"),
        ("0 0 30 feb *", "day of the month: no month of these has a day 30; the longest has 29, at character 5"),
        (
            " @fortnightly",
            "`@fortnightly` is unknown; there are @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly, at character 2"
        ),
    ])
    func saysWhatIsWrong(text: String, message: String) {
        let error = #expect(throws: ScheduleError.self) { try CronExpression(text) }
        #expect(error?.description == message)
    }

    /// Whatever is typed is understood or refused, and what is understood has a next time.
    @Test func survivesAnyText() {
        let plausible = ["*", "*/2", "1", "1-7", "2,5", "1-9/3", "jan", "mon-fri", "59", "31"]
        let alphabet = Array("0123456789*/-,@# \tjanfebmonsunL?é😀")
        var random = SplitMix(42)
        var understood = 0
        for _ in 0..<20_000 {
            let fields = (0..<(Int.random(in: 0..<9, using: &random) > 0 ? 5 : Int.random(in: 0...6, using: &random))).map { _ in
                if Int.random(in: 0..<5, using: &random) > 0 { return plausible.randomElement(using: &random) ?? "*" }
                return String((0..<Int.random(in: 1...4, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "*" })
            }
            let text = fields.joined(separator: " ")
            guard let cron = try? CronExpression(text) else { continue }
            understood += 1
            #expect(cron.next(after: 1_700_000_000, in: .utc) != nil, "\(text)")
        }
        #expect(understood > 1000)
    }

    @Test(arguments: [
        ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * sun"),
        ("@daily", "0 0 * * *"), ("@MIDNIGHT ", "0 0 * * *"), ("@hourly", "0 * * * *"), ("0 0 * * 7", "0 0 * * 0"),
        ("0 0 * * fri-sun", "0 0 * * 0,5,6"), ("0 0 * * 5-7", "0 0 * * 0,5,6"), ("  0\t9 1,15 jan-mar/2 *  ", "0 9 1,15 1,3 *"),
    ])
    func meansTheSame(text: String, other: String) throws {
        #expect(try CronExpression(text) == CronExpression(other))
    }

    /// Both days restricted: either will do. One of them beginning with `*`: both must fit.
    @Test func daysAsInVixiesCron() throws {
        #expect(
            try TimerSchedule.cron("0 0 13 * fri", zone: "UTC").moments(after: "2026-11-01T00:00:00Z", count: 4) == [
                "2026-11-06T00:00:00Z", "2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z",
            ])
        #expect(
            try TimerSchedule.cron("0 0 */2 * fri", zone: "UTC").moments(after: "2026-11-01T00:00:00Z", count: 2) == [
                "2026-11-13T00:00:00Z", "2026-11-27T00:00:00Z",
            ])
        #expect(
            try TimerSchedule.cron("0 0 13 * *", zone: "UTC").moments(after: "2026-11-01T00:00:00Z", count: 2) == [
                "2026-11-13T00:00:00Z", "2026-12-13T00:00:00Z",
            ])
    }
}
