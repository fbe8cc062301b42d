import BotLanguage
import CEL
import Testing

/// What people type, and what it means.
@Suite struct AnswerTests {
    private func parse(_ text: String, _ type: FieldType, _ bounds: Bounds = .none) -> CELValue? {
        try? AnswerParser.parse(text, as: type, bounds: bounds)
    }

    @Test func numbers() {
        #expect(parse(" 42 ", .int) == .int(42))
        #expect(parse("1 000", .int) == .int(1000))
        #expect(parse("+7", .int) == .int(7))
        for text in ["", "4.2", "four", "9223372036854775808", "0x10", "1e3"] { #expect(parse(text, .int) == nil) }
        #expect(parse("1,5", .number) == .double(1.5))
        for text in ["inf", "nan", "1e400", "--1", "1.2.3"] { #expect(parse(text, .number) == nil) }
    }

    @Test(arguments: [("12", 1200), ("12.5", 1250), ("12,50", 1250), (".99", 99), ("-3.07", -307), ("1 000.00", 100_000), ("0.1", 10)])
    func money(text: String, cents: Int64) { #expect(parse(text, .money) == .int(cents)) }

    @Test(arguments: ["", ".", "1.234", "1.2.3", "ten", "1e2", "99999999999999999", "-", "1.-2", "€5"])
    func noMoney(text: String) { #expect(parse(text, .money) == nil) }

    @Test func datesAndTimes() {
        #expect(parse("2024-02-29", .date) == .string("2024-02-29"))
        #expect(parse("29.2.2024", .date) == .string("2024-02-29"))
        for text in ["2023-02-29", "2024-13-01", "24-1-1", "tomorrow", "2024-2-29-1", "31.04.2024"] { #expect(parse(text, .date) == nil) }
        #expect(parse("9:05", .time) == .string("09:05"))
        #expect(parse("23:59:59", .time) == .string("23:59:59"))
        for text in ["24:00", "9", "9:60", "noon", "-1:00"] { #expect(parse(text, .time) == nil) }
        #expect(parse("2026-01-31 09:30", .timestamp) == .timestamp(CELTimestamp(seconds: 1_769_851_800)))
        #expect(parse("1h 30m", .duration) == .duration(CELDuration(nanoseconds: 5_400_000_000_000)))
    }

    @Test func boundsAreLengthsOfTexts() {
        let bounds = Bounds(minimum: 2, maximum: 3)
        #expect(parse("ab", .string, bounds) == .string("ab"))
        #expect(parse("🛒🛒🛒", .string, bounds) == .string("🛒🛒🛒"))
        #expect(throws: AnswerError.tooSmall) { try AnswerParser.parse(" a ", as: .string, bounds: bounds) }
        #expect(throws: AnswerError.tooLarge) { try AnswerParser.parse("abcd", as: .string, bounds: bounds) }
        #expect(throws: AnswerError.tooLarge) { try AnswerParser.parse("4", as: .int, bounds: bounds) }
    }

    @Test func everyDayAndMinuteSurvivesTheWayThroughText() throws {
        for days in stride(from: Int32(-200_000), through: 200_000, by: 37) {
            #expect(CalendarText.days(CalendarText.date(days: days)) == days)
        }
        for second in stride(from: Int64(0), to: 86_400, by: 61) {
            #expect(CalendarText.microseconds(CalendarText.time(microseconds: second * 1_000_000)) == second * 1_000_000)
        }
    }
}
