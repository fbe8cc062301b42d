import CEL

// Limits of dates, times, moments and durations, which are written as people type such values.
extension Bounds {
    /// Where a value stands among others of its type; nil for what is none.
    static func measure(_ text: String, _ type: FieldType) -> Double? {
        switch type {
        case .date: CalendarText.days(text).map { Double($0) }
        case .time: CalendarText.microseconds(text).map { Double($0) }
        case .timestamp: CalendarText.instant(text).map { Double($0) }
        case .duration: (try? CELDuration(parsing: text)).map { Double($0.nanoseconds) }
        default: nil
        }
    }

    /// The limit as people type it.
    package static func text(_ limit: Double, _ type: FieldType) -> String {
        switch type {
        case .date: return CalendarText.date(days: Int32(limit))
        case .time: return CalendarText.time(microseconds: Int64(limit))
        case .timestamp:
            let days = (limit / 86_400).rounded(.down)
            return "\(CalendarText.date(days: Int32(days))) \(CalendarText.time(microseconds: Int64(limit - days * 86_400) * 1_000_000))"
        case .duration: return CELDuration(nanoseconds: Int64(exactly: limit) ?? .max).description
        default:
            let shown = type == .money ? limit / 100 : limit
            return shown == shown.rounded() ? String(Int64(shown)) : String(shown)
        }
    }
}

extension FieldType {
    /// Whether its values lie in time: earlier and later, not less and more.
    package var liesInTime: Bool { [.date, .time, .timestamp].contains(self) }
}

extension Loader {
    /// A limit of a date, a time, a moment or a duration.
    func moment(_ node: Node, _ key: String, _ type: FieldType) -> Double? {
        guard let text = text(node, "'\(key)'") else { return nil }
        guard let value = Bounds.measure(text, type) else {
            let example = [.date: "2026-01-31", .time: "09:30", .timestamp: "2026-01-31 09:30"][type] ?? "1h30m"
            report("'\(key)' is a \(type.description) such as \(example)", at: node)
            return nil
        }
        return value
    }
}
