package import CEL

/// What is wrong with what a person typed.
package enum AnswerError: Error, Sendable, Hashable {
    /// Not of the type at all.
    case malformed
    /// Too small, too short, too few.
    case tooSmall
    /// Too large, too long, too many.
    case tooLarge
}

/// Reads what people type into forms and behind commands.
package enum AnswerParser {
    /// - Parameter text: as it was sent; spaces around it don't count.
    package static func parse(_ text: String, as type: FieldType, bounds: Bounds) throws(AnswerError) -> CELValue {
        let trimmed = trim(text)
        switch type {
        case .string:
            try check(Double(trimmed.unicodeScalars.count), bounds)
            return .string(trimmed)
        case .int:
            guard let value = Int64(plain(trimmed)) else { throw .malformed }
            try check(Double(value), bounds)
            return .int(value)
        case .number:
            guard let value = Double(decimal(trimmed)), value.isFinite else { throw .malformed }
            try check(value, bounds)
            return .double(value)
        case .money:
            let value = try money(decimal(trimmed))
            try check(Double(value), bounds)
            return .int(value)
        case .bool:
            switch trimmed.lowercased() {
            case "yes", "y", "true", "1", "on", "да", "+": return .bool(true)
            case "no", "n", "false", "0", "off", "нет", "-": return .bool(false)
            default: throw .malformed
            }
        case .date:
            guard let days = CalendarText.days(trimmed) else { throw .malformed }
            try check(Double(days), bounds)
            return .string(CalendarText.date(days: days))
        case .time:
            guard let microseconds = CalendarText.microseconds(trimmed) else { throw .malformed }
            try check(Double(microseconds), bounds)
            return .string(CalendarText.time(microseconds: microseconds))
        case .timestamp:
            guard let seconds = CalendarText.instant(trimmed) else { throw .malformed }
            try check(Double(seconds), bounds)
            return .timestamp(CELTimestamp(seconds: seconds))
        case .duration:
            guard let value = try? CELDuration(parsing: trimmed.filter { $0 != " " }.lowercased()) else { throw .malformed }
            try check(Double(value.nanoseconds), bounds)
            return .duration(value)
        case .enumeration, .reference, .list, .record: throw .malformed
        }
    }

    private static func trim(_ text: String) -> String {
        let view = text.unicodeScalars
        let start = view.drop { $0.properties.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
        return String(start[...last])
    }

    private static func check(_ value: Double, _ bounds: Bounds) throws(AnswerError) {
        if let minimum = bounds.minimum, value < minimum { throw .tooSmall }
        if let maximum = bounds.maximum, value > maximum { throw .tooLarge }
    }

    /// Without the spaces and signs that people put into numbers: `+1 000`.
    private static func plain(_ text: String) -> String {
        let bare = text.filter { $0 != " " && $0 != "\u{A0}" && $0 != "_" }
        return bare.hasPrefix("+") ? String(bare.dropFirst()) : bare
    }

    /// With a point for a comma; empty, which is no number, for anything but digits.
    private static func decimal(_ text: String) -> String {
        let bare = plain(text).map { $0 == "," ? "." : $0 }
        let isNumber = bare.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") } && bare.contains { $0.isNumber }
        return isNumber ? String(bare) : ""
    }

    private static func money(_ text: String) throws(AnswerError) -> Int64 {
        let isNegative = text.hasPrefix("-")
        let parts = (isNegative ? text.dropFirst() : text[...]).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let units = parts.first, units.count <= 15,
            let whole = Int64(units.isEmpty && parts.count == 2 ? "0" : String(units)), whole >= 0
        else { throw .malformed }
        var cents: Int64 = 0
        if parts.count == 2 {
            guard (1...2).contains(parts[1].count), let value = Int64(parts[1]), value >= 0 else { throw .malformed }
            cents = parts[1].count == 1 ? value * 10 : value
        }
        let total = whole * 100 + cents
        return isNegative ? -total : total
    }
}
