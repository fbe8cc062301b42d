public import JSON

/// A value of a column, as it travels between the engine and the database.
public enum RecordValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// `int`, `money` (in minor units) and references (the row's id).
    case int(Int64)
    case double(Double)
    /// `string`, and an enum's member by its name.
    case string(String)
    /// Microseconds since 1970-01-01T00:00:00Z: PostgreSQL's own precision.
    case timestamp(microseconds: Int64)
    /// Days since 1970-01-01.
    case date(days: Int32)
    /// Microseconds since midnight.
    case time(microseconds: Int64)
    /// An `interval` without months and days.
    case duration(microseconds: Int64)
    /// Lists.
    case json(JSON)

    public var isNull: Bool { self == .null }
}

/// A value for the column of this name.
public struct ColumnValue: Sendable, Hashable {
    public var column: String
    public var value: RecordValue

    public init(_ column: String, _ value: RecordValue) {
        self.column = column
        self.value = value
    }
}

/// A row of a collection: one value for each of ``Table/columns``, in their order; the first is the id.
public struct Record: Sendable, Hashable {
    public var values: [RecordValue]

    public init(_ values: [RecordValue]) { self.values = values }

    /// 0 for a row that doesn't begin with an id, which no table has.
    public var id: Int64 {
        if case .int(let id) = values.first { id } else { 0 }
    }
}
