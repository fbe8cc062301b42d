import CEL
import Testing

@Suite("CEL times")
struct TimeTests {
    @Test(
        "text there and back",
        arguments: [
            "2009-02-13T23:31:30Z", "1969-12-31T23:59:59.5Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z",
            "2024-02-29T12:00:00.001Z",
        ])
    func roundTrip(text: String) throws {
        #expect(try CELTimestamp(parsing: text).description == text)
    }

    @Test(
        "malformed timestamps",
        arguments: [
            "2009-02-13", "2009-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2009-02-13T24:00:00Z", "2009-02-13T23:31:30", "x",
            "",
            "2009-02-13T23:31:30.Z", "2009-02-13T23:31:30+2:00", "10000-01-01T00:00:00Z", "0000-12-31T23:59:59Z",
            "2009-02-13T23:31:30Zx",
        ])
    func malformed(text: String) {
        #expect(throws: CELError.self) { try CELTimestamp(parsing: text) }
    }

    @Test(
        "durations",
        arguments: [
            ("1h30m", "5400s"), ("-1.5s", "-1.5s"), ("100ms", "0.1s"), ("1us", "0.000001s"), ("0", "0s"),
            ("1.000000001s", "1.000000001s"),
            ("+2m", "120s"), (".5h", "1800s"), ("0.1h", "360s"), ("1.1s", "1.1s"),
        ])
    func durations(text: String, wanted: String) throws {
        #expect(try CELDuration(parsing: text).description == wanted)
    }

    @Test(
        "malformed durations", arguments: ["", "1", "s", "1 s", "1d", "--1s", "1h-1m", "9999999999999h", ".s", "1..5s"])
    func malformedDurations(text: String) {
        #expect(throws: CELError.self) { try CELDuration(parsing: text) }
    }

    @Test("every day of some centuries has the day of the week and of the year that its neighbours suggest")
    func calendar() {
        var previous = CivilDate(seconds: -62_135_596_800)
        #expect(previous.year == 1 && previous.month == 1 && previous.day == 1 && previous.dayOfWeek == 1)
        for day in stride(from: Int64(-62_135_596_800 + 86_400), through: 253_402_300_799, by: 86_400) {
            let date = CivilDate(seconds: day)
            let isNewYear = date.month == 1 && date.day == 1
            guard date.dayOfWeek == (previous.dayOfWeek + 1) % 7, date.dayOfYear == (isNewYear ? 0 : previous.dayOfYear + 1),
                date.seconds == day
            else {
                Issue.record("\(date) after \(previous)")
                return
            }
            previous = date
        }
        #expect(previous.year == 9999 && previous.month == 12 && previous.day == 31)
    }

    @Test(
        "zones, in summer, winter, long ago and far ahead",
        arguments: [
            ("Europe/Berlin", "2026-01-15T12:00:00Z", 3600), ("Europe/Berlin", "2026-07-15T12:00:00Z", 7200),
            ("Europe/Berlin", "2100-07-15T12:00:00Z", 7200),
            ("Europe/Berlin", "2026-03-29T00:59:59Z", 3600), ("Europe/Berlin", "2026-03-29T01:00:00Z", 7200),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", 3600),
            ("America/New_York", "2050-01-01T00:00:00Z", -18000), ("Asia/Kolkata", "2026-01-01T00:00:00Z", 19800),
            ("Australia/Sydney", "2060-01-01T00:00:00Z", 39600),
            ("Australia/Sydney", "2060-07-01T00:00:00Z", 36000), ("UTC", "2026-01-01T00:00:00Z", 0),
            ("+02:30", "2026-01-01T00:00:00Z", 9000), ("-09:30", "2026-01-01T00:00:00Z", -34200),
        ])
    func zones(name: String, at: String, offset: Int) throws {
        #expect(try CELTimeZone.named(name).offset(at: CELTimestamp(parsing: at).seconds) == offset)
    }

    @Test(
        "names that are no zones",
        arguments: [
            "", "Nowhere/City", "../../etc/passwd", "/etc/passwd", "Europe/../../passwd", "+25:00", "zone.tab", "Europe",
        ])
    func noZones(name: String) {
        #expect(throws: CELError.self) { try CELTimeZone.named(name) }
    }

    @Test("local times that are skipped or occur twice")
    func local() throws {
        let berlin = try CELTimeZone.named("Europe/Berlin")
        func instant(_ text: String) throws -> String {
            CELTimestamp(seconds: berlin.instant(ofLocal: try CELTimestamp(parsing: text).seconds)).description
        }
        #expect(try instant("2026-01-15T12:00:00Z") == "2026-01-15T11:00:00Z")
        #expect(try instant("2026-03-29T02:30:00Z") == "2026-03-29T01:30:00Z")
        #expect(try instant("2026-03-29T03:30:00Z") == "2026-03-29T01:30:00Z")
        #expect(try instant("2026-10-25T02:30:00Z") == "2026-10-25T00:30:00Z")
        #expect(try instant("2026-10-25T03:30:00Z") == "2026-10-25T02:30:00Z")
    }

    @Test(
        "parts of times",
        arguments: [
            "timestamp('2026-03-29T01:30:00Z').getHours('Europe/Berlin') == 3",
            "timestamp('2026-12-31T23:30:00Z').getFullYear('Asia/Tokyo') == 2027",
            "timestamp('2024-12-31T00:00:00Z').getDayOfYear() == 365",
            "timestamp('2026-11-22T00:00:00Z').getDayOfWeek() == 0", "duration('90m').getMinutes() == 90",
            "timestamp('2026-01-01T00:00:00.25Z').getMilliseconds() == 250",
            "timestamp(0) + duration('1h') == timestamp('1970-01-01T01:00:00Z')",
            "timestamp('2026-01-02T00:00:00Z') - timestamp('2026-01-01T00:00:00Z') == duration('24h')",
            "timestamp(5) > timestamp(4)",
        ])
    func parts(source: String) throws {
        #expect(try evaluate(source) == .bool(true))
    }
}
