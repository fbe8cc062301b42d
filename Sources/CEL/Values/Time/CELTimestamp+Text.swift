extension CELTimestamp {
    /// Reads RFC 3339: `2009-02-13T23:31:30.5Z`, `…+02:00`.
    ///
    /// - Throws: `invalidArgument` for other text, `overflow` outside the years 1 to 9999.
    public init(parsing text: String) throws(CELError) {
        var reader = DigitReader(text)
        let malformed = CELError.invalid("not a timestamp such as '2009-02-13T23:31:30Z'")
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), reader.take("T") || reader.take("t"), let hour = reader.number(2), reader.take(":"),
            let minute = reader.number(2), reader.take(":"), let second = reader.number(2)
        else { throw malformed }
        var nanoseconds: Int64 = 0
        if reader.take(".") {
            guard let fraction = reader.fraction() else { throw malformed }
            nanoseconds = fraction
        }
        var offset: Int64 = 0
        if !reader.take("Z"), !reader.take("z") {
            let negative = reader.take("-")
            guard negative || reader.take("+"), let hours = reader.number(2), reader.take(":"),
                let minutes = reader.number(2), hours < 24, minutes < 60
            else { throw malformed }
            offset = Int64(hours * 3600 + minutes * 60) * (negative ? -1 : 1)
        }
        let date = CivilDate(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        guard reader.isAtEnd, date.isReal else { throw malformed }
        self = try .make(seconds: date.seconds - offset, nanoseconds: nanoseconds)
    }
}

extension CELTimestamp: CustomStringConvertible {
    /// RFC 3339 in UTC, with as many decimals as it takes.
    public var description: String {
        let date = CivilDate(seconds: seconds)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let digits = String(date.year)
        let year = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let time = "\(two(date.hour)):\(two(date.minute)):\(two(date.second))"
        return "\(year)-\(two(date.month))-\(two(date.day))T\(time)\(Fraction.text(Int64(nanoseconds)))Z"
    }
}

/// Reads fixed numbers of digits off a text.
struct DigitReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) { rest = Array(text.utf8)[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number(_ digits: Int) -> Int? {
        guard rest.count >= digits, rest.prefix(digits).allSatisfy(\.isDigit) else { return nil }
        let value = rest.prefix(digits).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        rest = rest.dropFirst(digits)
        return value
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Decimals as nanoseconds: one to nine digits.
    mutating func fraction() -> Int64? {
        let digits = rest.prefix { $0.isDigit }
        guard (1...9).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        var value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        for _ in digits.count..<9 { value *= 10 }
        return value
    }
}
