import BotLanguage
import BotStore
import Bus
import Contracts
import Dialog
import JSON
import Postgres
import Testing

/// What a definition makes PostgreSQL refuse is answered kindly and holds nobody up.
@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct DefinitionFaultTests {
    private static let yaml = """
        bot: shop
        data:
          users: {count: {type: int, default: "0"}}
          items:
            owner: {type: users, default: user}
            name: {type: string, max: 4000}
            n: {type: int, default: "0"}
        handlers:
          - message: text
            when: message.text == 'multiply'
            do: [{insert: items, set: {name: "'half done'", n: "2"}}, {show: {text: "${items.count(i, i.n * 9223372036854775807 > 1)}"}}]
          - message: text
            when: message.text == 'count'
            do: [{show: {text: "${items.count(i, i.owner == user)}"}}]
          - message: text
            do:
              - {insert: items, set: {name: message.text, n: "1"}}
              - {show: {text: "${items.count(i, i.name == message.text)}"}}
        """

    private let failed = ["Something went wrong here. Please try again in a moment."]

    @Test func arithmeticThatSQLRefuses() async throws {
        try await DialogBench.run(Self.yaml) { bench async throws in
            let answers = try await bench.answers(
                bench.delivery("e1", "tea", from: "41"), bench.delivery("e2", "multiply", from: "42"),
                bench.delivery("e3", "jam", from: "43"))
            #expect(answers == [["1"], failed, ["1"]])
            // Handled, with nothing of it kept.
            #expect(try await bench.answers(bench.delivery("e4", "count", from: "42")) == [["0"]])
            #expect(try await bench.answers(bench.delivery("e2", "multiply", from: "42")) == [failed])
        }
    }

    @Test func textsThatAColumnCantHold() async throws {
        try await DialogBench.run(Self.yaml) { bench async throws in
            #expect(try await bench.answers(bench.delivery("e1", "a\u{0}b", name: "A\u{0}nn")) == [["1"]])
            #expect(try await bench.answers(bench.delivery("e2", "c", name: "A\u{0}nn")) == [["1"]])
            #expect(try await bench.pool.query("SELECT first_name FROM bot_shop.users").decode(String.self) == ["Ann"])
        }
    }
}

/// Tables that an earlier version has left, and what a new one makes of them.
@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct NewVersionTests {
    private static func definition(_ data: String) -> String {
        "bot: shop\ndata:\n\(data)\nhandlers: [{message: text, do: [{show: {text: hi}}]}]\n"
    }

    private static let first = definition(
        """
          users: {level: {type: int, default: "1"}}
          people: {n: {type: int, default: "0"}}
          items:
            owner: users
            note: {type: string, max: 10}
            other: {type: string?, max: 10}
            price: int
            unique: [{fields: [note]}]
        """)

    private func create(_ data: String, _ bench: DialogBench) async throws {
        try await BotTables(bot: bench.bot, store: Definition(yaml: Self.definition(data)).store).create(in: bench.pool)
    }

    @Test func rulesFollowTheDefinition() async throws {
        try await DialogBench.run(Self.first) { bench async throws in
            _ = try await bench.answers(bench.delivery("e1", "hi"))
            _ = try await bench.pool.query("INSERT INTO bot_shop.items (owner, note, price) SELECT id, 'tea', 1 FROM bot_shop.users")
            let second = """
                  users: {level: {type: int, default: "7"}}
                  items: {owner: users?, note: {type: string?, max: 10}, other: {type: string, max: 10, default: '"it''\u{301}s"'}, price: int}
                """
            // Again and again: every process does it when it starts.
            for _ in 0..<2 { try await create(second, bench) }
            // Nothing is unique any more, the note may be missing, and the other one has its default.
            _ = try await bench.pool.query("INSERT INTO bot_shop.items (note, price) VALUES ('tea', 2), (NULL, 3)")
            #expect(try await bench.pool.query("SELECT DISTINCT other FROM bot_shop.items").decode(String.self) == ["it'\u{301}s"])
            // New people get the new default, and rows lose an owner who goes.
            _ = try await bench.pool.query("INSERT INTO bot_shop.users (platform, platform_id) VALUES ('telegram', '77')")
            #expect(try await bench.pool.query("SELECT level FROM bot_shop.users ORDER BY id").decode(Int64.self) == [1, 7])
            _ = try await bench.pool.query("DELETE FROM bot_shop.users")
            #expect(try await bench.pool.query("SELECT count(owner) FROM bot_shop.items").decode(Int64.self) == [0])
        }
    }

    @Test(arguments: [
        (
            "  items: {price: {type: string, max: 10}}",
            "'items.price' holds values of type bigint of an earlier version, and text is wanted now; give the field another name"
        ),
        (
            "  people: {n: int}\n  items: {owner: people}",
            "'items.owner' holds rows of 'users' of an earlier version, and a row of 'people' is wanted now; give the field another name"
        ),
        (
            "  items: {owner: int}",
            "'items.owner' holds rows of 'users' of an earlier version, and a plain bigint is wanted now; give the field another name"
        ),
    ])
    func anotherTypeIsRefused(data: String, message: String) async throws {
        try await DialogBench.run(Self.first) { bench async throws in
            await #expect(throws: DataRefusal(reasons: [message])) { try await create(data, bench) }
        }
    }
}

@Suite struct DefinitionCheckTests {
    private func run(_ files: [String], _ format: DefinitionCheck.Format = .text) -> (lines: [String], status: Int32) {
        var lines: [String] = []
        let status = DefinitionCheck(files: files, format: format).run { lines.append($0) }
        return (lines, status)
    }

    private static let demo = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/bots/demo/bot.yaml"

    @Test func showsEveryMistakeOfEveryFile() {
        let (lines, status) = run(["/none/bot.yaml", "/dev/null"])
        #expect(status == 66)
        #expect(lines.count == 2)
        #expect(lines[0].contains("/none/bot.yaml:1:1: can't be read"))
        #expect(lines[1].contains("the file is empty"))
        #expect(run(["/dev/null", Self.demo]).status == 65)
        #expect(run([Self.demo]).status == 0)
    }

    @Test func programsGetJSON() throws {
        let (documents, status) = run(["/none/bot.yaml", "/dev/null", Self.demo], .json)
        #expect(status == 66)
        #expect(documents.count == 1)
        let reports = try #require(JSON(parsing: documents[0]).array)
        #expect(reports.map { $0["valid"] } == [false, false, true])
        let missing = try #require(reports[0]["mistakes"]?.array?.first)
        #expect(missing["code"] == "unreadable" && missing["line"] == 1 && missing["column"] == 1 && missing["file"] == "/none/bot.yaml")
        #expect(reports[2]["bot"] == "demo" && reports[2]["version"]?.int != nil && reports[2]["mistakes"] == [])
        let lines = run(["/none/bot.yaml", Self.demo], .jsonl).lines
        #expect(try lines.map { try JSON(parsing: $0)["file"]?.string } == ["/none/bot.yaml", Self.demo])
    }

    @Test func knowsWhenItIsMeant() {
        func request(_ words: String...) -> DefinitionCheck.Request? { DefinitionCheck.request(["switchboard-dialog"] + words) }
        #expect(request() == nil)
        #expect(request("health") == nil)
        #expect(request("check", "a") == .check(DefinitionCheck(files: ["a"])))
        #expect(request("check", "--output", "json", "a", "b") == .check(DefinitionCheck(files: ["a", "b"], format: .json)))
        #expect(request("check", "a", "--output=jsonl", "--", "-b") == .check(DefinitionCheck(files: ["a", "-b"], format: .jsonl)))
        for words in [["check"], ["check", "--output", "xml", "a"], ["check", "a", "--output"], ["check", "--verbose", "a"]] {
            guard case .misuse = DefinitionCheck.request(["switchboard-dialog"] + words) else {
                Issue.record("\(words) means nothing")
                continue
            }
        }
        if case .help(let text) = request("check", "--help") { #expect(text.contains("Example:")) } else { Issue.record("no help") }
    }
}
