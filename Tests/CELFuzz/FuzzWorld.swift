import CEL

/// What the expressions of a run may use: variables of every type, records, an enumeration, functions of the host, definitions.
enum FuzzWorld {
    static let users = CELRecord(
        name: "users",
        fields: [.init("id", .int), .init("name", .string), .init("age", .int), .init("tz", .nullable(.string))])
    static let orders = CELRecord(
        name: "orders",
        fields: [
            .init("id", .int), .init("customer", .object("users")), .init("courier", .nullable(.object("users"))),
            .init("status", .enumeration("Status")), .init("total", .double), .init("qty", .int), .init("paid", .bool),
            .init("note", .nullable(.string)), .init("at", .timestamp), .init("tip", .nullable(.int)),
        ])

    static let environment = CELEnvironment(
        variables: [
            "user": .object("users"), "o": .object("orders"), "ys": .list(.object("orders")), "items": .list(.int),
            "words": .list(.string), "prices": .map(.string, .double), "counts": .map(.int, .string),
            "rows": .list(.map(.string, .dyn)), "x": .nullable(.int), "opt": .optional(.int), "any": .dyn, "n": .int, "u": .uint,
            "d": .double, "name": .string, "blob": .bytes, "flag": .bool, "now": .timestamp, "span": .duration,
            "status": .enumeration("Status"),
        ],
        records: [users, orders], enums: [CELEnum(name: "Status", members: ["placed", "taken", "delivered"])],
        functions: [
            CELFunction(
                "twice", .global([.int], returns: .int, .unary { .int(try $0.asInt().multipliedExactly(by: 2)) }),
                .global([.string], returns: .string, .unary { .string(try $0.asString() + $0.asString()) })),
            CELFunction(
                "pickOne",
                .global(
                    [.list(.parameter("T"))], returns: .parameter("T"),
                    .contextual { context, arguments in
                        let list = try arguments[0].asList()
                        let place = try context.value(of: "n")?.asInt() ?? 0
                        guard let index = Int(exactly: place), list.indices.contains(index) else {
                            throw CELError(.indexOutOfRange, "there is no such element")
                        }
                        return list[index]
                    })),
        ],
        definitions: [
            CELDefinition("isAdult", ["who"], body: "who.age >= 18"),
            CELDefinition("greeting", ["to"], body: "'Hi ' + to + (flag ? '!' : '.')"),
        ])

    /// Values for all variables, of their declared types.
    static func values(_ random: inout SeededGenerator) -> [String: CELValue] {
        var values: [String: CELValue] = [:]
        for (name, type) in environment.variables.sorted(by: { $0.key < $1.key }) { values[name] = value(type, &random, 3) }
        return values
    }

    static func bindings(_ values: [String: CELValue]) -> CELBindings {
        var bindings = CELBindings(values)
        if let lazy = values["any"] { bindings.setLazy("any") { lazy } }
        return bindings
    }

    /// Values that aren't of the declared types, and variables without any.
    static func wrongBindings(_ random: inout SeededGenerator) -> CELBindings {
        var bindings = CELBindings()
        for name in environment.variables.keys.sorted() where random.chance(80) { bindings[name] = value(.dyn, &random, 2) }
        return bindings
    }

    private static let texts = [
        "", "a", "Ann", "b,c", "🐱é", "e\u{301}", "2026-11-21T12:00:00Z", "1h30m", "17", "-1.5e3", "true", "%s", "\u{0}\n", "UTC",
        "Europe/Berlin", "(", "YWJj", String(repeating: "ab", count: 40),
    ]
    private static let wholes: [Int64] = [0, 1, -1, 2, 3, 18, 63, 64, 100, 1_000_000, .max, .min, 1 << 53, 253_402_300_800]

    private static func value(_ type: CELType, _ random: inout SeededGenerator, _ depth: Int) -> CELValue {
        switch type {
        case .null: return .null
        case .bool: return .bool(random.chance(50))
        case .int: return .int(random.pick(wholes, or: 0))
        case .uint: return .uint(random.chance(20) ? .max : UInt64(random.below(100)))
        case .double: return .double(random.pick([0, -0.0, 1.5, -2.25, 1e308, .infinity, .nan, 3, 0x1p63, 0x1p-1074], or: 0))
        case .string: return .string(random.pick(texts, or: ""))
        case .bytes: return .bytes((0..<random.below(6)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        case .timestamp:
            return .timestamp(CELTimestamp(seconds: random.pick([0, 1_795_262_400, 253_402_300_799, -62_135_596_800, 951_827_696], or: 0)))
        case .duration: return .duration(CELDuration(nanoseconds: random.pick([0, 1, -1, 3_600_000_000_000, .max, .min], or: 0)))
        case .type: return .type(.int)
        case .list(let element): return .list((0..<random.below(5)).map { _ in value(element, &random, depth - 1) })
        case .map(let key, let inner):
            let entries = (0..<random.below(12)).map { _ in (value(key, &random, 0), value(inner, &random, depth - 1)) }
            var unique: [(CELValue, CELValue)] = []
            for entry in entries where !unique.contains(where: { $0.0 == entry.0 }) { unique.append(entry) }
            return (try? CELMap(unique)).map { .map($0) } ?? .map(.empty)
        case .optional(let wrapped): return .optional(random.chance(40) ? nil : value(wrapped, &random, depth - 1))
        case .nullable(let wrapped): return random.chance(40) ? .null : value(wrapped, &random, depth)
        case .enumeration: return .string(random.pick(["placed", "taken", "delivered"], or: "placed"))
        case .object(let name):
            guard let record = environment.record(named: name) else { return .null }
            let fields = record.fields.map { ($0.name, value($0.type, &random, depth - 1)) }
            let id: CELValue? = random.chance(70) ? .int(Int64(random.below(4))) : nil
            return .object(record.object(Dictionary(uniqueKeysWithValues: fields), id: id))
        default: return anything(&random, depth)
        }
    }

    private static func anything(_ random: inout SeededGenerator, _ depth: Int) -> CELValue {
        let simple: [CELType] = [.null, .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration, .type]
        let nested: [CELType] = [
            .list(.dyn), .list(.int), .map(.string, .dyn), .map(.int, .dyn), .optional(.dyn), .object("users"), .object("orders"),
        ]
        return value(random.pick(depth > 0 ? simple + nested : simple, or: .null), &random, depth - 1)
    }
}

extension Int64 {
    fileprivate func multipliedExactly(by other: Int64) throws(CELError) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        guard !overflow else { throw CELError(.overflow, "the product is beyond 64 bits") }
        return product
    }
}
