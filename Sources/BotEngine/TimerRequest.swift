public import Contracts

/// Something for the scheduler.
public enum TimerRequest: Sendable, Hashable {
    case set(SetTimer)
    case cancel(CancelTimers)

    /// What it is about: one request about it takes the place of another.
    var target: CancelTimers.Target {
        switch self {
        case .set(let timer): .key(timer.key)
        case .cancel(let timers): timers.target
        }
    }

    /// The same with its number, which grows from event to event of what it belongs to.
    public func numbered(_ revision: Int64) -> TimerRequest {
        switch self {
        case .set(var timer):
            timer.revision = revision
            return .set(timer)
        case .cancel(var timers):
            timers.revision = revision
            return .cancel(timers)
        }
    }
}

/// The keys of a bot's timers.
///
/// `rows/<timer>/<row>`, `cron/<timer>`, and of steps `at` `at/<signal>/<chat>/<person>/<key>`, where signals in lanes have
/// neither chat nor person.
package enum TimerKey: Sendable, Hashable {
    case row(timer: String, id: Int64)
    case cron(timer: String)
    case signal(String)

    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("rows", 3):
            guard let id = Int64(parts[2]) else { return nil }
            self = .row(timer: String(parts[1]), id: id)
        case ("cron", 2): self = .cron(timer: String(parts[1]))
        case ("at", 5): self = .signal(String(parts[1]))
        default: return nil
        }
    }

    package static func row(_ timer: String, _ id: Int64) -> String { "\(rows(timer))\(id)" }
    /// Of all rows.
    package static func rows(_ timer: String) -> String { "rows/\(timer)/" }
    package static func cron(_ timer: String) -> String { "cron/\(timer)" }

    /// - Parameter place: nil for a signal in a lane.
    static func signal(_ name: String, _ place: (chat: ChatID, person: PersonID)?, _ key: String?) -> String {
        let (chat, person) = place.map { (part($0.chat.rawValue), part($0.person.rawValue)) } ?? ("", "")
        return "at/\(name)/\(chat)/\(person)/\(key.map { "=" + part($0) } ?? "")"
    }

    /// Short and plain parts stand for themselves: keys have 128 bytes, and `/` divides them.
    private static func part(_ text: String) -> String {
        let isPlain =
            (1...24).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "~") }
        if isPlain { return text }
        let first = StableHash.of(text)
        return "~" + String(first, radix: 36) + String(StableHash.of(text, seed: first &+ 1), radix: 36)
    }
}
