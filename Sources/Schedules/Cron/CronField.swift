/// One of the five fields of a cron expression.
struct CronField: Sendable {
    /// In error messages.
    let name: String
    /// What may be written. Sunday is 0 and 7.
    let range: ClosedRange<Int>
    /// In small letters, the first for the lowest number.
    let names: [String]

    static let minute = CronField(name: "minute", range: 0...59, names: [])
    static let hour = CronField(name: "hour", range: 0...23, names: [])
    static let day = CronField(name: "day of the month", range: 1...31, names: [])
    static let month = CronField(
        name: "month", range: 1...12, names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
    static let weekday = CronField(name: "day of the week", range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

    static let all = [minute, hour, day, month, weekday]
}

/// What a field says: the numbers in it, and whether it began with `*`.
struct CronSet: Sendable, Hashable {
    var bits: UInt64 = 0
    var isStar = false

    func contains(_ number: Int) -> Bool { bits & (1 << UInt64(number)) != 0 }

    /// The least number in it that isn't below `number`.
    func first(from number: Int) -> Int? {
        guard number < 64 else { return nil }
        let rest = bits >> UInt64(number)
        return rest == 0 ? nil : number + rest.trailingZeroBitCount
    }
}

/// Reads one field: a list of `*`, numbers, names, ranges, and steps through them.
struct CronFieldParser {
    let field: CronField
    private let text: [Character]
    /// Of the field's first character within the expression.
    private let start: Int
    private var position = 0

    init(_ field: CronField, _ text: ArraySlice<Character>) {
        self.field = field
        self.text = Array(text)
        start = text.startIndex
    }

    mutating func parse() throws(ScheduleError) -> CronSet {
        var set = CronSet(isStar: text.first == "*")
        repeat { try part(into: &set) } while take(",")
        if position < text.count { throw unexpected() }
        // Sunday has two numbers.
        if field.range.upperBound == 7, set.contains(7) { set.bits = set.bits & 0x7F | 1 }
        return set
    }

    private mutating func part(into set: inout CronSet) throws(ScheduleError) {
        let begin = position
        var range: ClosedRange<Int>
        var isRange = true
        if take("*") {
            // 7 is only another word for 0.
            range = field.range.lowerBound...min(field.range.upperBound, field.range.upperBound == 7 ? 6 : .max)
        } else {
            let low = try value(endsRange: false)
            if take("-") {
                let at = position
                let high = try value(endsRange: true)
                guard low <= high else {
                    throw ScheduleError(
                        .range, "\(field.name): the range goes backwards; write the smaller number first", offset: start + at)
                }
                range = low...high
            } else {
                range = low...low
                isRange = false
            }
        }
        var step = 1
        if take("/") {
            let at = position
            guard isRange else {
                let from = String(text[begin..<position - 1])
                throw ScheduleError(
                    .syntax, "\(field.name): a step needs `*` or a range; write `\(from)-\(field.range.upperBound)/…`",
                    offset: start + begin)
            }
            step = try number()
            guard step >= 1, step <= max(1, range.upperBound - range.lowerBound) else {
                let most = max(1, range.upperBound - range.lowerBound)
                throw ScheduleError(.range, "\(field.name): the step must be from 1 to \(most), not \(step)", offset: start + at)
            }
        }
        for number in stride(from: range.lowerBound, through: range.upperBound, by: step) { set.bits |= 1 << UInt64(number) }
    }

    private mutating func value(endsRange: Bool) throws(ScheduleError) -> Int {
        let at = position
        if let first = text[safe: position], first.isLetter, first.isASCII {
            let word = String(text[position...].prefix { $0.isLetter && $0.isASCII })
            guard let index = field.names.firstIndex(of: word.lowercased()) else {
                let hint = field.names.isEmpty ? "only numbers stand here" : "the names are \(field.names.joined(separator: ", "))"
                throw ScheduleError(.syntax, "\(field.name): `\(word)` is unknown; \(hint)", offset: start + at)
            }
            position += word.count
            // `sat-sun` ends on the Sunday after.
            return endsRange && field.range.upperBound == 7 && index == 0 ? 7 : index + field.range.lowerBound
        }
        let number = try number()
        guard field.range.contains(number) else {
            throw ScheduleError(
                .range, "\(field.name): \(number) is not from \(field.range.lowerBound) to \(field.range.upperBound)", offset: start + at)
        }
        return number
    }

    private mutating func number() throws(ScheduleError) -> Int {
        let digits = text[position...].prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { throw unexpected() }
        guard digits.count <= 4, let number = Int(String(digits)) else {
            throw ScheduleError(.range, "\(field.name): the number is too large", offset: start + position)
        }
        position += digits.count
        return number
    }

    private mutating func take(_ character: Character) -> Bool {
        guard text[safe: position] == character else { return false }
        position += 1
        return true
    }

    private func unexpected() -> ScheduleError {
        guard let found = text[safe: position] else {
            return ScheduleError(.syntax, "\(field.name): a number is missing", offset: start + position)
        }
        return ScheduleError(
            .syntax, "\(field.name): `\(found)` is not understood here; there are `*`, numbers, `-`, `/` and `,`", offset: start + position)
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
