import CEL
import Testing

@Suite("CEL checker")
struct CheckerTests {
    @Test(
        "types",
        arguments: [
            ("1", "int"), ("1u", "uint"), ("[1, 2]", "list<int>"), ("[1, 'a']", "list<dyn>"), ("[]", "list<dyn>"),
            ("{'a': 1}", "map<string, int>"), ("o.customer.name", "string"), ("o.courier", "users?"), ("o.note", "string?"),
            ("ys.map(y, y.qty)", "list<int>"), ("ys.map(y, y.qty).sum()", "int"), ("ys.one(y, y.qty > 1)", "orders?"),
            ("ys.filter(y, y.courier != null).map(y, y.courier)", "list<users?>"),
            ("ys.map(y, y.courier != null, y.courier)", "list<users>"),
            ("o.status", "Status"), ("string(o.status)", "string"), ("Status.taken", "Status"), ("now - now", "duration"),
            ("now + duration('1h')", "timestamp"),
            ("true ? user : null", "users?"), ("o.?courier", "optional<users>"), ("optional.of(1)", "optional<int>"),
            ("lists.range(3)", "list<int>"), ("[[1], [2]].flatten()", "list<int>"), ("items.sort()", "list<int>"),
            ("type(1)", "type"), ("dyn(1) + dyn(2)", "dyn"), ("1 + dyn(2)", "int"), ("math.greatest(1, 2)", "int"),
            ("[1, null]", "list<int?>"),
            ("{'a': 1}.transformMap(k, v, string(v))", "map<string, string>"), ("ys.count(y, true)", "int"),
            ("cel.bind(z, 1, [z])", "list<int>"), ("x == null ? 0 : x + 1", "int"),
        ])
    func types(source: String, wanted: String) throws {
        #expect(try Shop.environment.compile(source).type.description == wanted)
    }

    @Test(
        "what may be null must be guarded",
        arguments: [
            "x + 1", "x > 1", "-x", "o.courier.name", "o.note.size()", "o.note + 'a'", "string(x)",
            "x in items && x > 0 || x > 1",
            "x == null && x > 1", "x != null || x > 1", "x != null ? 1 : x", "(x == null ? 1 : 2) + x", "[x][0] + 1",
            "o.note.contains('a')", "ys.exists(y, y.tip > 1)", "size(o.note)", "items[x]", "o.courier.tz",
            "!has(o.note) && o.note == '' && o.note.size() > 0 || o.tip > 0",
        ])
    func unguarded(source: String) {
        let found =
            issues(source, in: Shop.environment, expecting: .int) + issues(source, in: Shop.environment, expecting: .bool)
        #expect(found.contains { $0.message.contains("null") || $0.message.contains("?") }, "\(found)")
    }

    @Test(
        "guards are understood",
        arguments: [
            "x != null && x > 1", "x == null || x > 1", "null != x && x > 1", "!(x == null) && x > 1",
            "x == null ? false : x > 1",
            "x != null ? x > 1 : false", "has(o.note) && o.note.size() > 0", "o.courier != null && o.courier.name == 'a'",
            "o.courier != null && o.courier.tz != null && o.courier.tz.size() > 1",
            "!(x == null || o.tip == null) && x + o.tip > 0",
            "ys.exists(y, y.tip != null && y.tip > 1)", "x == 3 && x > 1", "x in [1, 2] && x > 1",
            "x != null && [1].all(i, i < x)",
            "(x != null && x > 0) || x == null", "o.?courier.?name.orValue('') == ''", "x != null && (x == null || x > 1)",
            "x == null ? true : o.tip == null ? true : x > o.tip",
            "ys.map(y, y.tip != null, y.tip).sum() > 3", "o.courier == user && o.courier.name == 'a'",
        ])
    func guarded(source: String) throws {
        #expect(try Shop.environment.compile(source, expecting: .bool).type == .bool)
    }

    @Test("a variable of equal name isn't guarded by another")
    func shadowing() {
        let environment = Shop.environment
        #expect(!issues("x != null && ys.map(y, y.tip).exists(x, x > 1)", in: environment).isEmpty)
        #expect(
            !issues("ys.map(y, y.tip).exists(t, t != null) && ys.map(y, y.tip).exists(t, t > 1)", in: environment).isEmpty)
    }

    @Test(
        "issues say what is wrong and what would be right",
        arguments: [
            ("o.stauts", "orders has no field 'stauts'", "did you mean 'status'?"),
            ("usre.name", "nothing named 'usre'", "did you mean 'user'?"),
            ("Status.plcaed", "no member 'plcaed'", "did you mean 'Status.placed'?"),
            ("o.status == 'taken'", "can't be compared", "write Status.taken"),
            ("name.containz('a')", "no method 'containz'", "did you mean 'contains'?"),
            ("contains(name, 'a')", "a method, not a function", "string.contains(string)"),
            ("'a' + 1", "'+' can't be applied to string and int", "string(…)"),
            ("1 + 1.0", "'+' can't be applied to int and double", "convert"),
            ("o.courier.name", "may be null", "o.courier != null && …"),
            ("o.qty == null", "never null", nil), ("user.name.foo", "string has no fields", nil),
            ("1 in 'abc'", "needs a list", nil),
            ("'a' in 'abc'", "needs a list or a map", ".contains("), ("[1].map(x)", "there is no method 'map'", nil),
            ("size", "is a function", "size(…)"),
            ("Status", "is an enumeration", nil), ("size(1, 2)", "doesn't take 2", nil),
            ("users{id: 1}", "users needs 'name', 'role'", nil),
            ("users{id: 'a', name: 'b', role: 'c'}", "this is string, but int is wanted", nil),
            ("true ? 1 : 'a'", "different types", nil),
            ("name ? 1 : 2", "bool is wanted", nil), ("name && true", "bool is wanted", nil),
            ("[[1]].sort()", "can't be applied", nil),
        ])
    func messages(source: String, message: String, hint: String?) throws {
        let found = issues(source, in: Shop.environment)
        let fitting = found.first { $0.message.contains(message) }
        #expect(fitting != nil, "\(found)")
        if let hint { #expect(fitting?.suggestion?.contains(hint) ?? false, "\(found)") }
    }

    @Test("several issues at once, in order")
    func several() {
        let found = issues("usre.name == 'a' && o.stauts == Status.plcaed", in: Shop.environment)
        #expect(found.map(\.column) == [1, 23, 40])
    }

    @Test("a misspelt macro is one issue")
    func misspeltMacro() {
        let found = issues("items.exist(i, i > 0)", in: Shop.environment)
        #expect(found.count == 1 && found.first?.suggestion == "did you mean 'exists'?", "\(found)")
    }

    @Test("the expected type is enforced and helps")
    func expecting() throws {
        #expect(issues("1", expecting: .bool).first?.message == "this is int, but bool is wanted")
        let line = CELRecord(
            name: "line", fields: [.init("name", .string), .init("qty", .int), .init("note", .nullable(.string))])
        let environment = CELEnvironment(variables: ["n": .int], records: [line])
        let program = try environment.compile("[{'name': 'a', 'qty': n}]", expecting: .list(.object("line")))
        #expect(program.type == .list(.object("line")))
        guard case .list(let list) = try program.evaluate(["n": .int(3)]), case .object(let object)? = list.first else {
            Issue.record("no record")
            return
        }
        #expect(object["qty"] == .int(3) && object["note"] == .null)
        #expect(
            issues("{'name': 'a', 'qyt': 1}", in: environment, expecting: .object("line")).first?.suggestion
                == "did you mean 'qty'?")
    }

    @Test("containers and free variables")
    func names() throws {
        let environment = CELEnvironment(container: "a.b", variables: ["a.b.c": .int, "a.d": .int, "c": .string])
        let program = try environment.compile("c + d == 3 && .c == 'x'")
        #expect(program.variables == ["a.b.c", "a.d", "c"])
        #expect(try program.evaluate(["a.b.c": .int(1), "a.d": .int(2), "c": .string("x")]) == .bool(true))
    }

    @Test("scopes inside scopes")
    func scopes() throws {
        let inner = Shop.environment.adding(variables: ["extra": .int, "x": .int])
        #expect(try inner.compile("x + extra").type == .int)
        #expect(!issues("extra", in: Shop.environment).isEmpty)
    }
}
