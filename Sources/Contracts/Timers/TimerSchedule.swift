public import JSON

/// When a timer fires. What it means in a zone, and when the next time is, `Schedules` works out.
public enum TimerSchedule: Sendable, Hashable {
    /// Once. A moment that is over already fires at once.
    case at(Timestamp)
    /// At each of these moments; those that are over when it is set are left out.
    case list([Timestamp])
    /// Every day when the clocks of a zone show a time.
    case daily(TimeOfDay, zone: String)
    /// By a cron expression, read by the clocks of a zone.
    case cron(String, zone: String)
}

extension TimerSchedule: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        let kind: String = try json.required("kind")
        switch kind {
        case "at": self = .at(try json.required("at"))
        case "list":
            let moments: [Timestamp] = try json.required("moments")
            guard (1...TimerLimits.moments).contains(moments.count) else {
                throw JSONError(.value, "must be 1 to \(TimerLimits.moments) moments", path: ["moments"])
            }
            self = .list(moments)
        case "daily": self = .daily(try json.required("time"), zone: try json.required("zone"))
        case "cron": self = .cron(try json.required("expression"), zone: try json.required("zone"))
        default: throw JSONError(.value, "is no known schedule", path: ["kind"])
        }
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            switch self {
            case .at(let moment):
                $0.member("kind", "at")
                $0.member("at", moment)
            case .list(let moments):
                $0.member("kind", "list")
                $0.member("moments", moments)
            case .daily(let time, let zone):
                $0.member("kind", "daily")
                $0.member("time", time)
                $0.member("zone", zone)
            case .cron(let expression, let zone):
                $0.member("kind", "cron")
                $0.member("expression", expression)
                $0.member("zone", zone)
            }
        }
    }
}

/// A time that clocks show, to the second.
public struct TimeOfDay: Sendable, Hashable, Comparable {
    /// 0..<86,400, as if the day had no change of clocks.
    public let secondsSinceMidnight: Int

    /// Nil when there is no such time.
    public init?(hour: Int, minute: Int, second: Int = 0) {
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else { return nil }
        secondsSinceMidnight = hour * 3600 + minute * 60 + second
    }

    /// From `9:05`, `09:05` or `09:05:30`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            (1...2).contains(parts[0].utf8.count), parts.dropFirst().allSatisfy({ $0.utf8.count == 2 })
        else { return nil }
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count else { return nil }
        self.init(hour: numbers[0], minute: numbers[1], second: numbers.count == 3 ? numbers[2] : 0)
    }

    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.secondsSinceMidnight < right.secondsSinceMidnight }
}

extension TimeOfDay: JSONCodable, CustomStringConvertible {
    public init(json: JSON) throws(JSONError) {
        guard let time = TimeOfDay(try String(json: json)) else { throw JSONError(.value, "is no time of day such as '09:05'") }
        self = time
    }

    public func write(to json: inout JSONWriter) { json.value(description) }

    /// `09:05`, or with seconds when there are any.
    public var description: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = "\(two(secondsSinceMidnight / 3600)):\(two(secondsSinceMidnight / 60 % 60))"
        let seconds = secondsSinceMidnight % 60
        return seconds == 0 ? minutes : "\(minutes):\(two(seconds))"
    }
}
