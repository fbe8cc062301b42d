import CEL
import Testing

/// Expressions such as definitions of bots contain.
@Suite("CEL in definitions of bots")
struct DialogueTests {
    static let environment = CELEnvironment(
        variables: [
            "user": .object("users"), "g": .object("games"), "b": .list(.string), "m": .string, "i": .int, "win": .bool,
            "rows": .list(.object("day")),
            "items": .list(.map(.string, .dyn)), "event": .map(.string, .dyn), "t": .nullable(.object("games")),
        ],
        records: [
            CELRecord(name: "users", fields: [.init("name", .string)]),
            CELRecord(name: "day", fields: [.init("day", .string), .init("kcal", .int)]),
            CELRecord(
                name: "games",
                fields: [
                    .init("x", .object("users")), .init("o", .nullable(.object("users"))),
                    .init("turn", .nullable(.object("users"))),
                    .init("winner", .nullable(.object("users"))), .init("board", .list(.string)),
                    .init("status", .enumeration("Status")),
                ]),
        ], enums: [CELEnum(name: "Status", members: ["waiting", "playing", "done"])],
        definitions: [
            CELDefinition("mark", ["g", "u"], body: "u == g.x ? '❌' : '⭕'"),
            CELDefinition("rival", ["g", "u"], body: "u == g.x ? g.o : g.x"),
            CELDefinition("put", ["b", "i", "m"], body: "lists.range(9).map(k, k == i ? m : b[k])"),
            CELDefinition(
                "won", ["b", "m"],
                body: "[[0,1,2],[3,4,5],[6,7,8],[0,3,6],[1,4,7],[2,5,8],[0,4,8],[2,4,6]].exists(l, l.all(k, b[k] == m))"),
            CELDefinition("total", ["items"], body: "items.map(i, i.price * i.qty).sum()"),
            CELDefinition("lines", ["items"], body: "items.map(i, i.name + ' × ' + string(i.qty)).join('\\n')"),
        ])

    @Test(
        "types",
        arguments: [
            ("lists.range(9).map(i, '·')", "list<string>"), ("put(g.board, i, mark(g, user))", "list<string>"),
            ("won(b, mark(g, user))", "bool"),
            ("rival(g, user)", "users?"), ("win ? user : null", "users?"),
            ("win || !b.exists(c, c == '·') ? Status.done : Status.playing", "Status"),
            ("g.winner == null ? 'Draw' : g.winner == user ? 'You won' : 'You lost'", "string"),
            ("g.o == null ? [g.x] : [g.x, g.o]", "list<users>"),
            ("rows.map(r, r.kcal).sum()", "int"), ("rows.map(r, r.day + ': ' + string(r.kcal)).join('\\n')", "string"),
            ("total(items)", "dyn"), ("lines(items)", "string"),
            ("event.command == 'duty'", "bool"), ("t != null && t.status == Status.playing", "bool"),
            ("g.turn == user", "bool"), ("g.board[i] == '·'", "bool"),
            ("u in ['day', 'week']", nil), ("g.o.name", nil), ("rival(g, user).name", nil), ("g.status == 'done'", nil),
        ] as [(String, String?)])
    func types(source: String, wanted: String?) throws {
        guard let wanted else {
            #expect(!issues(source, in: Self.environment).isEmpty)
            return
        }
        #expect(try Self.environment.compile(source).type.description == wanted)
    }

    @Test("a game is played and a basket added up")
    func values() throws {
        let board = CELValue.list(["x", "x", "·", "o", "o", "·", "·", "·", "·"].map { .string($0) })
        #expect(try evaluate("won(put(b, 2, m), m)", ["b": board, "m": .string("x")], in: Self.environment) == .bool(true))
        #expect(
            try evaluate("won(put(b, 6, m), m)", ["b": board, "m": .string("x")], in: Self.environment) == .bool(false))
        let items = CELValue.list([
            .map(CELMap(["name": .string("tea"), "qty": .int(2), "price": .int(150)])),
            .map(CELMap(["name": .string("bun"), "qty": .int(1), "price": .int(90)])),
        ])
        #expect(try evaluate("total(items)", ["items": items], in: Self.environment) == .int(390))
        #expect(try evaluate("lines(items)", ["items": items], in: Self.environment) == .string("tea × 2\nbun × 1"))
    }
}
