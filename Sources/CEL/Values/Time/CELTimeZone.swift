internal import Synchronization

/// The rules of a time zone: how far its clocks are from UTC at any instant.
public struct CELTimeZone: Sendable {
    private let rules: Rules

    private enum Rules: Sendable {
        case fixed(Int)
        case database(ZoneFile)
    }

    public static let utc = CELTimeZone(rules: .fixed(0))

    private static let cache = Mutex<[String: CELTimeZone]>([:])

    private init(rules: Rules) { self.rules = rules }

    /// A zone by its IANA name (`Europe/Berlin`), or an offset such as `+02:00`, `-09:30`, `02:00`.
    ///
    /// - Throws: `invalidArgument` when there is no such zone on this machine.
    public static func named(_ name: String) throws(CELError) -> CELTimeZone {
        if name == "UTC" || name == "Z" { return utc }
        if let offset = fixedOffset(name) { return CELTimeZone(rules: .fixed(offset)) }
        if let known = cache.withLock({ $0[name] }) { return known }
        guard isPlausible(name), let file = ZoneFile(named: name) else {
            throw .invalid("no time zone of that name; write one such as 'Europe/Berlin' or '+02:00'")
        }
        // Only zones that exist are kept, so the cache is bounded by the database.
        let zone = CELTimeZone(rules: .database(file))
        cache.withLock { $0[name] = zone }
        return zone
    }

    /// Seconds to add to UTC to get the zone's clock at an instant, given in seconds since 1970.
    public func offset(at seconds: Int64) -> Int {
        switch rules {
        case .fixed(let offset): offset
        case .database(let file): file.offset(at: seconds)
        }
    }

    /// The instant at which the zone's clock shows a time, given in seconds since 1970 of that clock.
    /// A time that is skipped is moved on by the gap; of a time that occurs twice it is the first.
    public func instant(ofLocal local: Int64) -> Int64 {
        let before = offset(at: local - 86_400)
        let after = offset(at: local + 86_400)
        let early = local - Int64(before)
        if before == after { return early }
        if offset(at: early) == before { return early }
        let late = local - Int64(after)
        return offset(at: late) == after ? late : early
    }

    private static func fixedOffset(_ text: String) -> Int? {
        var reader = DigitReader(text)
        let negative = reader.take("-")
        if !negative { _ = reader.take("+") }
        guard let hours = reader.number(2), reader.take(":"), let minutes = reader.number(2), reader.isAtEnd,
            hours < 24, minutes < 60
        else { return nil }
        return (hours * 3600 + minutes * 60) * (negative ? -1 : 1)
    }

    /// Names become paths, so nothing but zone names may pass.
    private static func isPlausible(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), let first = name.utf8.first, first != UInt8(ascii: "/") else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            byte.isDigit || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || "/_+-".utf8.contains(byte)
        }
    }
}
