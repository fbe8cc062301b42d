import CEL
import Testing

@Suite("CEL definitions")
struct DefinitionTests {
    static let environment = CELEnvironment(
        variables: ["user": .object("users"), "o": .object("orders"), "others": .list(.object("orders")), "n": .int],
        records: [Shop.users, Shop.orders], enums: [Shop.status],
        definitions: [
            CELDefinition("four", ["x"], body: "twice(twice(x))"), CELDefinition("twice", ["x"], body: "x + x"),
            CELDefinition("swap", ["a", "b"], body: "[b, a]"),
            CELDefinition("plusN", ["x"], body: "[1].map(i, i + x + n)[0]"),
            CELDefinition("courierName", ["o"], body: "o.courier == null ? 'none' : o.courier.name"),
            CELDefinition(
                "isFree", ["u"], body: "u.role == 'admin' && !others.exists(t, t.courier == u && t.status == Status.taken)"),
            CELDefinition("tipOf", ["o"], body: "o.tip + 0"), CELDefinition("broken", ["a"], body: "a +"),
            CELDefinition("even", ["a"], body: "odd(a - 1)"), CELDefinition("odd", ["a"], body: "even(a - 1)"),
            CELDefinition("label", ["o"], body: "string(o.status) + '!'"),
        ])

    @Test(
        "bodies take the types of their arguments",
        arguments: [
            ("four(2)", "8"), ("four('a')", "aaaa"), ("string(twice(1.5))", "3"), ("string([1].map(n, plusN(n))[0])", "12"),
            ("[3].map(a, swap(a, 4)[0])[0]", "4"),
            ("[7].map(b, swap(1, b)[0])[0]", "7"), ("courierName(o)", "none"), ("label(o)", "placed!"),
        ])
    func inlined(source: String, wanted: String) throws {
        let text =
            ["four(2)", "[3].map(a, swap(a, 4)[0])[0]", "[7].map(b, swap(1, b)[0])[0]"].contains(source)
            ? "string(\(source))" : source
        #expect(try evaluate(text, ["n": .int(10), "o": Shop.order(1)], in: Self.environment) == .string(wanted))
    }

    @Test(
        "issues are shown at the call",
        arguments: [
            ("1 + twice(true)", 5, "can't be applied"), ("tipOf(o)", 1, "may be null"), ("twice()", 1, "doesn't take 0"),
            ("broken(1)", 1, "the definition of 'broken' is wrong"),
            ("odd(1)", 1, "the definition uses itself"),
        ])
    func wrong(source: String, column: Int, message: String) {
        let found = issues(source, in: Self.environment)
        #expect(found.first?.message.contains(message) ?? false && found.first?.column == column, "\(found)")
        #expect(Self.environment.definitionIssues.keys.sorted() == ["broken", "even", "odd"])
    }

    @Test("they run in the database too")
    func lowered() throws {
        let lowering = SQLLowering(
            rows: [SQLRow(variable: "u", fields: ["role": SQLColumn("u.role", "text")], key: ("u.id", "bigint"))],
            collections: [SQLCollection(variable: "others", from: { "orders AS \($0)" }, row: { SQLTests.orders($0) })])
        let environment = Self.environment.adding(variables: ["u": .object("users")])
        let fragment = try lowering.condition(environment.compile("isFree(u) && u != user"))
        #expect(
            fragment.text == "(((u.role = $1::text) AND (NOT EXISTS (SELECT 1 FROM orders AS q1 WHERE "
                + "((q1.courier IS NOT NULL AND q1.courier = u.id) AND (q1.status = $2::text))))) AND (u.id <> $3::bigint))")
        let bound = try lowering.condition(
            environment.compile("cel.bind(r, user.role, cel.bind(s, r + '!', u.role == s + r))"))
        #expect(bound.text == "(u.role = $1::text)")
        #expect(try bound.parameters[0].value(["user": Shop.user(1)]) == .string("admin!admin"))
        #expect(bound.parameters.count == 1)
    }

    @Test("doubling definitions and bindings end in an issue")
    func doubling() {
        var definitions = [CELDefinition("f0", ["x"], body: "x + x")]
        for level in 1..<40 {
            definitions.append(CELDefinition("f\(level)", ["x"], body: "f\(level - 1)(x) + f\(level - 1)(x)"))
        }
        #expect(!issues("f39(1)", in: CELEnvironment(definitions: definitions)).isEmpty)
        var source = "u.role == v40"
        for level in (1...40).reversed() {
            source = "cel.bind(v\(level), \(level == 1 ? "u.role" : "v\(level - 1) + v\(level - 1)"), \(source))"
        }
        let environment = Self.environment.adding(variables: ["u": .object("users")])
        let lowering = SQLLowering(rows: [SQLRow(variable: "u", fields: ["role": SQLColumn("u.role", "text")])])
        #expect(throws: CELCompileError.self) { try lowering.condition(environment.compile(source)) }
    }
}
