package import CEL

/// The type of a field, an argument or a form's answer, as an author writes it.
package indirect enum FieldType: Sendable, Hashable {
    case string
    case int
    case number
    /// An amount in minor units (cents): whole, so that sums are exact.
    case money
    case bool
    /// `2026-01-31`
    case date
    /// `09:30`
    case time
    case timestamp
    case duration
    case enumeration(String)
    /// A row of this collection.
    case reference(String)
    case list(FieldType)
    /// A value with named parts.
    case record(RecordType)

    /// What expressions see. Dates and times are texts that compare as they should.
    package var cel: CELType {
        switch self {
        case .string, .date, .time: .string
        case .int, .money: .int
        case .number: .double
        case .bool: .bool
        case .timestamp: .timestamp
        case .duration: .duration
        case .enumeration(let name): .enumeration(name)
        case .reference(let name): .object(name)
        case .list(let element): .list(element.cel)
        case .record(let type): .object(type.name)
        }
    }

    package var column: Column.ColumnType {
        switch self {
        case .string, .enumeration: .text
        case .int, .money, .reference: .bigint
        case .duration: .interval
        case .number: .double
        case .bool: .boolean
        case .date: .date
        case .time: .time
        case .timestamp: .timestamptz
        case .list, .record: .jsonb
        }
    }

    /// Whether values have an order that `min` and `max` can bound; texts and lists are bounded by their length.
    package var isNumeric: Bool { self == .int || self == .number || self == .money }

    /// Whether values are rows, or contain some.
    var refersToRows: Bool {
        switch self {
        case .reference: true
        case .list(let element): element.refersToRows
        default: false
        }
    }

    package var isRecord: Bool { if case .record = self { true } else { false } }

    package var description: String {
        switch self {
        case .string: "string"
        case .int: "int"
        case .number: "number"
        case .money: "money"
        case .bool: "bool"
        case .date: "date"
        case .time: "time"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .enumeration(let name), .reference(let name): name
        case .list(let element): "list<\(element.description)>"
        case .record(let type): type.builtInName ?? type.name
        }
    }
}

/// A type that may be null: `time?`.
package struct ValueType: Sendable, Hashable {
    package var type: FieldType
    package var isNullable: Bool

    package init(_ type: FieldType, isNullable: Bool = false) {
        self.type = type
        self.isNullable = isNullable
    }

    package var cel: CELType { isNullable ? type.cel.orNull : type.cel }
    package var description: String { type.description + (isNullable ? "?" : "") }
}

/// What a value must keep to beyond its type. Numbers: the value itself; texts and lists: the length; dates: days since 1970,
/// times: microseconds since midnight, timestamps: seconds since 1970, durations: nanoseconds.
package struct Bounds: Sendable, Hashable {
    package var minimum: Double?
    package var maximum: Double?

    package init(minimum: Double? = nil, maximum: Double? = nil) {
        self.minimum = minimum
        self.maximum = maximum
    }

    package static let none = Bounds()
}
