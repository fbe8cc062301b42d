import CEL
import Testing

@Suite("CEL to SQL")
struct SQLTests {
    static let users = SQLRow(
        variable: "u",
        fields: ["id": SQLColumn(name: "id", of: "u", "bigint"), "name": SQLColumn(name: "name", of: "u", "text")],
        key: ("u.\"id\"", "bigint"))

    static func orders(_ alias: String, joined: Bool = false) -> SQLRow {
        SQLRow(
            variable: "o",
            fields: [
                "id": SQLColumn("\(alias).id", "bigint"),
                "customer": SQLColumn("\(alias).customer", "bigint", row: joined ? users : nil),
                "courier": SQLColumn("\(alias).courier", "bigint"), "status": SQLColumn("\(alias).status", "text"),
                "total": SQLColumn("\(alias).total", "double precision"), "qty": SQLColumn("\(alias).qty", "integer"),
                "note": SQLColumn("\(alias).note", "text"), "at": SQLColumn("\(alias).at", "timestamptz"),
                "tip": SQLColumn("\(alias).tip", "bigint"),
            ], key: ("\(alias).id", "bigint"))
    }

    static let environment = Shop.environment.adding(variables: ["others": .list(.object("orders"))])
    static let lowering = SQLLowering(
        rows: [orders("o")],
        collections: [SQLCollection(variable: "others", from: { "orders AS \($0)" }, row: { orders($0) })])

    /// A condition that makes the query fail where it has no value.
    static func asserted(_ text: String) -> String {
        "COALESCE((\(text))::text, 'the expression has no value for a row')::boolean"
    }

    func lower(_ source: String) throws -> SQLFragment {
        try Self.lowering.condition(Self.environment.compile(source, expecting: .bool))
    }

    @Test(
        "conditions",
        arguments: [
            ("o.customer == user", "(o.customer = $1::bigint)"), ("user == o.customer", "($1::bigint = o.customer)"),
            ("o.customer != user && o.qty > 1", "((o.customer <> $1::bigint) AND (o.qty > $2::bigint))"),
            ("o.courier == null", "(o.courier IS NULL)"), ("null != o.courier", "(o.courier IS NOT NULL)"),
            ("has(o.note)", "(o.note IS NOT NULL)"),
            ("o.courier == user", "(o.courier IS NOT NULL AND o.courier = $1::bigint)"),
            ("o.courier != user", "(o.courier IS NULL OR o.courier <> $1::bigint)"),
            (
                "o.tip == x",
                "((o.tip IS NOT NULL AND $1::bigint IS NOT NULL AND o.tip = $1::bigint) OR (o.tip IS NULL AND $1::bigint IS NULL))"
            ),
            ("o.tip == o.tip", "(o.tip IS NOT DISTINCT FROM o.tip)"),
            ("o.tip != null && o.tip > 3", "((o.tip IS NOT NULL) AND (o.tip > $1::bigint))"),
            ("o.status == Status.taken", "(o.status = $1::text)"),
            ("o.at >= now", "(o.at >= $1::timestamptz)"),
            (
                "o.at >= now - duration('24h')",
                "(((o.at >= $1::timestamptz) OR $1::timestamptz IS NULL) AND (($1::timestamptz IS NOT NULL) OR \(asserted("(o.at >= $1::timestamptz)"))))"
            ),
            (
                "o.qty > 1 && 6 / o.qty == 2",
                "((o.qty > $1::bigint) AND (\(asserted("((o.qty > $1::bigint) AND (($2::bigint / NULLIF(o.qty::bigint, 0)) = $3::bigint))"))))"
            ),
            ("!(o.qty == 1 || o.qty == 2)", "(NOT ((o.qty = $1::bigint) OR (o.qty = $2::bigint)))"),
            ("o.qty * 2 + 1 == size(items)", "(((o.qty::bigint * $1::bigint) + $2::bigint) = $3::bigint)"),
            ("o.qty in items", "(o.qty = ANY($1::bigint[]))"),
            ("o.tip in items", "(o.tip IS NOT NULL AND o.tip = ANY($1::bigint[]))"),
            ("o.customer in [user]", "((o.customer = $1::bigint))"),
            ("o.qty in [1, o.id]", "((o.qty = $1::bigint) OR (o.qty = o.id))"),
            ("o.status in [Status.taken, Status.placed]", "((o.status = $1::text) OR (o.status = $2::text))"),
            (
                "o.note != null && o.note.lowerAscii().contains(name)",
                "((o.note IS NOT NULL) AND (strpos(lower(o.note COLLATE \"C\"), $1::text) > 0))"
            ),
            ("o.note == name", "(o.note IS NOT NULL AND o.note = $1::text)"),
            ("string(o.qty).startsWith('1')", "starts_with((o.qty)::text COLLATE \"C\", $1::text)"),
            (
                "o.qty > 0 ? o.qty < 5 : true",
                "(CASE WHEN (o.qty > $1::bigint) THEN (o.qty < $2::bigint) ELSE $3::boolean END)"
            ),
            ("o.total > 1.5", "(o.total > $1::double precision AND o.total <> 'NaN'::double precision)"),
            ("o.total < 1.5", "(o.total < $1::double precision)"),
            ("o.total == 1.5", "(o.total = $1::double precision)"),
            ("user.role == 'admin'", "$1::boolean"),
            ("o.qty / 2 == 1", "((o.qty::bigint / $1::bigint) = $2::bigint)"),
            ("-o.qty < 0", "((- o.qty::bigint) < $1::bigint)"),
            (
                "others.exists(p, p.customer == o.customer && p.id != o.id)",
                "EXISTS (SELECT 1 FROM orders AS q1 WHERE ((q1.customer = o.customer) AND (q1.id <> o.id)))"
            ),
            (
                "others.count(p, p.customer == user) < 3",
                "((SELECT count(*) FROM orders AS q1 WHERE (q1.customer = $1::bigint)) < $2::bigint)"
            ),
            ("!others.exists(p, p == o)", "(NOT EXISTS (SELECT 1 FROM orders AS q1 WHERE (q1.id = o.id)))"),
        ])
    func conditions(source: String, wanted: String) throws {
        #expect(try lower(source).text == wanted)
    }

    @Test("parts without the row are parameters, evaluated beforehand")
    func parameters() throws {
        let fragment = try SQLLowering(rows: [Self.orders("o")], firstPlaceholder: 4)
            .condition(
                Self.environment.compile(
                    "o.qty > items.sum() * 2 && o.status == Status.taken && (user.role == 'admin' || o.customer == user)"))
        #expect(
            fragment.text
                == "(((o.qty > $4::bigint) OR $4::bigint IS NULL) AND (o.status = $5::text) AND ($6::boolean OR (o.customer = $7::bigint)) AND "
                + "(($4::bigint IS NOT NULL) OR "
                + Self.asserted("((o.qty > $4::bigint) AND (o.status = $5::text) AND ($6::boolean OR (o.customer = $7::bigint)))") + "))"
        )
        let bindings: CELBindings = ["items": .list([.int(1), .int(2)]), "user": Shop.user(7)]
        let values = try fragment.parameters.map { try $0.value(bindings) }
        #expect(values == [.int(6), .string("taken"), .bool(true), Shop.user(7)])
        #expect(fragment.parameters.map(\.sqlType) == ["bigint", "text", "boolean", "bigint"])
        guard case .constant = fragment.parameters[1].source else {
            Issue.record("a constant is evaluated again")
            return
        }
    }

    @Test("joined rows have columns too")
    func joins() throws {
        let program = try Self.environment.compile("o.customer.name == 'a'")
        let joined = SQLLowering(rows: [Self.orders("o", joined: true)])
        #expect(try joined.condition(program).text == "(\"u\".\"name\" = $1::text)")
        #expect(throws: CELCompileError.self) { try Self.lowering.condition(program) }
    }

    @Test(
        "what would mean something else is refused, with its place",
        arguments: [
            ("o.note.matches('a') || o.note == null", 7, "null"),
            ("name.matches(string(o.qty))", 13, "a pattern must be known"),
            ("string(o.qty).matches('a{300}')", 22, "255 times"),
            ("ys.exists(y, y.qty == o.qty)", 3, "can't run in the database"),
            ("o.customer.name == 'a'", 11, "another row"), ("size([o.qty]) > 1", 5, "a list made from the row"),
            ("o in ys", 2, "known before"), ("others.exists(p, others.exists(q, q.note == p.note.trim()))", 51, "null"),
            ("o.at.getHours(string(o.qty)) == 1", 14, "a time zone must be known"),
            ("string(o.total) == '1'", 0, "'string(double)' can't run in the database"),
            ("(o.qty / o.qty == 1 ? o.note : null) == 'a'", 20, "may be null and may fail"),
            ("others.map(p, p.qty) == [1]", 7, "can't be a value"), ("others.sortBy(p, p.qty).size() > 1", 24, "can't run"),
            ("o.at > timestamp('2026-01-01T00:00:00.0000001Z')", 7, "microseconds"), ("o.note == 'a\\u0000'", 10, "NUL"),
            ("others.exists(i, p, i == 0)", 7, "rows have no index"),
            ("items.filter(i, i != o.qty).exists(n, i, n == 0)", 28, "what is filtered in the database has no index"),
        ])
    func refusals(source: String, offset: Int, reason: String) throws {
        do {
            let fragment = try lower(source)
            if source == "o in ys" {
                #expect(fragment.text == "(o.id = ANY($1::bigint[]))")
            } else {
                Issue.record("\(fragment.text)")
            }
        } catch let error as CELCompileError {
            let issue = try #require(error.issues.first)
            #expect(issue.message.contains(reason), "\(issue)")
            #expect(issue.range.lowerBound == offset || reason == "null", "\(issue)")
        }
    }

    @Test("order keys")
    func order() throws {
        func key(_ source: String) throws -> String { try Self.lowering.orderKey(source, in: Self.environment).clause }
        #expect(try key("o.at") == "o.at ASC NULLS LAST")
        #expect(try key("-o.at") == "o.at DESC NULLS LAST")
        #expect(try key("-o.qty") == "o.qty DESC NULLS LAST")
        #expect(try key("o.note") == "o.note COLLATE \"C\" ASC NULLS LAST")
        #expect(try key("o.qty * 2") == "(o.qty::bigint * $1::bigint) ASC NULLS LAST")
        #expect(throws: CELCompileError.self) { try key("o.customer") }
        #expect(throws: CELCompileError.self) { try key("o.nope") }
    }

    @Test("names and values can't leave their quotes")
    func quoting() throws {
        #expect(SQLName.quoted("a\"b") == "\"a\"\"b\"")
        #expect(SQLColumn(name: "or\"der", of: "t", "text").text == "\"t\".\"or\"\"der\"")
        let fragment = try lower("o.note != null && o.note == '\\'; DROP TABLE orders; --'")
        #expect(!fragment.text.contains("DROP"))
    }
}
