import CEL
import Testing

@Suite("CEL residual evaluation")
struct ResidualTests {
    static let environment = CELEnvironment(
        variables: [
            "u": .bool, "n": .int, "m": .nullable(.int), "k": .int, "b": .bool, "ids": .list(.int), "s": .string, "d": .dyn,
            "user": .object("users"), "friends": .list(.object("users")), "t": .object("orders"),
            "prices": .map(.string, .int), "at": .timestamp,
            "late": .nullable(.object("users")), "none": .nullable(.object("users")),
        ],
        records: [Shop.users, Shop.orders], enums: [Shop.status],
        functions: [
            CELFunction("now", .global([], returns: .timestamp, .contextual { context, _ in try context.value(of: "at") ?? .null }))
        ])
    static let known: CELBindings = [
        "k": .int(7), "b": .bool(true), "ids": .list([.int(1), .int(2)]), "m": .null, "user": Shop.user(5),
        "friends": .list([Shop.user(1), Shop.user(2)]), "d": .string("x"),
        "prices": .map(CELMap(["a": .int(1), "b": .int(2)])), "at": .timestamp(CELTimestamp(seconds: 0)),
    ]

    @Test(
        "what is known is evaluated, the rest stays",
        arguments: [
            ("k + 1", "8"), ("n + k * 2", "n + 14"), ("b || u", "true"), ("u || b", "true"), ("u && b", "u"), ("b && u && k > 3", "u"),
            ("!b && u", "false"), ("b ? n : n + 1", "n"), ("u ? k : k + 1", "u ? 7 : 8"), ("ids.exists(i, i == n)", "1 == n || 2 == n"),
            ("ids.all(i, i != n || i == 1)", "2 != n"), ("ids.map(i, i + n)", "[1 + n, 2 + n]"), ("ids.exists(i, i == 2 || u)", "true"),
            ("ids.filter(i, i > 1)", "[2]"), ("ids.map(i, i > 1, i * n)", "[2 * n]"), ("ids.size() + n", "2 + n"),
            ("n in ids", "n in [1, 2]"), ("user.id == n", "5 == n"), ("friends.exists(f, f.id == n)", "1 == n || 2 == n"),
            ("t.customer == user", "t.customer == user"), ("cel.bind(x, k * 2, x + n)", "14 + n"),
            ("cel.bind(x, n * 2, x + k)", "cel.bind(x, n * 2, x + 7)"), ("t.status == Status.taken && b", "t.status == Status.taken"),
            ("1 / (k - 7) + n", "1 / 0 + n"), ("u && 1 / (k - 7) > 0", "u && 1 / 0 > 0"), ("!b && 1 / (k - 7) > n", "false"),
            ("m == null ? n : m + n", "n"), ("prices.exists(p, p == s)", "'a' == s || 'b' == s"),
            ("prices.all(p, v, v < n)", "1 < n && 2 < n"), ("d == s", "dyn('x') == s"), ("d + s", "dyn('x') + s"),
            ("timestamp(k) < t.at", "timestamp('1970-01-01T00:00:07Z') < t.at"), ("now() < t.at", "now() < t.at"),
            ("string(k) + s", "'7' + s"), ("has(user.tz) || u", "u"), ("[k, n].exists(x, x > 3)", "[7, n].exists(x, x > 3)"),
            ("lists.range(100).exists(i, i == n)", "lists.range(100).exists(i, i == n)"),
        ] as [(String, String)])
    func rest(_ source: String, _ expected: String) throws {
        let residual = try Self.environment.compile(source).residual(Self.known)
        #expect(residual.text == expected)
        let again = try Self.environment.compile(residual.text)
        #expect(again.variables.subtracting(residual.retained) == residual.variables)
    }

    @Test(
        "an optional look into null fails where the type said nothing of null, and gives nothing where it did",
        arguments: [
            ("dyn(m).?a", nil), ("dyn(m).?a.orValue(n)", nil), ("dyn(m)[?dyn(ids)]", nil), ("dyn(m)[?n]", nil),
            ("optional.of(m).orValue(dyn(ids))[?n]", nil), ("cel.bind(v, dyn(m), v.?a)", nil), ("[dyn(m), n].map(v, v.?a)", nil),
            ("(b ? late : d).?name", nil), ("late.?name.hasValue()", .bool(false)), ("none.?name.hasValue()", .bool(false)),
            ("none.?name.orValue(string(n))", .string("3")), ("(k > 3 ? none : late).?name.hasValue()", .bool(false)),
        ] as [(String, CELValue?)])
    func optionalOfNull(_ source: String, _ expected: CELValue?) throws {
        var known = Self.known
        known["none"] = .null
        let rest: CELBindings = ["n": .int(3), "late": .null]
        var all = known
        for name in ["n", "late"] { all[name] = try rest.value(of: name) }
        let program = try Self.environment.compile(source)
        let residual = try program.residual(known)
        let again = try Self.environment.compile(residual.text)
        for outcome in [
            Result { try program.evaluate(all) }, Result { try residual.program.evaluate(rest) }, Result { try again.evaluate(rest) },
            Result { try residual.program.residual(rest).program.evaluate([:]) },
        ] {
            #expect((try? outcome.get()) == expected, "'\(source)' leaves '\(residual.text)'")
        }
    }

    @Test("values that can't be written keep their names, and are known all the same")
    func retained() throws {
        let residual = try Self.environment.compile("t.customer == user && n == user.id").residual(Self.known)
        #expect(residual.text == "t.customer == user && n == 5")
        #expect(residual.retained == ["user"])
        #expect(residual.variables == ["t", "n"])
        let rest: CELBindings = ["t": Shop.order(1, ["customer": Shop.user(5)]), "n": .int(5)]
        #expect(try residual.program.evaluate(rest) == .bool(true))
    }

    @Test("a residual can be reduced further, and sees what functions with context need")
    func further() throws {
        let first = try Self.environment.compile("now() < t.at && ids.exists(i, i == n)").residual(Self.known)
        let second = try first.program.residual(["n": .int(2)])
        #expect(second.text == "now() < t.at")
        #expect(try second.program.evaluate(["t": Shop.order(1)]) == .bool(true))
    }

    @Test("a lazy value that can't be had fails where it is needed, not before")
    func lazyFailure() throws {
        var known = CELBindings()
        known.setLazy("k") { throw CELError(.hostFailure, "gone") }
        let residual = try Self.environment.compile("u && k > 1").residual(known)
        #expect(residual.variables == ["u"])
        #expect(try residual.program.evaluate(["u": .bool(false)]) == .bool(false))
        #expect(throws: CELError.self) { try residual.program.evaluate(["u": .bool(true)]) }
    }

    @Test("the work is bounded")
    func bounded() throws {
        let program = try Self.environment.compile("lists.range(300).map(i, lists.range(300).map(j, i * j + k).sum()).sum() > n")
        let residual = try program.residual(Self.known, limits: CELLimits(cost: 10_000))
        #expect(residual.variables == ["n"])
        #expect(residual.text.contains("7"))
        let nested = "ids.exists(a, ids.exists(b, ids.exists(c, ids.exists(d, ids.exists(e, a + b + c + d + e == n)))))"
        let many: CELBindings = ["ids": .list((0..<12).map { .int($0) })]
        let large = try Self.environment.compile(nested).residual(many)
        #expect(try large.program.evaluate(["n": .int(9)]) == .bool(true))
    }

    /// The outcome without what may differ: places, and wording.
    static func outcome(_ body: () throws(CELError) -> CELValue) -> Result<CELValue, CELError> {
        do throws(CELError) { return .success(try body()) } catch { return .failure(CELError(error.code, "")) }
    }

    static func same(_ a: Result<CELValue, CELError>, _ b: Result<CELValue, CELError>) -> Bool {
        switch (a, b) {
        case (.success(let a), .success(let b)): a == b || "\(a)" == "\(b)"
        case (.failure(let a), .failure(let b)): a == b
        default: false
        }
    }

    @Test("the rest gives what the whole gives, errors included", .timeLimit(.minutes(30)))
    func property() throws {
        let environment = Shop.environment
        let all = FuzzTests.bindings
        let names = ["user", "o", "items", "now", "x", "ys", "name"]
        var generator = ExpressionGenerator(random: SeededGenerator(state: FuzzTests.seed &+ 2))
        let limits = CELLimits(cost: 200_000, observesCancellation: false)
        var compared = 0
        var fromText = 0
        for round in 0..<FuzzTests.rounds / 2 {
            let source = generator.expression(1 + round % 4)
            let checked = try? environment.compile(source)
            guard let program = try? checked ?? environment.compileUnchecked(source), !program.variables.isEmpty else { continue }
            var known = CELBindings()
            var rest = CELBindings()
            for name in names { if Bool.random(using: &generator.random) { known[name] = all[name] } else { rest[name] = all[name] } }
            let whole = Self.outcome { () throws(CELError) in try program.evaluate(all, limits: limits) }
            if case .failure(let error) = whole, error.code == .costLimit { continue }
            let residual = try program.residual(known, limits: limits)
            compared += 1
            let later = Self.outcome { () throws(CELError) in try residual.program.evaluate(rest, limits: limits) }
            if !Self.same(whole, later) {
                Issue.record("'\(source)' gives \(whole), its rest '\(residual.text)' \(later)")
            }
            // The text means the same, given what it still names.
            guard checked != nil else { continue }
            var needed = rest
            for name in residual.retained { needed[name] = all[name] }
            do {
                let again = try environment.compile(residual.text)
                let third = Self.outcome { () throws(CELError) in try again.evaluate(needed, limits: limits) }
                if !Self.same(whole, third) { Issue.record("'\(source)' gives \(whole), the text '\(residual.text)' \(third)") }
                fromText += 1
            } catch {
                Issue.record("'\(source)' leaves '\(residual.text)', which doesn't compile: \(error)")
            }
        }
        #expect(compared > FuzzTests.rounds / 8 && fromText > FuzzTests.rounds / 100, "\(compared) compared, \(fromText) from text")
    }
}
