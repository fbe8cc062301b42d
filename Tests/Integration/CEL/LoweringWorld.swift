import CEL
import Glibc
import Logging
import Postgres

/// The server that the tests run against.
enum TestServer {
    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    static let url = variable("SWITCHBOARD_TEST_POSTGRES_URL")
    static let isMissing: String = "SWITCHBOARD_TEST_POSTGRES_URL is not set"
    static let isLong = variable("SWITCHBOARD_TEST_LONG") == "1"
}

/// SplitMix64: the same inputs in every run.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func pick<T>(_ values: [T]) -> T { values[Int(next() % UInt64(values.count))] }
    mutating func chance(_ part: Int, of whole: Int) -> Bool { Int(next() % UInt64(whole)) < part }
}

/// Values at the edges of what both sides can hold.
enum Edges {
    static let ints: [Int64] = [
        0, 1, -1, 2, 3, -5, 7, 100, .max, .min, .max - 1, .min + 1, 1 << 31, -(1 << 31), (1 << 53) + 1, 3_037_000_500, 253_402_300_799,
        -62_135_596_800,
    ]
    static let smalls: [Int64] = [0, 1, -1, 2, 7, 100, 2_147_483_647, -2_147_483_648]
    static let doubles: [Double] = [
        0, -0.0, 1, -1, 0.5, -2.5, 0.1, 1.5, 3, 1e150, 1e-150, 1e154, 1e155, -1e200, 1e-200, 1e308, -1.7976931348623157e308,
        1.7976931348623157e308, .leastNonzeroMagnitude,
        -.leastNonzeroMagnitude, 2.2250738585072014e-308, 1e-160, 9_007_199_254_740_992, 9.223372036854775e18, -0x1p63, 0x1p63,
        0.49999999999999994, .infinity, -.infinity, .nan,
    ]
    static let strings: [String] = [
        "", "a", "A", "ab", "abc", "b", "z", "Z", "é", "e\u{301}", "😀", "ß", "\u{212A}", "a\nb", " x ", "\u{3000}y\u{A0}", "%", "_", "a_c",
        "\\", "'", "\"", "İ", "\u{FFFF}",
        "\u{10000}", "1", "-5", "007", "9223372036854775808", "true", "f", "Key", "aaa", "a😀b",
    ]
    static let times: [Int64] = [
        0, 1, -1, -62_135_596_800_000_000, 253_402_300_799_999_999, 1_700_000_000_123_456, 1_711_846_800_000_000, 1_729_994_400_500_000,
        -2_208_988_800_000_000,
        951_782_400_000_000, 4_102_444_799_999_999,
    ]
    static let spans: [Int64] = [
        0, 1, -1, 1_000_000, 1_500_000, -1_500_000, 3_600_000_000, -3_600_000_000, 86_400_000_000, 90_061_001_000, 9_223_372_036_854_775,
        -9_223_372_036_854_775,
    ]
    static let bytes: [[UInt8]] = [[], [0], [0xFF], Array("a".utf8), Array("é".utf8), [0, 1, 2]]
}

/// Rows of every kind of column, for the interpreter and for the database.
struct World: Sendable {
    static let lines = CELRecord(
        name: "line",
        fields: [
            .init("name", .string), .init("qty", .int), .init("price", .double), .init("note", .nullable(.string)), .init("at", .timestamp),
        ])
    static let places = CELRecord(
        name: "place", fields: [.init("city", .string), .init("zip", .nullable(.int)), .init("who", .object("person"))])
    static let people = CELRecord(
        name: "person",
        fields: [
            .init("id", .int), .init("name", .string), .init("boss", .nullable(.object("person"))), .init("age", .int),
            .init("nick", .nullable(.string)),
        ])
    static let rows = CELRecord(
        name: "row",
        fields: [
            .init("id", .int), .init("small", .int), .init("n", .int), .init("m", .nullable(.int)), .init("d", .double),
            .init("e", .nullable(.double)), .init("s", .string), .init("t", .nullable(.string)), .init("b", .bool),
            .init("c", .nullable(.bool)), .init("at", .timestamp), .init("until", .nullable(.timestamp)), .init("span", .duration),
            .init("lag", .nullable(.duration)), .init("raw", .bytes), .init("kind", .enumeration("Kind")),
            .init("mood", .nullable(.enumeration("Kind"))), .init("owner", .object("person")),
            .init("helper", .nullable(.object("person"))), .init("tags", .list(.string)), .init("nums", .list(.int)),
            .init("ws", .list(.double)), .init("items", .list(.object("line"))), .init("addr", .object("place")),
            .init("home", .nullable(.object("place"))), .init("scores", .map(.string, .int)), .init("words", .list(.string)),
        ])
    static let kinds = CELEnum(name: "Kind", members: ["x", "y", "z"])

    static let environment = CELEnvironment(
        variables: [
            "r": .object("row"), "people": .list(.object("person")), "others": .list(.object("row")), "x": .int, "y": .nullable(.int),
            "f": .double,
            "g": .nullable(.double), "w": .string, "z": .nullable(.string), "now": .timestamp, "hour": .duration, "ids": .list(.int),
            "names": .list(.string), "ds": .list(.double), "none": .list(.int), "me": .object("person"), "zone": .string,
            "k": .enumeration("Kind"),
            "flag": .bool, "pattern": .string,
        ], records: [lines, places, people, rows], enums: [kinds])

    static func person(_ alias: String) -> SQLRow {
        SQLRow(
            variable: "p",
            fields: Dictionary(
                uniqueKeysWithValues: [("id", "bigint"), ("name", "text"), ("boss", "bigint"), ("age", "integer"), ("nick", "text")].map {
                    ($0, SQLColumn(name: $0, of: alias, $1))
                }), key: ("\"\(alias)\".\"id\"", "bigint"))
    }

    static let columns: [(name: String, type: String)] = [
        ("id", "bigint"), ("small", "integer"), ("n", "bigint"), ("m", "bigint"), ("d", "double precision"), ("e", "double precision"),
        ("s", "text"),
        ("t", "text"), ("b", "boolean"), ("c", "boolean"), ("at", "timestamptz"), ("until", "timestamptz"), ("span", "interval"),
        ("lag", "interval"),
        ("raw", "bytea"), ("kind", "text"), ("mood", "text"), ("owner", "bigint"), ("helper", "bigint"), ("tags", "jsonb"),
        ("nums", "jsonb"), ("ws", "jsonb"),
        ("items", "jsonb"), ("addr", "jsonb"), ("home", "jsonb"), ("scores", "jsonb"), ("words", "text[]"),
    ]

    static func row(_ alias: String, variable: String = "r") -> SQLRow {
        SQLRow(
            variable: variable,
            fields: Dictionary(uniqueKeysWithValues: columns.map { ($0.name, SQLColumn(name: $0.name, of: alias, $0.type)) }),
            key: ("\"\(alias)\".\"id\"", "bigint"))
    }

    static func lowering(first: Int = 1) -> SQLLowering {
        SQLLowering(
            rows: [row("r")],
            collections: [
                SQLCollection(variable: "people", record: "person", from: { "people AS \"\($0)\"" }, row: { person($0) }),
                SQLCollection(variable: "others", record: "row", from: { "others AS \"\($0)\"" }, row: { row($0) }),
            ], firstPlaceholder: first)
    }

    var rows: [CELValue] = []
    var others: [CELValue] = []
    var bindings: [CELBindings] = []
    /// Statements that make the tables.
    var statements: [String] = []

    init(seed: UInt64, count: Int) {
        var random = Seeded(state: seed)
        var persons: [CELValue] = []
        statements.append(
            "CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, boss bigint REFERENCES people, age integer NOT NULL, nick text)"
        )
        for id in Int64(1)...5 {
            let boss = id > 2 ? Int(random.next() % 2) : nil
            let name = random.pick(Edges.strings)
            let age = random.pick(Edges.smalls)
            let nick: String? = random.chance(1, of: 2) ? nil : random.pick(Edges.strings)
            persons.append(
                .object(
                    Self.people.object(
                        [
                            "id": .int(id), "name": .string(name), "boss": boss.map { persons[$0] } ?? .null, "age": .int(age),
                            "nick": nick.map { .string($0) } ?? .null,
                        ], id: .int(id))))
            statements.append(
                "INSERT INTO people VALUES (\(id), \(Text.sql(name)), \(boss.map { "\($0 + 1)" } ?? "NULL"), \(age), \(nick.map(Text.sql) ?? "NULL"))"
            )
        }
        let names = Self.columns.map { "\"\($0.name)\" \($0.type)\($0.name == "id" ? " PRIMARY KEY" : "")" }.joined(separator: ", ")
        for table in ["rows", "others"] {
            statements.append("CREATE TABLE \(table) (\(names))")
            for id in 1...Int64(table == "rows" ? count : 4) {
                let (value, sql) = Self.make(id, persons, &random)
                if table == "rows" { rows.append(value) } else { others.append(value) }
                statements.append("INSERT INTO \(table) VALUES (\(sql.joined(separator: ", ")))")
            }
        }
        for _ in 0..<8 { bindings.append(Self.known(persons, others, &random)) }
    }

    private static func known(_ persons: [CELValue], _ others: [CELValue], _ random: inout Seeded) -> CELBindings {
        func several<T>(_ values: [T], _ random: inout Seeded, _ make: (T) -> CELValue) -> CELValue {
            .list((0..<Int(random.next() % 4)).map { _ in make(random.pick(values)) })
        }
        return [
            "people": .list(persons), "others": .list(others), "x": .int(random.pick(Edges.ints)),
            "y": random.chance(1, of: 3) ? .null : .int(random.pick(Edges.ints)), "f": .double(random.pick(Edges.doubles)),
            "g": random.chance(1, of: 3) ? .null : .double(random.pick(Edges.doubles)), "w": .string(random.pick(Edges.strings)),
            "z": random.chance(1, of: 3) ? .null : .string(random.pick(Edges.strings)), "now": Text.time(random.pick(Edges.times)),
            "hour": .duration(CELDuration(nanoseconds: random.pick(Edges.spans) * 1000)), "ids": several(Edges.ints, &random) { .int($0) },
            "names": several(Edges.strings, &random) { .string($0) }, "ds": several(Edges.doubles, &random) { .double($0) },
            "none": .list([]),
            "me": random.pick(persons),
            "zone": .string(random.pick(["UTC", "Europe/Berlin", "America/New_York", "+02:00", "-09:30", "05:45", "nowhere"])),
            "k": .string(random.pick(["x", "y", "z"])), "flag": .bool(random.chance(1, of: 2)),
            "pattern": .string(random.pick(["a", "^a", "[", "(?i)k", "b$"])),
        ]
    }

    private static func make(_ id: Int64, _ persons: [CELValue], _ random: inout Seeded) -> (CELValue, [String]) {
        var fields: [String: CELValue] = ["id": .int(id)]
        var sql: [String] = ["\(id)"]
        func add(_ name: String, _ value: CELValue, _ text: String) {
            fields[name] = value
            sql.append(text)
        }
        func optional(_ name: String, _ isNull: Bool, _ value: CELValue, _ text: String) {
            isNull ? add(name, .null, "NULL") : add(name, value, text)
        }
        func int(_ value: Int64) -> (CELValue, String) { (.int(value), "'\(value)'::bigint") }
        func double(_ value: Double) -> (CELValue, String) { (.double(value), "'\(Text.double(value))'::double precision") }
        func string(_ value: String) -> (CELValue, String) { (.string(value), Text.sql(value)) }
        func time(_ value: Int64) -> (CELValue, String) { (Text.time(value), Text.sqlTime(value)) }
        func span(_ value: Int64) -> (CELValue, String) {
            // Of what other programs have written some has days in it.
            let days = value % 86_400_000_000 == 0 ? "interval '\(value / 86_400_000_000) days'" : "'\(value) microseconds'::interval"
            return (
                .duration(CELDuration(nanoseconds: value * 1000)),
                abs(value) > 1 << 50 ? "interval '\(value < 0 ? "-" : "")2562047:47:16.854775'" : days
            )
        }
        func put(_ name: String, _ made: (CELValue, String), null: Bool = false) { optional(name, null, made.0, made.1) }
        func isNull() -> Bool { random.chance(2, of: 5) }
        put("small", (.int(random.pick(Edges.smalls)), ""))
        if case .int(let number)? = fields["small"] { sql[1] = "'\(number)'::integer" }
        put("n", int(random.pick(Edges.ints)))
        put("m", int(random.pick(Edges.ints)), null: isNull())
        put("d", double(random.pick(Edges.doubles)))
        put("e", double(random.pick(Edges.doubles)), null: isNull())
        put("s", string(random.pick(Edges.strings)))
        put("t", string(random.pick(Edges.strings)), null: isNull())
        let truths = [random.chance(1, of: 2), random.chance(1, of: 2)]
        put("b", (.bool(truths[0]), "\(truths[0])"))
        put("c", (.bool(truths[1]), "\(truths[1])"), null: isNull())
        put("at", time(random.pick(Edges.times)))
        put("until", time(random.pick(Edges.times)), null: isNull())
        put("span", span(random.pick(Edges.spans)))
        put("lag", span(random.pick(Edges.spans)), null: isNull())
        let raw = random.pick(Edges.bytes)
        put("raw", (.bytes(raw), "decode('\(raw.map { Text.hex($0) }.joined())', 'hex')"))
        put("kind", string(random.pick(["x", "y", "z"])))
        put("mood", string(random.pick(["x", "y", "z"])), null: isNull())
        let owner = Int(random.next() % 5)
        put("owner", (persons[owner], "\(owner + 1)"))
        let helper = Int(random.next() % 5)
        put("helper", (persons[helper], "\(helper + 1)"), null: isNull())
        func list(_ name: String, _ values: [(CELValue, String)]) {
            put(name, (.list(values.map(\.0)), Text.sql("[\(values.map(\.1).joined(separator: ", "))]") + "::jsonb"))
        }
        func several<T>(_ values: [T]) -> [T] { (0..<Int(random.next() % 4)).map { _ in random.pick(values) } }
        list("tags", several(Edges.strings).map { (.string($0), Text.json($0)) })
        list("nums", several(Edges.ints).map { (.int($0), "\($0)") })
        let numbers = Edges.doubles.filter { $0.isNaN || $0.isInfinite || abs($0) < 1e100 }
        list("ws", several(numbers).map { (.double($0), Text.jsonDouble($0)) })
        let sizes: [Int64] = [0, 1, 2, -3, 50]
        let lines = (0..<Int(random.next() % 4)).map { _ in
            let note: String? = isNull() ? nil : random.pick(Edges.strings)
            let (name, qty, price, at) = (random.pick(Edges.strings), random.pick(sizes), random.pick(numbers), random.pick(Edges.times))
            let noteText = note.map { ", \"note\": \(Text.json($0))" } ?? (isNull() ? "" : ", \"note\": null")
            return (
                CELValue.object(
                    Self.lines.object([
                        "name": .string(name), "qty": .int(qty), "price": .double(price), "note": note.map { .string($0) } ?? .null,
                        "at": Text.time(at),
                    ])), "{\"name\": \(Text.json(name)), \"qty\": \(qty), \"price\": \(Text.jsonDouble(price)), \"at\": \(at)\(noteText)}"
            )
        }
        list("items", lines)
        func place() -> (CELValue, String) {
            let (city, who) = (random.pick(Edges.strings), Int(random.next() % 5))
            let zip: Int64? = isNull() ? nil : random.pick(Edges.ints)
            return (
                .object(Self.places.object(["city": .string(city), "zip": zip.map { .int($0) } ?? .null, "who": persons[who]])),
                Text.sql("{\"city\": \(Text.json(city)), \"zip\": \(zip.map { "\($0)" } ?? "null"), \"who\": \(who + 1)}") + "::jsonb"
            )
        }
        put("addr", place())
        put("home", place(), null: isNull())
        let keys = ["a", "b", "é", "it's"].filter { _ in random.chance(1, of: 2) }.map { ($0, random.pick(Edges.ints)) }
        put(
            "scores",
            (
                .map(CELMap(Dictionary(uniqueKeysWithValues: keys.map { ($0.0, CELValue.int($0.1)) }))),
                Text.sql("{\(keys.map { "\(Text.json($0.0)): \($0.1)" }.joined(separator: ", "))}") + "::jsonb"
            ))
        let words = several(Edges.strings)
        put("words", (.list(words.map { .string($0) }), "ARRAY[\(words.map(Text.sql).joined(separator: ", "))]::text[]"))
        return (.object(Self.rows.object(fields, id: .int(id))), sql)
    }
}

/// Values as text for SQL, JSON and expressions.
enum Text {
    static func sql(_ text: String) -> String {
        "E'" + text.unicodeScalars.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
    }

    static func json(_ text: String) -> String {
        "\""
            + text.unicodeScalars.map { scalar in
                switch scalar {
                case "\"", "\\": "\\\(scalar)"
                case "\n": "\\n"
                default: String(scalar)
                }
            }
            .joined() + "\""
    }

    static func double(_ value: Double) -> String {
        value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : "\(value)"
    }
    static func jsonDouble(_ value: Double) -> String {
        value == 0 && value.sign == .minus ? "\"-0\"" : value.isFinite ? "\(value)" : "\"\(double(value))\""
    }
    static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    static func time(_ microseconds: Int64) -> CELValue {
        let seconds = Int64((Double(microseconds) / 1e6).rounded(.down))
        var rest = microseconds - seconds * 1_000_000
        var whole = seconds
        if rest < 0 { (whole, rest) = (whole - 1, rest + 1_000_000) }
        if rest >= 1_000_000 { (whole, rest) = (whole + 1, rest - 1_000_000) }
        return .timestamp(CELTimestamp(seconds: whole, nanoseconds: Int32(rest * 1000)))
    }

    static func sqlTime(_ microseconds: Int64) -> String {
        guard case .timestamp(let time) = time(microseconds) else { return "NULL" }
        return "'\(time.description)'::timestamptz"
    }

    static func cel(_ text: String) -> String {
        "'"
            + text.unicodeScalars.map { scalar in
                switch scalar {
                case "'", "\\": "\\\(scalar)"
                case "\n": "\\n"
                default: String(scalar)
                }
            }
            .joined() + "'"
    }
}
