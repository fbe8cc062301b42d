package import CEL

/// Values as people read them.
package enum ShownText {
    package static func of(_ value: CELValue) -> String {
        switch value {
        case .string(let text): text
        case .int(let number): String(number)
        case .uint(let number): String(number)
        case .double(let number):
            // 3.0 is 3 to everybody but programmers.
            number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : number.description
        case .bool(let flag): flag ? "true" : "false"
        case .timestamp(let moment): moment.readable
        case .duration(let span): span.description
        case .null: "–"
        default: ""
        }
    }

    /// At most `limit` UTF-16 units, ending with an ellipsis when something was cut off.
    package static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf16.count > limit else { return text }
        guard limit > 0 else { return "" }
        var result = ""
        var length = 0
        for character in text {
            length += character.utf16.count
            guard length < limit else { break }
            result.append(character)
        }
        return result + "…"
    }

    /// For the rules of plurals; nil when it isn't a number.
    static func number(_ value: CELValue) -> PluralNumber? {
        switch value {
        case .int(let number): PluralNumber(number)
        case .uint(let number): PluralNumber(number)
        case .double: PluralNumber(of(value))
        default: nil
        }
    }
}

extension CELTimestamp {
    /// `2026-01-31 09:30`, UTC.
    fileprivate var readable: String {
        let rest = (seconds % 86_400 + 86_400) % 86_400
        let days = (seconds - rest) / 86_400
        return "\(CalendarText.date(days: Int32(days))) \(CalendarText.time(microseconds: rest / 60 * 60_000_000))"
    }
}
