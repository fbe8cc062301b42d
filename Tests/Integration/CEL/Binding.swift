import CEL
import Postgres

extension PostgresParameters {
    /// A value of the expression language as PostgreSQL's type.
    mutating func append(_ value: CELValue, _ sqlType: String) {
        switch value {
        case .null: appendNull()
        case .bool(let value): append(value)
        case .int(let value): append(value)
        case .double(let value): append(value)
        case .string(let value): append(value)
        case .bytes(let value): append(value)
        case .timestamp(let time): append(Self.timestamp(time))
        case .duration(let span): append(PostgresInterval(microseconds: span.nanoseconds / 1000))
        case .object(let object): append(object.id ?? .null, sqlType)
        case .list(let elements):
            switch sqlType {
            case "bigint[]": append(elements.compactMap { Self.int($0) })
            case "double precision[]": append(elements.compactMap { if case .double(let value) = $0 { value } else { nil } })
            case "boolean[]": append(elements.compactMap { if case .bool(let value) = $0 { value } else { nil } })
            case "timestamptz[]": append(elements.compactMap { if case .timestamp(let time) = $0 { Self.timestamp(time) } else { nil } })
            default: append(elements.compactMap { if case .string(let value) = $0 { value } else { nil } })
            }
        default: appendNull()
        }
    }

    private static func timestamp(_ time: CELTimestamp) -> PostgresTimestamp {
        PostgresTimestamp(microsecondsSinceEpoch: time.seconds * 1_000_000 + Int64(time.nanoseconds) / 1000)
    }

    private static func int(_ value: CELValue) -> Int64? {
        switch value {
        case .int(let value): value
        case .object(let object): object.id.flatMap { int($0) }
        default: nil
        }
    }
}
