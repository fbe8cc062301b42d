/// An instant: seconds and nanoseconds since 1970-01-01T00:00:00Z, from year 1 through year 9999.
public struct CELTimestamp: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00:00Z, leap seconds not counted; negative before.
    public let seconds: Int64
    /// 0 ..< 1,000,000,000, counted forward from `seconds`, before 1970 too.
    public let nanoseconds: Int32

    /// 0001-01-01T00:00:00Z through 9999-12-31T23:59:59Z.
    package static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Clamped to the range of the type; see ``make(seconds:nanoseconds:)`` for the checked form.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = min(max(seconds, Self.range.lowerBound), Self.range.upperBound)
        self.nanoseconds = min(max(nanoseconds, 0), 999_999_999)
    }

    /// - Throws: `overflow` outside the years 1 to 9999.
    public static func make(seconds: Int64, nanoseconds: Int64 = 0) throws(CELError) -> CELTimestamp {
        let (carry, rest) = nanoseconds.quotientAndFloorRemainder(dividingBy: 1_000_000_000)
        let (sum, overflow) = seconds.addingReportingOverflow(carry)
        guard !overflow, range.contains(sum) else { throw .overflow("the timestamp is outside the years 1 to 9999") }
        return CELTimestamp(seconds: sum, nanoseconds: Int32(rest))
    }

    public static func < (a: CELTimestamp, b: CELTimestamp) -> Bool {
        a.seconds != b.seconds ? a.seconds < b.seconds : a.nanoseconds < b.nanoseconds
    }

    /// - Throws: `overflow` outside the years 1 to 9999.
    public func adding(_ duration: CELDuration) throws(CELError) -> CELTimestamp {
        let (whole, rest) = duration.nanoseconds.quotientAndFloorRemainder(dividingBy: 1_000_000_000)
        return try .make(seconds: seconds + whole, nanoseconds: Int64(nanoseconds) + rest)
    }

    /// - Throws: `overflow` when the two lie more than about 292 years apart.
    public func since(_ other: CELTimestamp) throws(CELError) -> CELDuration {
        var whole = seconds - other.seconds
        var rest = Int64(nanoseconds) - Int64(other.nanoseconds)
        // Of one sign, so that only what is too long overflows on the way.
        if whole > 0, rest < 0 { (whole, rest) = (whole - 1, rest + 1_000_000_000) }
        if whole < 0, rest > 0 { (whole, rest) = (whole + 1, rest - 1_000_000_000) }
        let (scaled, tooFar) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow) = scaled.addingReportingOverflow(rest)
        guard !tooFar, !overflow else { throw .overflow("the duration is longer than 292 years") }
        return CELDuration(nanoseconds: sum)
    }
}

extension Int64 {
    /// Division that rounds down, so that the remainder is never negative.
    func quotientAndFloorRemainder(dividingBy divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
