/// Days from the Unix epoch to PostgreSQL's, 2000-01-01.
private let epochDays: Int32 = 10_957
private let epochMicroseconds: Int64 = 946_684_800_000_000

/// A moment: microseconds since 1970-01-01 00:00 UTC.
///
/// `timestamptz`; a `timestamp` column is read as if it were in UTC.
public struct PostgresTimestamp: PostgresCodable, PostgresArrayElement, Hashable, Comparable {
    /// `Int64.max` and `Int64.min` are PostgreSQL's `infinity` and `-infinity`.
    public var microsecondsSinceEpoch: Int64

    public init(microsecondsSinceEpoch: Int64) { self.microsecondsSinceEpoch = microsecondsSinceEpoch }

    public static let infinity = PostgresTimestamp(microsecondsSinceEpoch: .max)
    public static let negativeInfinity = PostgresTimestamp(microsecondsSinceEpoch: .min)

    public static func < (a: Self, b: Self) -> Bool { a.microsecondsSinceEpoch < b.microsecondsSinceEpoch }

    public static var postgresType: PostgresType { .timestamptz }
    public static var postgresArrayType: PostgresType { .timestamptzArray }

    public func encode(into buffer: inout PostgresBuffer) {
        if self == .infinity || self == .negativeInfinity { return buffer.write(microsecondsSinceEpoch) }
        let (value, overflow) = microsecondsSinceEpoch.subtractingReportingOverflow(epochMicroseconds)
        buffer.write(overflow ? Int64.min : value)
    }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> PostgresTimestamp {
        guard cell.type == .timestamptz || cell.type == .timestamp else { throw .typeMismatch(wanted: "PostgresTimestamp") }
        let value = try cell.present().integer(Int64.self)
        if value == .max || value == .min { return PostgresTimestamp(microsecondsSinceEpoch: value) }
        let (shifted, overflow) = value.addingReportingOverflow(epochMicroseconds)
        guard !overflow else { throw .invalid("timestamp out of range") }
        return PostgresTimestamp(microsecondsSinceEpoch: shifted)
    }
}

/// A calendar day: days since 1970-01-01.
public struct PostgresDate: PostgresCodable, PostgresArrayElement, Hashable, Comparable {
    /// `Int32.max` and `Int32.min` are PostgreSQL's `infinity` and `-infinity`.
    public var daysSinceEpoch: Int32

    public init(daysSinceEpoch: Int32) { self.daysSinceEpoch = daysSinceEpoch }

    public static func < (a: Self, b: Self) -> Bool { a.daysSinceEpoch < b.daysSinceEpoch }

    public static var postgresType: PostgresType { .date }
    public static var postgresArrayType: PostgresType { .dateArray }

    public func encode(into buffer: inout PostgresBuffer) {
        if daysSinceEpoch == .max || daysSinceEpoch == .min { return buffer.write(daysSinceEpoch) }
        let (value, overflow) = daysSinceEpoch.subtractingReportingOverflow(epochDays)
        buffer.write(overflow ? Int32.min : value)
    }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> PostgresDate {
        guard cell.type == .date else { throw .typeMismatch(wanted: "PostgresDate") }
        let value = try cell.present().integer(Int32.self)
        if value == .max || value == .min { return PostgresDate(daysSinceEpoch: value) }
        let (shifted, overflow) = value.addingReportingOverflow(epochDays)
        guard !overflow else { throw .invalid("date out of range") }
        return PostgresDate(daysSinceEpoch: shifted)
    }
}

/// A time of day: microseconds since midnight, 0...86 400 000 000.
public struct PostgresTime: PostgresCodable, PostgresArrayElement, Hashable, Comparable {
    public var microsecondsSinceMidnight: Int64

    public init(microsecondsSinceMidnight: Int64) { self.microsecondsSinceMidnight = microsecondsSinceMidnight }

    public static func < (a: Self, b: Self) -> Bool { a.microsecondsSinceMidnight < b.microsecondsSinceMidnight }

    public static var postgresType: PostgresType { .time }
    public static var postgresArrayType: PostgresType { .timeArray }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(microsecondsSinceMidnight) }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> PostgresTime {
        guard cell.type == .time else { throw .typeMismatch(wanted: "PostgresTime") }
        return PostgresTime(microsecondsSinceMidnight: try cell.present().integer())
    }
}

/// A span in the three units PostgreSQL keeps apart: months and days have no fixed length.
public struct PostgresInterval: PostgresCodable, PostgresArrayElement, Hashable {
    public var months: Int32
    public var days: Int32
    public var microseconds: Int64

    public init(months: Int32 = 0, days: Int32 = 0, microseconds: Int64 = 0) {
        self.months = months
        self.days = days
        self.microseconds = microseconds
    }

    public static var postgresType: PostgresType { .interval }
    public static var postgresArrayType: PostgresType { .intervalArray }

    public func encode(into buffer: inout PostgresBuffer) {
        buffer.write(microseconds)
        buffer.write(days)
        buffer.write(months)
    }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> PostgresInterval {
        guard cell.type == .interval else { throw .typeMismatch(wanted: "PostgresInterval") }
        let bytes = try cell.present()
        guard bytes.count == 16 else { throw .invalid("interval of \(bytes.count) bytes") }
        return PostgresInterval(
            months: try bytes.integer(at: 12), days: try bytes.integer(at: 8), microseconds: try bytes.integer(at: 0))
    }
}
