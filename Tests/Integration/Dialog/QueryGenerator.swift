import TestSupport

extension SeededGenerator {
    mutating func pick<T>(_ values: [T]) -> T { values[Int(next() % UInt64(values.count))] }
    mutating func chance(_ part: Int, of whole: Int) -> Bool { Int(next() % UInt64(whole)) < part }
}

/// Makes queries over ``QueryWorld``'s rows, with a weight on null, edges, and texts that are nearly days and times.
struct QueryGenerator {
    enum Kind: CaseIterable { case bool, int, number, string, time, span }

    var random: SeededGenerator

    static let zones = [
        "UTC", "Europe/Berlin", "America/New_York", "America/Havana", "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo", "Pacific/Apia",
        "Pacific/Kiritimati", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca",
        "Europe/Dublin", "Antarctica/Troll", "Pacific/Kwajalein", "America/Caracas", "Asia/Pyongyang", "Europe/Amsterdam",
        "Africa/Monrovia", "America/Asuncion", "Asia/Tehran", "+05:30", "-09:30", "+14:00", "Z",
    ]
    private static let texts = [
        "''", "'a'", "'é'", "'zz'", "'2026-01-31'", "'2026-01-31x'", "'2024-02-30'", "'2024'", "'9:30'", "'09:30'", "'09:30:15'", "'24:00'",
        "'23:59:59'", "'0001-01-01'", "'9999-12-31'", "'99999'",
    ]

    mutating func query(_ name: String) -> String {
        let condition = random.chance(3, of: 4) ? ", where: \"\(expression(.bool, 3))\"" : ""
        let limit = random.chance(1, of: 4) ? ", limit: \(random.pick([1, 3, 10]))" : ""
        if random.chance(1, of: 4) {
            let order =
                random.chance(1, of: 2) ? ", order: [\"\(random.pick(["", "-"]))(\(expression(random.pick(Kind.allCases), 2)))\"]" : ""
            return "  \(name): {from: r in rows\(condition)\(order)\(limit)}"
        }
        if random.chance(1, of: 5) {
            let columns = columns("c", Int(1 + random.next() % 3)) { $0.expression($0.random.pick(Kind.allCases), 2) }
            let order = random.chance(1, of: 2) ? ", order: \(random.pick(["", "-"]))c0" : ""
            return "  \(name): {from: r in rows\(condition), select: {\(columns)}\(order)\(limit)}"
        }
        let isGrouped = random.chance(4, of: 5)
        let groups = isGrouped ? columns("g", Int(1 + random.next() % 2)) { $0.group() } : ""
        let count = Int(random.next() % 4) + (isGrouped ? 0 : 1)
        let selects = columns("c", count) { $0.aggregate(isGrouped: isGrouped) }
        var text = "  \(name): {from: r in rows\(condition)"
        if isGrouped { text += ", group: {\(groups)}" }
        if count > 0 { text += ", select: {\(selects)}" }
        if count > 0, random.chance(1, of: 3) { text += ", order: [\"\(random.pick(["", "-"]))c0\"]" }
        return text + limit + "}"
    }

    private mutating func columns(_ prefix: String, _ count: Int, _ make: (inout QueryGenerator) -> String) -> String {
        (0..<count).map { "\(prefix)\($0): \"\(make(&self))\"" }.joined(separator: ", ")
    }

    private mutating func group() -> String {
        switch random.next() % 12 {
        case 0: "r.t"
        case 1: "r.k0"
        case 2: "r.j"
        case 3: "r.d0"
        case 4: "r.u"
        case 5: "r.k"
        case 6: "startOf(r.at, \(unit()), \(zone()))"
        case 7: "dayOf(r.at, \(zone()))"
        case 8: "r.until"
        default: expression(random.pick([.bool, .int, .string, .time, .span]), 2)
        }
    }

    private mutating func aggregate(isGrouped: Bool) -> String {
        switch random.next() % 12 {
        case 0: return "count()"
        case 1: return "count(\(expression(.bool, 2)))"
        case 2: return "sum(\(expression(random.pick([.int, .number, .span]), 2)))"
        case 3: return "sum(r.j)"
        case 4: return "\(random.pick(["min", "max"]))(\(expression(random.pick(Kind.allCases), 2)))"
        case 5: return "\(random.pick(["min", "max"]))(\(random.pick(["r.j", "r.t", "r.d0", "r.until", "r.m"])))"
        case 6: return "avg(\(expression(random.pick([.int, .number]), 1)))"
        case 7: return "avg(r.m)"
        case 8: return "sum(\(expression(.int, 1))) \(random.pick(["+", "-", "*", "/"])) count(\(expression(.bool, 1)))"
        case 9: return isGrouped ? "max(r.i) - min(r.i)" : "max(r.i) == null ? 0 : 1"
        case 10: return "count() > \(random.next() % 5) && sum(r.i) > 0"
        default: return "string(count()) + \(random.pick(Self.texts))"
        }
    }

    private mutating func zone() -> String { random.chance(1, of: 3) ? "user.tz" : "'\(random.pick(Self.zones))'" }
    private mutating func unit() -> String { "'\(random.pick(["day", "week", "month", "year"]))'" }

    private mutating func guarded(_ path: String, _ other: String) -> String { "(\(path) == null ? \(other) : \(path))" }

    mutating func expression(_ kind: Kind, _ depth: Int) -> String {
        let deep = depth - 1
        guard depth > 0, random.chance(4, of: 5) else { return leaf(kind) }
        switch kind {
        case .bool:
            switch random.next() % 12 {
            case 0: return "(\(expression(.bool, deep)) && \(expression(.bool, deep)))"
            case 1: return "(\(expression(.bool, deep)) || \(expression(.bool, deep)))"
            case 2: return "!\(expression(.bool, deep))"
            case 3:
                let (path, kind) = random.pick([
                    ("r.j", Kind.int), ("r.t", .string), ("r.until", .time), ("r.d0", .string), ("r.m", .number),
                ])
                return "(\(path) != null && \(path) \(comparison()) \(expression(kind, deep)))"
            case 4: return "(\(random.pick(["r.d", "r.ti", "r.s"])) \(comparison()) \(random.pick(Self.texts + ["word", "r.s", "r.d"])))"
            case 5: return "(\(random.pick(["r.d0", "r.t", "r.k0", "r.until", "r.j"])) \(random.pick(["==", "!="])) null)"
            case 6: return "\(random.pick(Self.texts)) in \(random.pick(["r.tags", "r.days"]))"
            case 7:
                return random.pick([
                    "r.friends.exists(f, f.points > \(random.next() % 4))", "r.u in r.friends", "r.u.points > 2",
                    "rows.exists(o, o.i == r.i && o.b)", "rows.count(o, o.k == r.k) > 3", "r.u == user", "(r.d0 == r.d)",
                    "r.d in ['2026-01-31', word]",
                    "size(r.friends) > 1", "r.moments.exists(x, x > r.at)",
                ])
            case 8: return "(r.d0 == \(random.pick(Self.texts)))"
            default:
                let kind = random.pick(Kind.allCases.filter { $0 != .bool })
                return "(\(expression(kind, deep)) \(comparison()) \(expression(kind, deep)))"
            }
        case .int:
            switch random.next() % 5 {
            case 0: return "size(\(expression(.string, deep)))"
            case 1: return "size(\(random.pick(["r.tags", "r.days", "r.friends", "r.moments"])))"
            default: return "(\(expression(.int, deep)) \(random.pick(["+", "-", "*", "/", "%"])) \(expression(.int, deep)))"
            }
        case .number: return "(\(expression(.number, deep)) \(random.pick(["+", "-"])) \(expression(.number, deep)))"
        case .string:
            switch random.next() % 7 {
            case 0: return "dayOf(\(expression(.time, deep)), \(zone()))"
            case 1: return "timeOf(\(expression(.time, deep)), \(zone()))"
            case 2: return "\(random.pick(["date", "time"]))(\(expression(.time, deep)))"
            case 3: return "money(\(expression(.int, deep)))"
            case 4: return "string(\(expression(.int, deep)))"
            default: return "(\(expression(.string, deep)) + \(expression(.string, deep)))"
            }
        case .time:
            return random.chance(2, of: 3)
                ? "startOf(\(expression(.time, deep)), \(unit()), \(zone()))" : "(\(expression(.time, deep)) + \(expression(.span, deep)))"
        case .span: return "(\(expression(.time, deep)) - \(expression(.time, deep)))"
        }
    }

    private mutating func comparison() -> String { random.pick(["<", "<=", ">", ">=", "==", "!="]) }

    private mutating func leaf(_ kind: Kind) -> String {
        switch kind {
        case .bool: return random.pick(["r.b", "true", "(r.k == Kind.y)", "(r.k0 == Kind.x)"])
        case .int: return random.pick(["r.i", guarded("r.j", "7"), "0", "1", "-3", "user.points", "r.u.points", "r.price"])
        case .number: return random.pick(["r.n", guarded("r.m", "0.5"), "0.25", "-2.0"])
        case .string: return random.pick(["r.s", guarded("r.t", "'n'"), "r.d", "r.ti", "word", "string(r.k)", "r.u.name"] + Self.texts)
        case .time: return random.pick(["r.at", "now", guarded("r.until", "now"), "timestamp('2026-03-29T00:30:00Z')"])
        case .span: return random.pick(["r.du", "duration('36h')", "duration('-90m')"])
        }
    }
}
