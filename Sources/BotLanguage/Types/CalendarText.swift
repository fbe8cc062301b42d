import CEL

/// Dates and times of day as texts: `2026-01-31`, `09:30`.
package enum CalendarText {
    /// Days since 1970-01-01 of `2026-01-31`, or of `31.01.2026`; nil for anything else and for days that don't exist.
    package static func days(_ text: String) -> Int32? {
        let dashed = numbers(text, "-", counts: [4, 2, 2])
        let dotted = numbers(text, ".", counts: nil).flatMap { $0.count == 3 && $0[2] >= 1000 ? [$0[2], $0[1], $0[0]] : nil }
        guard let parts = dashed ?? dotted, parts.count == 3, (1...9999).contains(parts[0]), (1...12).contains(parts[1]),
            parts[2] >= 1, parts[2] <= CivilDate.length(ofMonth: parts[1], in: parts[0])
        else { return nil }
        return Int32(CivilDate.days(year: parts[0], month: parts[1], day: parts[2]))
    }

    /// Microseconds since midnight of `9:30` or `09:30:15`.
    package static func microseconds(_ text: String) -> Int64? {
        guard let parts = numbers(text, ":", counts: nil), (2...3).contains(parts.count), (0...23).contains(parts[0]),
            parts.dropFirst().allSatisfy({ (0...59).contains($0) })
        else { return nil }
        return Int64(parts[0] * 3600 + parts[1] * 60 + (parts.count == 3 ? parts[2] : 0)) * 1_000_000
    }

    /// Seconds since 1970 of `2026-01-31 09:30`, taken as UTC.
    package static func instant(_ text: String) -> Int64? {
        let parts = text.split { $0 == " " || $0 == "T" }
        guard (1...2).contains(parts.count), let days = days(String(parts[0])) else { return nil }
        guard parts.count == 2 else { return Int64(days) * 86_400 }
        let time = parts[1].hasSuffix("Z") ? parts[1].dropLast() : parts[1]
        guard let microseconds = microseconds(String(time)) else { return nil }
        return Int64(days) * 86_400 + microseconds / 1_000_000
    }

    package static func date(days: Int32) -> String {
        let date = CivilDate(seconds: Int64(days) * 86_400)
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    }

    /// `09:30`, or `09:30:15` when there are seconds.
    package static func time(microseconds: Int64) -> String {
        let seconds = Int(microseconds / 1_000_000)
        let text = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2))"
        return seconds % 60 == 0 ? text : "\(text):\(padded(seconds % 60, 2))"
    }

    private static func padded(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }

    private static func numbers(_ text: String, _ separator: Character, counts: [Int]?) -> [Int]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.count <= 3, parts.allSatisfy({ (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        if let counts, parts.map(\.utf8.count) != counts { return nil }
        return parts.compactMap { Int($0) }
    }
}
