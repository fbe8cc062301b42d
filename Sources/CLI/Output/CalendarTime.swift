import Glibc

/// A moment in UTC, as `2026-11-21T11:31:44`.
struct CalendarTime {
    let text: String

    init(secondsSince1970: Int64) {
        var seconds = time_t(secondsSince1970)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { String(number).leftPadded(to: 2) }
        text =
            "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}

extension String {
    /// With zeros, or another character, in front.
    func leftPadded(to width: Int, with character: Character = "0") -> String {
        String(repeating: character, count: max(0, width - count)) + self
    }
}
