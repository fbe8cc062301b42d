import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// Answers to polls.
@Suite struct PollTests {
    static let bot = """
        bot: b
        data:
          rounds: {name: string}
          votes: {round: rounds, who: {type: users, default: user}, texts: list<string>, unique: [{fields: [round, who]}]}
        screens:
          home: {text: Home}
          lunch:
            args: {r: rounds}
            poll: {question: "${r.name}?", options: [Soup, Salad, Bread], anonymous: false, several: true}
          capital:
            quiz: {question: "The capital of Peru?", options: [Quito, Lima], correct: '1', anonymous: false}
        handlers:
          - {command: ask, do: [{insert: rounds, as: r, set: {name: "'Lunch'"}}, {show: lunch, with: {r: r}}]}
          - {command: quiz, do: [{show: capital}]}
          - poll: lunch
            do:
              - {upsert: v in votes, where: v.round == r && v.who == user, set: {round: r, texts: answer.texts}}
              - {show: {text: "${user.first_name} wants ${answer.texts.join(', ')} (${answer.options.map(o, string(o)).join()}) for ${r.name}"}}
          - {poll: capital, when: answer.correct, do: [{show: {text: "Right, ${user.first_name}"}}]}
          - {poll: capital, do: [{show: {text: "Wrong, ${user.first_name}"}}]}
        """

    @Test func anybodyInTheGroupIsHeard() throws {
        let talk = try Conversation(yaml: Self.bot)
        talk.chatKind = .group
        talk.thread = "7"
        #expect(try talk.say("/ask") == ["<poll> Lunch? (Soup|Salad|Bread)"])
        #expect(talk.commands.last?.receipt == .always)
        #expect(talk.polls.keys.sorted() == ["poll-1"])
        // Bob has never written to the bot.
        #expect(try talk.vote([0, 2], in: "poll-1", "bob") == ["Bob wants Soup, Bread (02) for Lunch"])
        #expect(talk.commands.last?.chat == "group")
        #expect(talk.commands.last?.thread == "7")
        // Thought better of it.
        #expect(try talk.vote([], in: "poll-1", "bob") == ["Bob wants  () for Lunch"])
        #expect(talk.store.records("votes").count == 1)
        #expect(talk.state(inGroup: "ann").polls.isEmpty)
    }

    @Test func quizzesKnowWhatIsRight() throws {
        let talk = try Conversation(yaml: Self.bot)
        try talk.say("/quiz")
        #expect(try talk.vote([1], in: "poll-1") == ["Right, Ann"])
        #expect(try talk.vote([0], in: "poll-1") == ["Wrong, Ann"])
        #expect(try talk.vote([1, 99, -3], in: "poll-1") == ["Right, Ann"])
    }

    @Test func unknownPollsSayNothing() throws {
        let talk = try Conversation(yaml: Self.bot)
        #expect(try talk.vote([1], in: "nobody's") == [])
        try talk.say("/ask")
        talk.store.perform(deletingAll: "rounds")
        #expect(try talk.vote([1], in: "poll-1") == [])
        #expect(talk.outcomes.last?.failure == nil)
    }

    /// What was asked by an earlier version and isn't a poll, or a screen, any more.
    @Test func anotherVersionDropsWhatDoesNotFit() throws {
        let talk = try Conversation(yaml: Self.bot)
        var answer = PollAnswer(poll: "p", options: [0], asked: AskedPoll(screen: "gone", options: ["a"]))
        #expect(try talk.handle(.pollAnswer(answer)) == [])
        answer.asked = AskedPoll(screen: "lunch", arguments: JSONObject([("r", "no row")]), options: ["a"])
        #expect(try talk.handle(.pollAnswer(answer)) == [])
        answer.asked = AskedPoll(screen: "home", options: ["a"])
        #expect(try talk.handle(.pollAnswer(answer)) == [])
        #expect(talk.outcomes.allSatisfy { $0.failure == nil })
    }

    @Test func withoutAHandlerNobodyIsTold() throws {
        let engine = BotEngine(try Definition(yaml: "bot: b\nscreens: {home: {text: hi}}\n"))
        let event = Event(
            bot: try #require(BotName("b")), platform: .telegram, at: Timestamp(seconds: 1), person: Person(id: "1", firstName: "A"),
            content: .pollAnswer(PollAnswer(poll: "p", options: [0])))
        #expect(!engine.concerns(event))
    }

    /// A poll that never arrived is forgotten with its receipt.
    @Test func failedPollsAreForgotten() throws {
        let talk = try Conversation(yaml: Self.bot)
        let engine = talk.engine
        let event = Event(
            bot: try #require(BotName("b")), platform: .telegram, at: Timestamp(seconds: 1), chat: Chat(id: "1", kind: .direct),
            person: Person(id: "1", firstName: "A"),
            content: .command(BotCommand(name: "quiz"), Message(id: "1", content: .text(FormattedText("/quiz")))))
        var run = engine.run(event, id: "e", state: ConversationState(), user: talk.store.person("1", "A"))
        guard case .finished(let outcome) = run.advance() else { throw RunFailure(.store, "unfinished") }
        #expect(outcome.state.polls.map(\.command) == ["e/0"])
        var receipt = event
        receipt.content = .receipt(Receipt(command: "e/0", outcome: .failed(code: 400, reason: "")))
        var second = engine.run(receipt, id: "f", state: outcome.state, user: talk.store.person("1", "A"))
        guard case .finished(let end) = second.advance() else { throw RunFailure(.store, "unfinished") }
        #expect(end.state.polls.isEmpty)
        #expect(end.polls.isEmpty)
    }
}
