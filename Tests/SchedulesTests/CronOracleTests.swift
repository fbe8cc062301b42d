import CEL
import Contracts
import Schedules
import Testing

/// Cron expressions against an oracle that walks through real time minute by minute and looks at the clock.
@Suite struct CronOracleTests {
    /// A field as it is written, and the same once more as a set, built on the way.
    struct Field {
        var text: String
        var numbers: Set<Int>
        var isStar: Bool
    }

    struct Expression {
        var fields: [Field]
        var text: String { fields.map(\.text).joined(separator: " ") }
        var followsClock: Bool { fields[0].isStar || fields[1].isStar }

        /// A minute of a clock.
        func fits(_ local: Int64) -> Bool {
            let date = CivilDate(seconds: local)
            guard fields[0].numbers.contains(date.minute), fields[1].numbers.contains(date.hour), fields[3].numbers.contains(date.month)
            else { return false }
            let day = fields[2].numbers.contains(date.day)
            let weekday = fields[4].numbers.contains(date.dayOfWeek)
            return fields[2].isStar || fields[4].isStar ? day && weekday : day || weekday
        }
    }

    static let ranges = [0...59, 0...23, 1...31, 1...12, 0...6]
    static let names = [
        3: ["jan", "FEB", "Mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "DEC"],
        4: ["sun", "MON", "tue", "Wed", "thu", "fri", "sat"],
    ]

    static func field(_ index: Int, using random: inout SplitMix) -> Field {
        let range = ranges[index]
        if Int.random(in: 0..<3, using: &random) == 0 { return Field(text: "*", numbers: Set(range), isStar: true) }
        if Int.random(in: 0..<4, using: &random) == 0 {
            let step = Int.random(in: 1...range.count - 1, using: &random)
            return Field(text: "*/\(step)", numbers: Set(stride(from: range.lowerBound, through: range.upperBound, by: step)), isStar: true)
        }
        var parts: [String] = []
        var numbers: Set<Int> = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let low = Int.random(in: range, using: &random), high = Int.random(in: low...range.upperBound, using: &random)
            func word(_ number: Int) -> String {
                guard let names = names[index], Bool.random(using: &random) else { return "\(number)" }
                return names[number - range.lowerBound]
            }
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                parts.append(word(low))
                numbers.insert(low)
            case 1:
                // A range that ends in Sunday would be one to the Sunday after.
                parts.append("\(word(low))-\(high)")
                numbers.formUnion(low...high)
            default:
                let step = Int.random(in: 1...max(1, high - low), using: &random)
                parts.append("\(low)-\(high)/\(step)")
                numbers.formUnion(stride(from: low, through: high, by: step))
            }
        }
        return Field(text: parts.joined(separator: ","), numbers: numbers, isStar: false)
    }

    /// Nil for one that never comes; what can't be read is a failure.
    static func understood(_ text: String) -> CronExpression? {
        do throws(ScheduleError) {
            return try CronExpression(text)
        } catch {
            #expect(error.code == .never, "\(text): \(error)")
            return nil
        }
    }

    /// The instants within `range` at which it fires: by looking at every minute.
    static func walk(_ expression: Expression, _ zone: CELTimeZone, from start: Int64, to end: Int64) -> [Int64] {
        var fired: [Int64] = []
        // What the clock has shown at most so far: a time that is shown again is not new.
        var highest = Int64.min
        var instant = start - 2 * 86_400
        instant -= instant % 60
        while instant <= end {
            let local = instant + Int64(zone.offset(at: instant))
            var fires = false
            if expression.followsClock {
                fires = expression.fits(local)
            } else if highest == .min {
                highest = local
            } else {
                var reached = max(highest, local - 86_400) + 60
                while reached <= local {
                    if expression.fits(reached) { fires = true }
                    reached += 60
                }
                highest = max(highest, local)
            }
            if fires, instant > start { fired.append(instant) }
            instant += 60
        }
        return fired
    }

    /// Around every change of the clock of two years, and at any other time.
    @Test(arguments: [
        "Europe/Berlin", "America/New_York", "Asia/Tehran", "Australia/Lord_Howe", "Africa/Casablanca", "UTC", "America/Nuuk",
        "Pacific/Chatham", "Asia/Kathmandu", "Europe/Dublin",
    ])
    func agreesWithTheOracle(name: String) throws {
        let zone = try zone(name)
        var random = SplitMix(name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        var starts: [Int64] = []
        var day = try instant("2025-01-01T00:00:00Z")
        let last = try instant("2027-01-01T00:00:00Z")
        while day < last {
            if let change = zone.change(after: day, upTo: day + 86_400) { starts.append(change - 86_400) }
            day += 86_400
        }
        for _ in 0..<4 { starts.append(Int64.random(in: try instant("2020-01-01T00:00:00Z")...last, using: &random)) }
        for start in starts {
            for _ in 0..<10 {
                let expression = Expression(fields: (0..<5).map { Self.field($0, using: &random) })
                let end = start + 3 * 86_400
                let expected = Self.walk(expression, zone, from: start, to: end)
                guard let cron = Self.understood(expression.text) else {
                    #expect(expected.isEmpty, "\(expression.text)")
                    continue
                }
                var found: [Int64] = []
                var instant = start
                while let next = cron.next(after: instant, in: zone), next <= end {
                    found.append(next)
                    instant = next
                }
                #expect(found == expected, "\(expression.text) in \(name) after \(shown(start))")
            }
        }
    }

    /// Far away: what nothing was found for in a week is found at the same minute by walking through the days.
    @Test func findsWhatIsFarAway() throws {
        let cases = [
            ("0 12 29 2 *", "2024-03-01T00:00:00Z", "2028-02-29T12:00:00Z"), ("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
            ("59 23 31 12 *", "2026-01-01T00:00:00Z", "2026-12-31T23:59:00Z"),
            ("* * 29 2 *", "2025-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("0 0 1 1 */7", "2026-01-02T00:00:00Z", "never"),
        ]
        for (text, start, expected) in cases.dropLast() {
            #expect(shown(try CronExpression(text).next(after: instant(start), in: .utc)) == expected, "\(text)")
        }
    }
}
