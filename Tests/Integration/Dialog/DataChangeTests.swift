import BotEngine
import BotLanguage
import BotStore
import Bus
import Contracts
import Dialog
import JSON
import Postgres
import Testing
import WorkerKit

/// What publishing makes of rows that are there.
@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct DataChangeTests {
    static func bot(_ data: String) -> String {
        "bot: shop\ndata:\n\(data.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))\nhandlers: [{message: text, do: [{show: {text: hi}}]}]\n"
    }

    private static let first = bot(
        """
        users: {level: {type: int, default: "1"}}
        people: {name: {type: string, max: 20, unique: true}}
        items:
          owner: people
          note: {type: string, max: 20, index: true}
          price: int
          unique: [{fields: [owner, note]}]
        """)

    private static func fill(_ bench: DialogBench) async throws {
        _ = try await bench.pool.query("INSERT INTO bot_shop.people (name) VALUES ('ann'), ('bob')")
        _ = try await bench.pool.query(
            "INSERT INTO bot_shop.items (owner, note, price) SELECT id, 'tea', id * 10 FROM bot_shop.people")
    }

    private static func keys(_ bench: DialogBench) async throws -> [String] {
        try await bench.pool.query(
            """
            SELECT indexname::text FROM pg_indexes WHERE schemaname = 'bot_shop' AND indexname LIKE '%.%' UNION ALL
            SELECT conname::text || ' on ' || conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND connamespace = 'bot_shop'::regnamespace
            ORDER BY 1
            """
        ).decode(String.self)
    }

    @Test func renamesKeepEverything() async throws {
        try await DialogBench.run(Self.first) { bench async throws in
            try await Self.fill(bench)
            let second = Self.bot(
                """
                users: {rank: {type: int, default: "1", was: level}}
                clients: {was: people, title: {type: string, max: 20, unique: true, was: name}}
                goods:
                  was: [things, items]
                  client: {type: clients, was: owner}
                  text: {type: string, max: 20, index: true, was: note}
                  price: int
                  unique: [{fields: [client, text]}]
                """)
            guard case .published(2, let changes) = try await bench.publish(second) else {
                Issue.record("not published")
                return
            }
            #expect(
                Set(changes) == [
                    DataChange(.renamed, "clients", former: "people"), DataChange(.renamed, "goods", former: "items"),
                    DataChange(.renamed, "users", field: "rank", former: "level"),
                    DataChange(.renamed, "clients", field: "title", former: "name"),
                    DataChange(.renamed, "goods", field: "client", former: "owner"),
                    DataChange(.renamed, "goods", field: "text", former: "note"),
                ])
            let rows = try await bench.pool.query(
                "SELECT c.title, g.text, g.price FROM bot_shop.goods AS g JOIN bot_shop.clients AS c ON c.id = g.client ORDER BY 1"
            ).decode((String, String, Int64).self)
            #expect(rows.map { "\($0.0) \($0.1) \($0.2)" } == ["ann tea 10", "bob tea 20"])
            #expect(
                try await Self.keys(bench) == [
                    "client on bot_shop.goods", "clients.title.unique", "goods.client.text.unique", "goods.text.index",
                ])
            // Again, and after a restart, there is nothing to do.
            #expect(try await bench.publish(second) == .known(2))
            let tables = BotTables(bot: bench.bot, store: try Definition(yaml: second).store)
            try await tables.create(in: bench.pool)
            #expect(try await bench.registry.preview(Definition(yaml: second), as: bench.bot) == [])
            #expect(try await bench.answers(bench.delivery("1", "x")) == [["hi"]])

            // Back: what was renamed gets its name back, with its values. And forth.
            _ = try await bench.registry.rollBack(bench.bot, to: 1)
            #expect(try await bench.pool.query("SELECT note FROM bot_shop.items").decode(String.self) == ["tea", "tea"])
            #expect(try await Self.keys(bench).contains("items.owner.note.unique"))
            #expect(try await bench.answers(bench.delivery("2", "x")) == [["hi"]])
            _ = try await bench.registry.rollBack(bench.bot, to: 2)
            #expect(try await bench.pool.query("SELECT text FROM bot_shop.goods").decode(String.self) == ["tea", "tea"])
            #expect(try await bench.answers(bench.delivery("3", "x")) == [["hi"]])
        }
    }

    @Test func chainsOfNames() async throws {
        @Sendable func items(_ fields: String) -> String { Self.bot("items: {\(fields)}") }
        try await DialogBench.run(items("a: int, b: int")) { bench async throws in
            _ = try await bench.pool.query("INSERT INTO bot_shop.items (a, b) VALUES (1, 2)")
            @Sendable func row(_ columns: String) async throws -> [Int64] {
                let values = try await bench.pool.query(PostgresQuery(unsafeSQL: "SELECT ARRAY[\(columns)] FROM bot_shop.items").unprepared())
                return try values.decode([Int64].self).first ?? []
            }
            // `b` makes room for `a`.
            try await bench.publish(items("c: {type: int, was: b}, b: {type: int, was: a}"))
            #expect(try await row("b, c") == [1, 2])
            // Seen again it does nothing.
            try await bench.publish(items("c: {type: int, was: b}, b: {type: int, was: a}, d: {type: int, default: \"4\"}"))
            #expect(try await row("b, c, d") == [1, 2, 4])
            // Who skips a version lists what it was called.
            try await bench.publish(items("f: {type: int, was: [e, c]}, b: int, d: int"))
            #expect(try await row("b, d, f") == [1, 4, 2])
            _ = try await bench.registry.rollBack(bench.bot, to: 1)
            #expect(try await row("a, b") == [1, 2])
            // What is gone keeps its values, and has them when it is back.
            try await bench.publish(items("a: int"))
            try await bench.publish(items("a: int, b: int"))
            #expect(try await row("a, b") == [1, 2])
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var data: String
        var reasons: [String]
    }

    static let refusals = [
        Refusal(
            testDescription: "another type", data: "items: {owner: people, note: int, price: int}\npeople: {name: {type: string, max: 20}}",
            reasons: ["'items.note' holds values of type text of an earlier version, and bigint is wanted now; give the field another name"]),
        Refusal(
            testDescription: "another type under another name",
            data: "items: {owner: people, text: {type: int, was: note}, price: int}\npeople: {name: {type: string, max: 20}}",
            reasons: ["'items.text' holds values of type text of an earlier version, and bigint is wanted now; give the field another name"]),
        Refusal(
            testDescription: "required without a default",
            data: "items: {owner: people, note: {type: string, max: 20}, price: int, weight: int}\npeople: {name: {type: string, max: 20}}",
            reasons: [
                "2 rows of 'items' have no 'weight', such as row 1: a new field needs a default, or a '?' behind its type, where there are rows already"
            ]),
        Refusal(
            testDescription: "a rule that rows break",
            data: "items: {owner: people, note: {type: string, max: 20, unique: true}, price: int}\npeople: {name: {type: string, max: 20}}",
            reasons: ["2 rows of 'items' share their 'note' with another one, such as row 2: they can't be unique"]),
        Refusal(
            testDescription: "a rule over a new field and one with another name",
            data: """
                things:
                  was: items
                  owner: people
                  text: {type: string, max: 20, was: note}
                  price: int
                  open: {type: bool, default: "true"}
                  unique: [{fields: [text], where: open}]
                people: {name: {type: string, max: 20}}
                """,
            reasons: ["2 rows of 'things' share their 'text' with another one, such as row 2: they can't be unique"]),
        Refusal(
            testDescription: "numbers that are no rows",
            data: "items: {owner: people, note: {type: string, max: 20}, price: people}\npeople: {name: {type: string, max: 20}}",
            reasons: ["2 rows of 'items' have a 'price' that is no row of 'people', such as row 1"]),
        Refusal(
            testDescription: "several at once",
            data: "items: {owner: people, note: {type: string, max: 20, unique: true}, price: int, weight: int}\npeople: {name: {type: string, max: 20}, age: int}",
            reasons: [
                "2 rows of 'items' have no 'weight', such as row 1: a new field needs a default, or a '?' behind its type, where there are rows already",
                "2 rows of 'items' share their 'note' with another one, such as row 2: they can't be unique",
                "2 rows of 'people' have no 'age', such as row 1: a new field needs a default, or a '?' behind its type, where there are rows already",
            ]),
    ]

    @Test(arguments: refusals)
    func whatRowsDontAllowIsRefusedBeforeAnythingHappens(refusal: Refusal) async throws {
        try await DialogBench.run(Self.first) { bench async throws in
            try await Self.fill(bench)
            let before = try await Self.keys(bench)
            let yaml = Self.bot(refusal.data)
            await #expect(throws: DataRefusal(reasons: refusal.reasons)) { try await bench.registry.preview(Definition(yaml: yaml), as: bench.bot) }
            await #expect(throws: DataRefusal(reasons: refusal.reasons)) { try await bench.publish(yaml) }
            #expect(try await Self.keys(bench) == before)
            #expect(try await bench.registry.current(of: [bench.bot])[bench.bot]?.number == 1)
            #expect(try await bench.answers(bench.delivery("1", "x")) == [["hi"]])
        }
    }

    @Test func thePreviewTellsEveryChange() async throws {
        try await DialogBench.run(Self.first) { bench async throws in
            try await Self.fill(bench)
            let next = Self.bot(
                """
                users: {level: {type: int?, default: "1"}}
                items: {owner: users?, text: {type: string, max: 20, was: note}, weight: {type: int, default: "0"}}
                shops: {name: string}
                """.replacing("owner: users?, ", with: ""))
            let changes = try await bench.registry.preview(Definition(yaml: next), as: bench.bot)
            #expect(
                Set(changes) == [
                    DataChange(.renamed, "items", field: "text", former: "note"), DataChange(.added, "items", field: "weight"),
                    DataChange(.hidden, "items", field: "owner", rows: 2), DataChange(.hidden, "items", field: "price", rows: 2),
                    DataChange(.freed, "items", field: "owner, text"), DataChange(.freed, "items", field: "text"),
                    DataChange(.added, "shops"), DataChange(.hidden, "people", rows: 2), DataChange(.optional, "users", field: "level"),
                ])
            #expect(try await bench.pool.query("SELECT count(note) FROM bot_shop.items").decode(Int64.self) == [2], "nothing has happened")
        }
    }

    @Test func liveMessagesFollowTheirRowsUnderAnotherName() async throws {
        @Sendable func yaml(_ collection: String, _ more: String = "") -> String {
            """
            bot: shop
            data: {\(collection): {\(more)n: {type: int, default: "0"}}}
            screens: {board: {args: {g: \(collection)}, live: g, text: "n is ${g.n}"}}
            handlers:
              - {command: play, do: [{insert: \(collection), as: g}, {go: board, with: {g: g}}]}
              - {command: count, do: [{let: {g: "\(collection).one(g, true)"}}, {require: g != null, else: none}, {update: g, set: {n: g.n + 1}}]}
            """
        }
        try await DialogBench.run(yaml("games")) { bench async throws in
            _ = try await bench.handler.handle([bench.command("play", "1", from: "42")])
            try await bench.publish(yaml("matches", "was: games, "))
            let followers = try await bench.pool.query("SELECT collection FROM dialog.live").decode(String.self)
            #expect(followers == ["matches"])
            guard case .effects(let messages)? = try await bench.handler.handle([bench.command("count", "2", from: "43")]).first else { return }
            let change = try #require(messages.first { $0.exchange == .inbound })
            // The message isn't known yet: the conversation remembers that it is stale, under the new name.
            _ = try await bench.handler.handle([bench.delivery("3", from: "42", content: Event(jsonBytes: change.body).content)])
            let states = try await bench.pool.query("SELECT state->'w'->0->>'c', state->'w'->0->>'s' FROM dialog.conversations WHERE person = '42'")
                .decode((String?, String?).self)
            #expect(states.first?.0 == "matches" && states.first?.1 == "true")
        }
    }
}
