import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// What nobody does on purpose, and everybody does sometimes.
@Suite struct OddEventTests {
    private let yaml = """
        bot: odd
        data:
          notes: {text: {type: string, max: 5000}}
        screens:
          home:
            text: Home
            buttons: [{label: Ask, call: ask}]
          many:
            args: {n: int}
            text: Many
            buttons:
              - {each: x in lists.range(n), label: "${x}", go: home}
              - {each: x in lists.range(n), label: "${x}", columns: 8, go: home, name: again}
          wide:
            text: Wide
            buttons:
              - [{each: x in lists.range(10), label: "${x}", go: home}, {label: end, go: home}]
          link: {args: {to: string}, text: Link, buttons: [{label: Open, url: "${to}"}]}
          copied: {args: {to: string}, text: Copy, buttons: [{label: Copy, copy: "${to}"}]}
          picture: {args: {to: string}, text: Picture, photo: "${to}"}
        forms:
          ask:
            fields:
              secret: {ask: A word?, choices: [zebra, lion]}
              amount: {ask: How many?, type: int, min: 1, max: 9, choices: ["1", "2"]}
              color: {ask: Which?, choices: [red, blue]}
            cancel: Stop
            done: [{show: {text: "${secret} ${amount} ${color}"}}]
        handlers:
          - {command: help, do: [{show: {text: Help}}]}
          - {command: many, args: {n: int}, do: [{go: many, with: {n: n}}]}
          - {command: wide, do: [{go: wide}]}
          - {command: link, args: {to: string?}, do: [{go: link, with: {to: "to == null ? '' : to"}}]}
          - {command: copied, args: {to: string?}, do: [{go: copied, with: {to: "to == null ? '' : to"}}]}
          - {command: picture, args: {to: string?}, do: [{go: picture, with: {to: "to == null ? '' : to"}}]}
          - {command: divide, args: {by: int}, do: [{show: {text: "${10 / by}"}}]}
          - {command: find, args: {t: string}, do: [{show: {text: "${notes.count(n, n.text == t)}"}}]}
          - {command: keep, args: {t: string}, do: [{insert: notes, set: {text: t}}, {show: {text: kept}}]}
        """

    private let failed = ["Something went wrong here. Please try again in a moment."]

    // MARK: Forms

    @Test func answersOfTheWrongKindAreAskedForAgain() throws {
        let chat = try Conversation(yaml: yaml)
        try chat.say("/start")
        try chat.tap("Ask")
        let photo = Message(id: "9", content: .media(.photo, Contracts.File(id: "p"), caption: FormattedText("zebra")))
        #expect(try chat.handle(.message(photo)) == ["Please answer with a text."])
        #expect(try chat.say("zebra") == ["How many? [1|2] [Stop]"])
        for answer in ["ten", "", "99999999999999999999", "1.5", "0x1", "９"] {
            #expect(try chat.say(answer) == ["Please send a whole number from 1 to 9."], "\(answer)")
        }
        #expect(try chat.handle(.messageEdited(Message(id: "3", content: .text(FormattedText("3"))))) == [])
        #expect(try chat.say("3") == ["Which? [red|blue] [Stop]"])
        #expect(try chat.say("blue").first == "zebra 3 blue")
    }

    @Test func cancelAndCommandsLeaveAForm() throws {
        let chat = try Conversation(yaml: yaml)
        try chat.say("/start")
        try chat.tap("Ask")
        try chat.say("zebra")
        #expect(try chat.say("/cancel") == ["Home [Ask]"])
        #expect(try chat.say("3") == ["Sorry, I didn't understand that.", "Home [Ask]"])
        try chat.tap("Ask")
        #expect(try chat.say("/help") == ["Help"])
        #expect(try chat.say("zebra") == ["Sorry, I didn't understand that.", "Home [Ask]"])
        // A command that nobody handles, or that is written wrongly, leaves the question open.
        try chat.tap("Ask")
        #expect(try chat.say("/many x") == ["'n' can't be 'x': a whole number is wanted.\nWrite it like this: /many <n>"])
        #expect(try chat.say("lion").first == "How many? [1|2] [Stop]")
    }

    @Test func buttonsOfAnotherQuestionAreExpired() throws {
        let chat = try Conversation(yaml: yaml)
        try chat.say("/start")
        try chat.tap("Ask")
        let first = try #require(chat.inline["ann"])
        try chat.say("zebra")
        #expect(
            try chat.tap(first.buttons[1], of: first.message) == [
                "toast: That button is no longer current. Here is where we are:", "How many? [1|2] [Stop]",
            ])
        #expect(try chat.say("/cancel") == ["Home [Ask]"])
        #expect(
            try chat.tap(first.buttons[1], of: first.message) == [
                "toast: That button is no longer current. Here is where we are:", "Home [Ask]",
            ])
    }

    @Test func answersAreForgottenWithTheirForm() throws {
        let chat = try Conversation(yaml: yaml)
        try chat.say("/start")
        try chat.tap("Ask")
        try chat.say("zebra")
        try chat.say("1")
        try chat.say("red")
        let state = String(decoding: chat.state().jsonBytes, as: UTF8.self)
        // The buttons of the first question offer it; those of the later ones must not repeat it.
        #expect(state.split(separator: "zebra", omittingEmptySubsequences: false).count == 2)
    }

    @Test func twoPeopleInAGroupHaveTheirOwnForms() throws {
        let chat = try Conversation(yaml: yaml)
        chat.chatKind = .group
        for person in ["ann", "bob"] {
            try chat.say("/start@demo_bot", person)
            try chat.tap("Ask", person)
        }
        #expect(try chat.say("zebra", "ann") == ["How many? [1|2] [Stop]"])
        #expect(try chat.say("lion", "bob") == ["How many? [1|2] [Stop]"])
        try chat.say("1", "bob")
        #expect(try chat.say("2", "ann") == ["Which? [red|blue] [Stop]"])
        #expect(try chat.say("red", "ann").first == "zebra 2 red")
        #expect(try chat.say("blue", "bob").first == "lion 1 blue")
        #expect(try chat.say("/help@other_bot", "ann") == [])
    }

    // MARK: Texts

    @Test func longAndStrangeTexts() throws {
        let chat = try Conversation(yaml: yaml)
        try chat.say("/start")
        try chat.tap("Ask")
        let long = String(repeating: "👨‍👩‍👧‍👦", count: 20_000)
        #expect(try chat.say(long).count == 1)
        let refusal = try #require(try chat.say("/divide " + long).first)
        #expect(refusal.hasSuffix("\nWrite it like this: /divide <by>") && refusal.utf16.count < 200)
        for text in ["\u{0}", "\u{202E}abc", "/", "/ ", "/@", "@", "\u{FEFF}", "\u{301}", "/divide \"", "/divide “"] {
            _ = try chat.say(text)
        }
        #expect(try chat.say("/find a\u{0}b") == ["0"])
        #expect(try chat.say("/keep a\u{0}b") == ["kept"])
        #expect(chat.store.records("notes").first?.values.last == .string("ab"))
    }

    @Test func aTemplateThatFailsIsAnApology() throws {
        let chat = try Conversation(yaml: yaml)
        try chat.say("/start")
        let before = chat.state()
        #expect(try chat.say("/divide 0") == failed)
        #expect(chat.state() == before)
        #expect(chat.outcomes.last?.failure?.description.contains("divide by zero") ?? false)
        #expect(try chat.say("/divide 5") == ["2"])
    }

    // MARK: What a platform would refuse

    @Test func noMessageHasMoreButtonsThanFit() throws {
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/many 50").count == 1)
        #expect(try chat.say("/many 51") == failed)
        #expect(chat.outcomes.last?.failure?.message == "the message has 102 buttons; 100 are allowed")
        #expect(try chat.say("/wide") == ["Wide [0|1|2|3|4|5|6|7] [8|9|end]"])
    }

    @Test(arguments: ["", "javascript:alert(1)", "https://", "example.org"])
    func addressesOfButtonsAreChecked(address: String) throws {
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/link \(address)") == failed)
        #expect(chat.outcomes.last?.failure?.code == .output)
        #expect(try chat.say("/link https://example.org/") == ["Link [Open]"])
    }

    @Test func emptyAndOversizedValuesAreChecked() throws {
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/copied") == failed)
        #expect(try chat.say("/copied " + String(repeating: "x", count: 257)) == failed)
        #expect(try chat.say("/copied " + String(repeating: "x", count: 256)) == ["Copy [Copy]"])
        #expect(try chat.say("/picture") == failed)
        #expect(try chat.say("/picture AgACAgIAAx") == ["<photo> Picture"])
    }

    // MARK: Buttons

    @Test(arguments: [
        nil, "", "x", "1.0", "1.0.zzzzzzzzzzzz", "-1.0.1", "1.-1.1", "9999999999999.0.0", "1.0.0.0", "\u{0}",
        String(repeating: "z", count: 10_000),
    ])
    func foreignButtonDataIsAnswered(data: String?) throws {
        let chat = try Conversation(yaml: yaml)
        try chat.say("/start")
        #expect(try chat.press(data, "5").first?.hasPrefix("toast") ?? false)
        #expect(try chat.press(data, nil).first?.hasPrefix("toast") ?? false)
    }

    // MARK: The store

    @Test func whatAStoreCantTakeEndsTheRunKindly() async throws {
        struct Refusing: RecordStore {
            func perform(_ request: RecordRequest) async throws -> RecordReply { throw RunFailure(.store, "the database refuses a value") }
        }
        let engine = BotEngine(try Definition(yaml: yaml))
        let event = Event(
            bot: try #require(BotName("odd")), platform: .telegram, at: Timestamp(seconds: 1), chat: Chat(id: "1", kind: .direct),
            person: Person(id: "1", firstName: "Ann"),
            content: .command(BotCommand(name: "find", arguments: "x"), Message(id: "1", content: .text(FormattedText("/find x")))))
        let user = MemoryStore(engine.definition.store).person("1", "Ann")
        var run = engine.run(event, id: "e1", state: ConversationState(), user: user)
        let outcome = try await run.finish(with: Refusing())
        #expect(outcome.failure?.code == .store)
        #expect(outcome.commands.count == 1)
        #expect(!outcome.isStateChanged)
    }
}
