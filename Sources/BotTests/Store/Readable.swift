import BotEngine
import BotLanguage
import BotStore
import Contracts
import JSON
import Postgres

extension RecordValue {
    /// For people who read a failure.
    var readable: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .double(let value): String(value)
        case .string(let value): value.count > 60 ? "\(value.prefix(60))…" : value
        case .timestamp(let microseconds): Timestamp(milliseconds: microseconds / 1_000).readable
        case .date(let days): CalendarText.date(days: days)
        case .time(let microseconds): CalendarText.time(microseconds: microseconds)
        case .duration(let microseconds): "\(Double(microseconds) / 1e6) s"
        case .json(let json):
            json.description.count > 120 ? "\(json.description.prefix(120))…" : json.description
        }
    }
}

extension Timestamp {
    /// `2026-01-05 12:00`, with seconds when there are any; UTC.
    var readable: String {
        let seconds = milliseconds >= 0 ? milliseconds / 1_000 : (milliseconds - 999) / 1_000
        let rest = (seconds % 86_400 + 86_400) % 86_400
        return CalendarText.date(days: Int32((seconds - rest) / 86_400)) + " " + CalendarText.time(microseconds: rest * 1_000_000)
    }
}
