import BotLanguage
import JSON
import Postgres

extension PostgresParameters {
    /// A value whose type its use in the statement tells; a NULL leaves the type to the server.
    mutating func append(_ value: RecordValue) {
        switch value {
        case .null: appendNull()
        case .bool(let value): append(value)
        case .int(let value): append(value)
        case .double(let value): append(value)
        case .string(let value): append(value)
        case .timestamp(let microseconds): append(PostgresTimestamp(microsecondsSinceEpoch: microseconds))
        case .date(let days): append(PostgresDate(daysSinceEpoch: days))
        case .time(let microseconds): append(PostgresTime(microsecondsSinceMidnight: microseconds))
        case .duration(let microseconds): append(PostgresInterval(months: 0, days: 0, microseconds: microseconds))
        case .json(let value): append(PostgresJSON(bytes: value.bytes))
        }
    }

    /// One value for each of many rows, as the array that UNNEST takes apart.
    mutating func append(_ values: [RecordValue], of type: Column.ColumnType) {
        switch type {
        case .bigint: append(values.map(\.int))
        case .double: append(values.map(\.double))
        case .text: append(values.map(\.string))
        case .boolean: append(values.map(\.bool))
        case .timestamptz: append(values.map(\.timestamp))
        case .date: append(values.map(\.date))
        case .time: append(values.map(\.time))
        case .interval: append(values.map(\.interval))
        case .jsonb: append(values.map(\.json))
        }
    }
}

extension RecordValue {
    /// Reads the column of a row.
    init(_ row: PostgresRow, at index: Int, type: Column.ColumnType) throws {
        switch type {
        case .bigint: self = try row.decode(Int64?.self, at: index).map { .int($0) } ?? .null
        case .double: self = try row.decode(Double?.self, at: index).map { .double($0) } ?? .null
        case .text: self = try row.decode(String?.self, at: index).map { .string($0) } ?? .null
        case .boolean: self = try row.decode(Bool?.self, at: index).map { .bool($0) } ?? .null
        case .timestamptz:
            self = try row.decode(PostgresTimestamp?.self, at: index).map { .timestamp(microseconds: $0.microsecondsSinceEpoch) } ?? .null
        case .date: self = try row.decode(PostgresDate?.self, at: index).map { .date(days: $0.daysSinceEpoch) } ?? .null
        case .time: self = try row.decode(PostgresTime?.self, at: index).map { .time(microseconds: $0.microsecondsSinceMidnight) } ?? .null
        case .interval:
            self =
                try row.decode(PostgresInterval?.self, at: index).map {
                    .duration(microseconds: $0.microseconds + Int64($0.days) * 86_400_000_000)
                } ?? .null
        case .jsonb: self = try row.decode(PostgresJSON?.self, at: index).map { .json(try JSON(parsing: $0.bytes)) } ?? .null
        }
    }

    fileprivate var int: Int64? { if case .int(let value) = self { value } else { nil } }
    fileprivate var string: String? { if case .string(let value) = self { value } else { nil } }
    fileprivate var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    fileprivate var date: PostgresDate? { if case .date(let days) = self { PostgresDate(daysSinceEpoch: days) } else { nil } }
    fileprivate var json: PostgresJSON? { if case .json(let value) = self { PostgresJSON(bytes: value.bytes) } else { nil } }

    fileprivate var double: Double? {
        switch self {
        case .double(let value): value
        case .int(let value): Double(value)
        default: nil
        }
    }

    fileprivate var timestamp: PostgresTimestamp? {
        if case .timestamp(let microseconds) = self { PostgresTimestamp(microsecondsSinceEpoch: microseconds) } else { nil }
    }

    fileprivate var time: PostgresTime? {
        if case .time(let microseconds) = self { PostgresTime(microsecondsSinceMidnight: microseconds) } else { nil }
    }

    fileprivate var interval: PostgresInterval? {
        if case .duration(let microseconds) = self { PostgresInterval(months: 0, days: 0, microseconds: microseconds) } else { nil }
    }
}
