import BotEngine
import BotLanguage
import BotStore
import Bus
import Contracts
import Dialog
import JSON
import Postgres
import Synchronization
import Testing
import WorkerKit

/// Versions that are published, run, and rolled back to.
@Suite(.enabled(if: DialogBench.url != nil, DialogBench.isMissing), .timeLimit(.minutes(1)))
struct PublicationTests {
    /// Answers every message with `text`.
    static func saying(_ text: String, more: String = "") -> String {
        "bot: shop\nhandlers: [{message: text, do: [{show: {text: \"\(text)\"}}]}]\n\(more)"
    }

    /// The same where handlers share rows: the other kind of transaction.
    static func sharing(_ text: String) -> String {
        "bot: shop\ndata: {items: {n: int}}\nhandlers: [{message: text, do: [{show: {text: \"\(text) ${items.count(i, i.n == 0)}\"}}]}]\n"
    }

    @Test func takesEffectWithTheNextEventEverywhere() async throws {
        try await DialogBench.run(Self.saying("one")) { bench async throws in
            let other = DialogBench.handler(bench.pool, [bench.bot])
            #expect(try await bench.answers(bench.delivery("a1", "hi")) == [["one"]])
            #expect(try await bench.answers(by: other, bench.delivery("a2", "hi")) == [["one"]])
            for (number, text) in [(2, "two"), (3, "three")] {
                #expect(try await bench.publish(Self.saying(text)) == .published(number, []))
                #expect(try await bench.answers(bench.delivery("b\(number)", "hi")) == [[text]])
                #expect(try await bench.answers(by: other, bench.delivery("c\(number)", "hi")) == [[text]])
            }
            // Handlers that share rows are turned into from those that don't, and back.
            try await bench.publish(Self.sharing("four"))
            #expect(try await bench.answers(bench.delivery("d1", "hi"), bench.delivery("d2", "hi", from: "43")) == [["four 0"], ["four 0"]])
            _ = try await bench.registry.rollBack(bench.bot, to: 1)
            #expect(try await bench.answers(by: other, bench.delivery("e1", "hi")) == [["one"]])
            #expect(try await bench.answers(bench.delivery("e2", "hi")) == [["one"]])
            #expect(try await bench.registry.versions(of: bench.bot).map(\.number) == [1, 2, 3, 4])
        }
    }

    private final class Race: Sendable {
        let newest = Mutex(1)
        let late = Mutex<[String]>([])
    }

    @Test(arguments: [false, true])
    func noEventIsAnsweredByAnOldVersionOnceANewOneIsThere(sharesRows: Bool) async throws {
        @Sendable func yaml(_ number: Int) -> String { sharesRows ? Self.sharing("\(number)") : Self.saying("\(number)") }
        try await DialogBench.run(yaml(1)) { bench async throws in
            let race = Race()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<3 {
                    let handler = DialogBench.handler(bench.pool, [bench.bot])
                    group.addTask {
                        for round in 0..<20 {
                            let least = race.newest.withLock { $0 }
                            let deliveries = (0..<4).map { bench.delivery("\(worker)-\(round)-\($0)", "hi", from: PersonID("\(worker)-\($0)")) }
                            for answer in try await bench.answers(by: handler, deliveries) {
                                let number = answer.first.flatMap { Int($0.split(separator: " ")[0]) } ?? 0
                                if number < least { race.late.withLock { $0.append("\(number) after \(least)") } }
                            }
                        }
                    }
                }
                group.addTask {
                    for number in 2...8 {
                        try await bench.publish(yaml(number))
                        race.newest.withLock { $0 = number }
                    }
                }
                try await group.waitForAll()
            }
            #expect(race.late.withLock { $0 } == [])
        }
    }

    @Test func theSameContentIsNoNewVersion() async throws {
        try await DialogBench.run(Self.saying("one")) { bench async throws in
            #expect(try await bench.publish(Self.saying("one")) == .known(1))
            let two = DefinitionContent(text: Self.saying("one"), files: ["a.png": "01"])
            let definition = try Definition(yaml: two.text)
            #expect(try await bench.registry.publish(two, definition, as: bench.bot, note: "A picture") == .published(2, []))
            // An older content is new to an author, and known to a folder.
            let one = DefinitionContent(text: Self.saying("one"))
            #expect(try await bench.registry.publish(one, definition, as: bench.bot, unless: .anything) == .known(1))
            #expect(try await bench.registry.publish(one, definition, as: bench.bot) == .published(3, []))
            let versions = try await bench.registry.versions(of: bench.bot)
            #expect(versions.map(\.note) == [nil, "A picture", nil])
            #expect(versions[1].content == two)
        }
    }

    @Test func aVersionThatThisProgramCantRunHoldsNobodyUp() async throws {
        try await DialogBench.run(Self.saying("one")) { bench async throws in
            let other = try #require(BotName("other"))
            try await bench.publish(Self.saying("other"), as: other)
            let handler = DialogBench.handler(bench.pool, [bench.bot, other])
            @Sendable func both(_ id: String) async throws -> [[String]] {
                try await bench.answers(
                    by: handler, bench.delivery("\(id)a", "hi"), bench.delivery("\(id)b", "hi", bot: other))
            }
            #expect(try await both("1") == [["one"], ["other"]])
            _ = try await bench.pool.query(
                """
                INSERT INTO registry.versions (bot, number, definition) VALUES ('shop', 2, 'bot: shop
                from_the_future: yes')
                """)
            _ = try await bench.pool.query("UPDATE registry.bots SET current = 2, changed_at = now() WHERE bot = 'shop'")
            #expect(try await both("2") == [["rejected"], ["other"]])
            #expect(try await bench.answers(by: handler, bench.delivery("3", "hi")) == [["rejected"]])
            await #expect(throws: DefinitionError.self) { try await bench.registry.rollBack(bench.bot, to: 2) }
            try await bench.publish(Self.saying("three"))
            #expect(try await bench.answers(by: handler, bench.delivery("4", "hi")) == [["three"]])
            #expect(try await both("5") == [["three"], ["other"]])
        }
    }

    @Test func aBotThatIsPublishedLaterRunsFromThenOn() async throws {
        try await DialogBench.run(Self.saying("one")) { bench async throws in
            let late = try #require(BotName("late"))
            let handler = DialogBench.handler(bench.pool, [late])
            #expect(try await bench.answers(by: handler, bench.delivery("1", "hi", bot: late)) == [["rejected"]])
            try await bench.publish(Self.saying("late"), as: late)
            #expect(try await bench.answers(by: handler, bench.delivery("2", "hi", bot: late)) == [["late"]])
            // A bot of another process's settings.
            #expect(try await bench.answers(by: handler, bench.delivery("3", "hi")) == [["rejected"]])
        }
    }

    @Test func whatConcernsNobodyInTheOldVersionIsAskedOfTheNewOne() async throws {
        let following = """
            bot: shop
            data: {games: {n: {type: int, default: "0"}}}
            screens: {game: {args: {g: games}, live: g, text: "${g.n}"}, home: {text: Hi}}
            """
        try await DialogBench.run(Self.saying("one")) { bench async throws in
            let handler = DialogBench.handler(bench.pool, [bench.bot])
            #expect(try await bench.answers(by: handler, bench.delivery("1", "hi")) == [["one"]])
            try await bench.publish(following)
            let receipt = Event.Content.receipt(Receipt(command: "x/0", outcome: .done(messages: [])))
            #expect(try await bench.answers(by: handler, bench.delivery("2", from: "42", content: receipt)) == [[]])
            #expect(handler.library.version(of: bench.bot)?.number == 2)
        }
    }

    // MARK: Conversations

    private static let form = saying(
        "hm", more: "screens: {home: {text: Home, buttons: [{label: Ask, call: ask}]}}\nforms: {ask: {fields: {a: {ask: A?}, b: {ask: B?}}, done: [{show: {text: \"${a} ${b}\"}}]}}\n"
    ).replacing("handlers: [", with: "handlers: [{command: ask, do: [{call: ask}]}, ")

    @Test func rulesCarryOverWhatIsTouched() async throws {
        try await DialogBench.run(Self.form) { bench async throws in
            _ = try await bench.handler.handle([bench.command("ask", "1", from: "42"), bench.command("ask", "2", from: "43")])
            #expect(try await bench.answers(bench.delivery("3", "first")) == [["B?"]])
            let next = Self.form.replacing("ask:", with: "tell:").replacing("call: ask", with: "call: tell")
                .replacing("a: {tell", with: "c: {ask").replacing("b: {tell", with: "b: {ask").replacing("${a}", with: "${c}")
            try await bench.publish(next + "migrate: [{form: ask, to: tell, fields: {c: a}}]\n")
            #expect(try await bench.answers(bench.delivery("4", "second")) == [["first second"]])
            // The other one goes on two versions later.
            try await bench.publish(next.replacing("Home", with: "House"))
            #expect(try await bench.answers(bench.delivery("5", "one", from: "43")) == [["B?"]])
            #expect(try await bench.answers(bench.delivery("6", "two", from: "43")) == [["one two"]])
            let versions = try await bench.pool.query("SELECT state->>'d' FROM dialog.conversations ORDER BY person").decode(String.self)
            #expect(versions == ["2", "3"])
        }
    }

    @Test func theImpactIsToldBeforehand() async throws {
        try await DialogBench.run(Self.form) { bench async throws in
            let events = (0..<5).map { bench.command("ask", "q\($0)", from: PersonID("\($0)")) }
            _ = try await bench.handler.handle(events)
            _ = try await bench.answers(bench.delivery("n", "first", from: "0"))
            @Sendable func impact(_ yaml: String) async throws -> ConversationImpact {
                let next = try await bench.registry.load(2, Definition(yaml: yaml), of: bench.bot)
                return try await bench.registry.impact(on: bench.bot, of: next, after: bench.registry.load(1, of: bench.bot))
            }
            let gone = Self.saying("gone", more: "screens: {home: {text: Home}, lost: {text: Lost}}\n")
            var told = try await impact(gone)
            #expect(told.conversations == 5 && told.closed == 5)
            #expect(told.cases == [.init(kind: .form, name: "ask", misfit: .gone, closed: 5)])
            told = try await impact(gone + "migrate: [{form: ask, go: lost}]\n")
            #expect(told.cases == [.init(kind: .form, name: "ask", misfit: .gone, moved: ["screen lost": 5])])
            told = try await impact(Self.form.replacing("b: {ask", with: "b: {type: int, ask").replacing("a: {ask", with: "a: {type: int, ask"))
            #expect(told.cases == [.init(kind: .form, name: "ask", misfit: .answer("a"), closed: 1)])
            #expect(try await impact(Self.form.replacing("Home", with: "House")).cases == [])
        }
    }

    @Test func manyConversationsAreReadInPages() async throws {
        try await DialogBench.run(Self.form) { bench async throws in
            _ = try await bench.pool.query(
                """
                INSERT INTO dialog.conversations (bot, chat, person, state)
                SELECT 'shop', n::text, n::text, json_build_object('f', json_build_array(
                    json_build_object('s', 'home'), json_build_object('q', 'ask', 'v', json_build_object('a', 'x'), 'w', 'b')), 'd', 1)
                FROM generate_series(1, 12000) AS n
                """)
            let next = try await bench.registry.load(2, Definition(yaml: Self.saying("gone")), of: bench.bot)
            let told = try await bench.registry.impact(on: bench.bot, of: next, after: bench.registry.load(1, of: bench.bot))
            #expect(told.conversations == 12_000 && told.closed == 12_000)
        }
    }
}
