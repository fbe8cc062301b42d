import CEL
import Contracts
import Schedules
import Testing

@Suite struct ScheduleTests {
    /// A day on which clocks are put forward, and one on which they are put back: the time that is skipped fires when the gap ends,
    /// the one that comes twice the first time.
    @Test(arguments: [
        // 02:00 → 03:00 and 03:00 → 02:00
        ("Europe/Berlin", "02:30", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]),
        ("Europe/Berlin", "02:00", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"]),
        ("Europe/Berlin", "01:59:59", "2026-03-28T12:00:00Z", ["2026-03-29T00:59:59Z", "2026-03-29T23:59:59Z"]),
        ("Europe/Berlin", "03:00", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T01:00:00Z"]),
        ("Europe/Berlin", "02:30", "2026-10-24T12:00:00Z", ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
        ("Europe/Berlin", "03:00", "2026-10-24T12:00:00Z", ["2026-10-25T02:00:00Z", "2026-10-26T02:00:00Z"]),
        ("America/New_York", "02:30", "2026-03-07T12:00:00Z", ["2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"]),
        ("America/New_York", "01:30", "2026-10-31T12:00:00Z", ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]),
        // 00:00 → 01:00 and 00:00 → 23:00 the day before; none any more since 2023
        ("Asia/Tehran", "00:30", "2022-03-21T12:00:00Z", ["2022-03-21T20:30:00Z", "2022-03-22T20:00:00Z"]),
        ("Asia/Tehran", "23:30", "2022-09-21T12:00:00Z", ["2022-09-21T19:00:00Z", "2022-09-22T20:00:00Z"]),
        ("Asia/Tehran", "00:30", "2026-03-20T12:00:00Z", ["2026-03-20T21:00:00Z", "2026-03-21T21:00:00Z"]),
        // half an hour only
        ("Australia/Lord_Howe", "02:15", "2026-10-03T00:00:00Z", ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"]),
        ("Australia/Lord_Howe", "01:45", "2026-04-04T00:00:00Z", ["2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"]),
        // put back for Ramadan and forward again after it
        ("Africa/Casablanca", "02:30", "2026-02-14T12:00:00Z", ["2026-02-15T01:30:00Z", "2026-02-16T02:30:00Z"]),
        ("Africa/Casablanca", "02:30", "2026-03-21T12:00:00Z", ["2026-03-22T02:00:00Z", "2026-03-23T01:30:00Z"]),
        // over midnight
        ("America/Nuuk", "23:30", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]),
        // a whole day that was left out
        ("Pacific/Apia", "09:00", "2011-12-29T12:00:00Z", ["2011-12-29T19:00:00Z", "2011-12-30T19:00:00Z"]),
        ("+05:30", "06:00", "2026-01-01T00:00:00Z", ["2026-01-01T00:30:00Z", "2026-01-02T00:30:00Z"]),
    ])
    func dailyAcrossChanges(zone: String, time: String, start: String, expected: [String]) throws {
        let time = try #require(TimeOfDay(time))
        #expect(try TimerSchedule.daily(time, zone: zone).moments(after: start, count: 2) == expected)
    }

    /// Fixed times are caught up with, times by the clock are not.
    @Test(arguments: [
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]),
        ("10,20,30 2 * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T00:10:00Z"]),
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
        ("30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", ["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"]),
        ("30 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z", ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]),
        ("*/20 2 * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", ["2026-03-30T00:00:00Z", "2026-03-30T00:20:00Z"]),
        ("@daily", "Asia/Tehran", "2022-03-21T12:00:00Z", ["2022-03-21T20:30:00Z", "2022-03-22T19:30:00Z"]),
        ("15 2 * * sun", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", ["2026-10-03T15:30:00Z", "2026-10-10T15:15:00Z"]),
    ])
    func cronAcrossChanges(expression: String, zone: String, start: String, expected: [String]) throws {
        #expect(try TimerSchedule.cron(expression, zone: zone).moments(after: start, count: 2) == expected)
    }

    @Test func oneMomentFiresEvenWhenItIsOver() throws {
        let schedule = try Schedule(.at(Timestamp(milliseconds: 5)))
        #expect(schedule.first(after: Timestamp(milliseconds: 100)) == Timestamp(milliseconds: 5))
        #expect(schedule.next(after: Timestamp(milliseconds: 5)) == nil)
    }

    @Test func aListLeavesOutWhatIsOver() throws {
        let schedule = try Schedule(.list([30, 10, 20, 20].map { Timestamp(milliseconds: $0) }))
        #expect(schedule.first(after: Timestamp(milliseconds: 10)) == Timestamp(milliseconds: 20))
        #expect(schedule.next(after: Timestamp(milliseconds: 20)) == Timestamp(milliseconds: 30))
        #expect(schedule.next(after: Timestamp(milliseconds: 30)) == nil)
    }

    /// To the millisecond: what is due within the same second, but later, is next; what is due just now is not.
    @Test func momentsAreStrictlyAfter() throws {
        let midnight = try moment("2026-11-22T00:00:00Z")
        let schedule = try Schedule(.cron("@daily", zone: "UTC"))
        #expect(schedule.next(after: Timestamp(milliseconds: midnight.milliseconds - 1)) == midnight)
        #expect(schedule.next(after: midnight) == Timestamp(milliseconds: midnight.milliseconds + 86_400_000))
        #expect(try Schedule(.cron("@daily", zone: "UTC")).next(after: Timestamp(milliseconds: -1)) == Timestamp(milliseconds: 0))
        #expect(schedule.next(after: Timestamp(milliseconds: .min)) != nil)
        #expect(schedule.next(after: Timestamp(milliseconds: .max)) != Timestamp(milliseconds: .max))
    }

    @Test func refusesWhatCannotBeFollowed() {
        #expect(throws: ScheduleError.self) { try Schedule(.cron("@daily", zone: "Mars/Olympus")) }
        #expect(throws: ScheduleError.self) { try Schedule(.cron("@daily", zone: "../../etc/passwd")) }
        #expect(throws: ScheduleError.self) { try Schedule(.at(Timestamp(milliseconds: .max))) }
        #expect(throws: ScheduleError.self) { try Schedule(.list([Timestamp(milliseconds: .min)])) }
    }
}
