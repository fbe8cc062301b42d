import BotLanguage
import BotStore
import Bus
import Contracts
import Dialog
import JSON
import Postgres
import Testing
import WorkerKit
import WorkerStore

@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct DialogHandlerTests {
    static let counting = """
        bot: shop
        version: 1
        data:
          users: {count: {type: int, default: "0"}}
        handlers:
          - message: text
            do:
              - {update: user, set: {count: user.count + 1}}
              - {show: {text: "${message.text} #${user.count}"}}
        """

    static let shopping = """
        bot: shop
        version: 1
        data:
          items:
            owner: {type: users, default: user}
            name: {type: string, max: 20}
            price: {type: int, default: "0"}
            unique: [{fields: [owner, name]}]
        handlers:
          - message: text
            when: message.text == 'list'
            do:
              - {show: {text: "${items.count(i, i.owner == user)} things"}}
          - message: text
            when: message.text == 'break'
            do:
              - {insert: items, set: {name: "'half done'"}}
              - {show: {text: "${10 / (items.count(i, i.owner == user) * 0)}"}}
          - message: text
            do:
              - {insert: items, set: {name: message.text}}
              - {show: {text: "${message.text} is on the list"}}
        """

    @Test func menusGoOutOncePerStart() async throws {
        let yaml = """
            bot: shop
            screens:
              home: {text: hi}
            handlers:
              - {command: start, description: Begin, do: [{go: home}]}
            """
        try await DialogBench.run(yaml) { bench async throws in
            let messages = bench.handler.menus(start: Timestamp(milliseconds: 5))
            #expect(messages.map(\.envelope.id) == ["menu:shop:5"])
            #expect(messages.map(\.routingKey) == [Topology.outboundKey(platform: .telegram, bot: bench.bot, lane: .normal)])
            let command = try Command(jsonBytes: try #require(messages.first).body)
            #expect(command.action == .setCommands([MenuCommand(name: "start", description: "Begin")]))
            #expect(command.chat == nil && command.receipt == .never && command.isRepeatable)
        }
        let spoken = "language: en\ntexts: {hi: {en: Hi, ru: Привет}}\n" + yaml.replacing("Begin", with: "{en: Begin, ru: Начать}")
        try await DialogBench.run(spoken) { bench async throws in
            let messages = bench.handler.menus(start: Timestamp(milliseconds: 5))
            #expect(messages.map(\.envelope.id) == ["menu:shop:5", "menu:shop:5:ru"])
            let command = try Command(jsonBytes: try #require(messages.last).body)
            #expect(command.action == .setCommands([MenuCommand(name: "start", description: "Начать")], language: "ru"))
        }
        try await DialogBench.run(yaml.replacing("description: Begin, ", with: "")) { bench async throws in
            #expect(bench.handler.menus(start: .now).isEmpty, "what somebody set elsewhere stays")
        }
    }

    @Test func answersAndRemembers() async throws {
        try await DialogBench.run(Self.counting) { bench async throws in
            #expect(try await bench.answers(bench.delivery("e1", "hi")) == [["hi #1"]])
            #expect(
                try await bench.answers(bench.delivery("e2", "ho"), bench.delivery("e3", "hey", from: "43")) == [["ho #2"], ["hey #1"]])
        }
    }

    @Test func whatComesAgainCausesTheSameAndNothingTwice() async throws {
        try await DialogBench.run(Self.counting) { bench async throws in
            let first = try await bench.handler.handle([bench.delivery("e1", "hi")])
            let again = try await bench.handler.handle([bench.delivery("e1", "hi"), bench.delivery("e2", "ho", from: "43")])
            guard case .effects(let original) = first[0], case .effects(let repeated) = again[0] else {
                Issue.record("rejected")
                return
            }
            #expect(repeated == original)
            #expect(try await bench.answers(bench.delivery("e3", "hi")) == [["hi #2"]])
        }
    }

    @Test func aPersonInTwoChatsHasOneRow() async throws {
        try await DialogBench.run(Self.counting) { bench async throws in
            let answers = try await bench.answers(bench.delivery("e1", "a", chat: "1"), bench.delivery("e2", "b", chat: "2"))
            #expect(answers == [["a #1"], ["b #2"]])
            #expect(try await bench.answers(bench.delivery("e3", "c", chat: "3")) == [["c #3"]])
        }
    }

    @Test func aNewNameIsWrittenDown() async throws {
        try await DialogBench.run(Self.counting) { bench async throws in
            _ = try await bench.answers(bench.delivery("e1", "a", name: "Ann"))
            #expect(try await bench.answers(bench.delivery("e2", "b", name: "Anna")) == [["b #2"]])
            let names = try await bench.pool.query("SELECT first_name FROM bot_shop.users").decode(String.self)
            #expect(names == ["Anna"])
        }
    }

    @Test func rowsAreWrittenAndRead() async throws {
        try await DialogBench.run(Self.shopping) { bench async throws in
            #expect(try await bench.answers(bench.delivery("e1", "tea")) == [["tea is on the list"]])
            #expect(
                try await bench.answers(bench.delivery("e2", "list"), bench.delivery("e3", "list", from: "43")) == [
                    ["1 things"], ["0 things"],
                ])
        }
    }

    @Test func aFailingDefinitionUndoesItsOwnWritesOnly() async throws {
        try await DialogBench.run(Self.shopping) { bench async throws in
            let answers = try await bench.answers(
                bench.delivery("e1", "tea", from: "41"), bench.delivery("e2", "break", from: "42"), bench.delivery("e3", "jam", from: "43"))
            #expect(answers[0] == ["tea is on the list"])
            #expect(answers[1].count == 1)
            #expect(answers[2] == ["jam is on the list"])
            #expect(try await bench.answers(bench.delivery("e4", "list", from: "42")) == [["0 things"]])
        }
    }

    @Test func aRuleOfTheTablesIsAnAnswerAndNotAFailure() async throws {
        try await DialogBench.run(Self.shopping) { bench async throws in
            _ = try await bench.answers(bench.delivery("e1", "tea"))
            #expect(try await bench.answers(bench.delivery("e2", "tea"))[0].count == 1)
            #expect(try await bench.answers(bench.delivery("e3", "list")) == [["1 things"]])
        }
    }

    @Test func twoWorkersWithTheSameEventCountItOnce() async throws {
        try await DialogBench.run(Self.counting) { bench async throws in
            _ = try await bench.answers(bench.delivery("e0", "hi"))
            await withTaskGroup { group in
                for _ in 0..<8 { group.addTask { _ = try? await bench.answers(bench.delivery("e1", "hi")) } }
            }
            #expect(try await bench.answers(bench.delivery("e2", "hi")) == [["hi #3"]])
        }
    }

    @Test func whatConcernsNobodyCausesNothing() async throws {
        try await DialogBench.run(Self.counting) { bench async throws in
            let receipt = Receipt(command: "x/0", outcome: .done(messages: []))
            #expect(try await bench.answers(bench.delivery("e1", from: "42", content: .receipt(receipt))) == [[]])
            let timer = DueTimer(key: "a", revision: 1, name: "a", due: Timestamp(milliseconds: 1))
            #expect(try await bench.answers(bench.delivery("e2", from: "42", content: .timer(timer))) == [[]])
        }
    }

    @Test func tablesGrowWithTheDefinition() async throws {
        try await DialogBench.run(Self.counting) { bench async throws in
            _ = try await bench.answers(bench.delivery("e1", "hi"))
            let grown = try Definition(
                yaml: """
                    bot: shop
                    version: 2
                    data:
                      users: {visits: {type: int, default: "5"}}
                      notes: {owner: users, text: {type: string, max: 10}}
                    handlers: [{message: text, do: [{show: {text: "${user.visits}"}}]}]
                    """)
            for _ in 0..<2 { try await BotTables(bot: bench.bot, store: grown.store).create(in: bench.pool) }
            let rows = try await bench.pool.query("SELECT count, visits FROM bot_shop.users").decode((Int64, Int64).self)
            #expect(rows.map { [$0.0, $0.1] } == [[1, 5]])
            // Nobody writes the dropped column any more, and rows can still be added.
            _ = try await bench.pool.query("INSERT INTO bot_shop.users (platform, platform_id) VALUES ('telegram', '77')")
        }
    }

    @Test func undispatchedEffectsAreFoundByTheSweep() async throws {
        try await DialogBench.run(Self.counting) { bench async throws in
            let delivery = bench.delivery("e1", "hi")
            _ = try await bench.answers(delivery)
            _ = try await bench.pool.query("UPDATE dialog.handled SET handled_at = now() - interval '5 minutes'")
            let left = try await bench.pool.transaction { try bench.handled.decode(await $0.query(bench.handled.undispatched(limit: 10))) }
            #expect(left.map(\.id) == ["e1"])
            #expect(left.first?.effects.messages.count == 1)
            bench.handler.didDispatch(delivery)
            _ = try await bench.answers(bench.delivery("e2", "ho"))
            let rest = try await bench.pool.transaction { try bench.handled.decode(await $0.query(bench.handled.undispatched(limit: 10))) }
            #expect(rest.isEmpty)
        }
    }
}
