import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// What the engine does with events, apart from any particular bot.
@Suite struct EngineTests {
    private let tiny = """
        bot: tiny
        screens:
          home:
            text: Hello ${user.first_name}
            buttons:
              - [{label: A, go: a}, {label: Boom, do: [{let: {x: "1 / size(user.name.substring(0, 0))"}}]}]
              - {label: Same, do: [{stop: true}]}
          a:
            args: {n: {type: int, default: "1"}}
            text: A ${n}
            buttons:
              - {label: More, go: a, with: {n: n + 1}}
              - {label: Never, when: n < 2, do: [{toast: "n is ${n}"}]}
              - {label: Back, back: true}
        """

    @Test func countingNeedsNoRecords() throws {
        let definition = try Definition(yaml: try Bots.text("count"))
        let chat = try Conversation(definition)
        #expect(try chat.say("a") == ["a #1"])
        #expect(try chat.say("b") == ["b #2"])
        #expect(try chat.say("c", "bob") == ["c #1"])
        #expect(chat.store.requests.isEmpty)
        #expect(chat.outcomes.allSatisfy { !$0.isStateChanged && $0.userChanges.count == 1 && $0.trigger == "message text" })
    }

    @Test func startShowsHomeWithoutAHandler() throws {
        let chat = try Conversation(yaml: tiny)
        #expect(try chat.say("/start") == ["Hello Ann [A|Boom] [Same]"])
        #expect(chat.outcomes.last?.trigger == "command start")
    }

    @Test func buttonsEditInPlaceAndBackReturns() throws {
        let chat = try Conversation(yaml: tiny)
        try chat.say("/start")
        #expect(try chat.tap("A") == ["toast", "edit: A 1 [More] [Never] [Back]"])
        #expect(try chat.tap("More") == ["toast", "edit: A 2 [More] [Back]"])
        // The same screen with other arguments isn't stacked up.
        #expect(try chat.tap("Back") == ["toast", "edit: Hello Ann [A|Boom] [Same]"])
    }

    @Test func anUnchangedScreenIsNotEdited() throws {
        let chat = try Conversation(yaml: tiny)
        try chat.say("/start")
        #expect(try chat.tap("Same") == ["toast"])
        #expect(try chat.tap("Same") == ["toast"])
        #expect(try chat.tap("A") == ["toast", "edit: A 1 [More] [Never] [Back]"])
    }

    @Test func aConditionIsCheckedAgainWhenTapped() throws {
        let yaml = """
            bot: b
            data: {users: {open: {type: bool, default: "true"}}}
            screens:
              home:
                text: "${user.open}"
                buttons:
                  - {label: Enter, when: user.open, do: [{toast: in}]}
            handlers:
              - {command: close, do: [{update: user, set: {open: "false"}}]}
            """
        let chat = try Conversation(yaml: yaml)
        try chat.say("/start")
        #expect(try chat.tap("Enter") == ["toast: in"])
        #expect(try chat.say("/close") == [])
        #expect(try chat.tap("Enter") == ["toast: That isn't possible any more.", "edit: false"])
    }

    // MARK: Old and foreign buttons

    @Test func unknownButtonsAnswerKindly() throws {
        let chat = try Conversation(yaml: tiny)
        try chat.say("/start")
        for data in ["", "x", "1.0", "zz.0.0", "1.99.\(String(UInt32(0), radix: 36))", nil, "-1.0.0", "1.0.zzzzzzzzzzzzzzzzzzzzzzzzzz"] {
            let answer = try chat.press(data, "5")
            #expect(answer.count == 2 || answer == ["toast: These buttons belong to somebody else."])
            #expect(answer.first?.hasPrefix("toast: ") ?? false)
        }
        #expect(
            try chat.press("nonsense", nil) == [
                "toast: That button is no longer current. Here is where we are:", "Hello Ann [A|Boom] [Same]",
            ])
    }

    @Test func keyboardsAreBoundedAndTheNewestWork() throws {
        let chat = try Conversation(yaml: tiny)
        for _ in 0..<30 { try chat.say("/start") }
        let first = try #require(chat.shown.first)
        #expect(try chat.tap(first.button, of: first.message).first == "toast: That button is no longer current. Here is where we are:")
        #expect(try chat.tap("A")[1] == "edit: A 1 [More] [Never] [Back]")
        #expect(chat.state().jsonBytes.count < 20_000)
        for (_, _, button) in chat.shown {
            guard case .data(let data) = button.action else { continue }
            #expect((1...64).contains(data.utf8.count))
        }
    }

    @Test func groupButtonsBelongToWhoCalledThem() throws {
        let chat = try Conversation(yaml: tiny)
        chat.chatKind = .group
        try chat.say("/start", "ann")
        let keyboard = try #require(chat.inline["ann"])
        #expect(try chat.tap(keyboard.buttons[0], of: keyboard.message, "bob") == ["toast: These buttons belong to somebody else."])
        #expect(try chat.tap(keyboard.buttons[0], of: keyboard.message, "ann").count == 2)
    }

    @Test func groupsAreOnlyAnsweredWhenAsked() throws {
        let chat = try Conversation(yaml: tiny, username: "Tiny_Bot")
        chat.chatKind = .group
        #expect(try chat.say("hello everybody") == [])
        #expect(try chat.say("/start@other_bot") == [])
        #expect(try chat.say("/unknown") == [])
        #expect(try chat.say("/start@tiny_bot").count == 1)
    }

    @Test func whatIsNotUnderstoodShowsWhereWeAre() throws {
        let chat = try Conversation(yaml: tiny)
        #expect(try chat.say("what?") == ["Sorry, I didn't understand that.", "Hello Ann [A|Boom] [Same]"])
        #expect(try chat.say("/nope") == ["I don't know /nope.", "Hello Ann [A|Boom] [Same]"])
        chat.language = "ru"
        #expect(try chat.say("что?").first == "Извините, не понимаю.")
    }

    // MARK: Failures

    @Test func aFailureApologisesAndChangesNothing() throws {
        let chat = try Conversation(yaml: tiny)
        try chat.say("/start")
        let before = chat.state()
        #expect(try chat.tap("Boom") == ["toast: Something went wrong here. Please try again in a moment."])
        #expect(chat.state() == before)
        let failure = try #require(chat.outcomes.last?.failure)
        #expect(failure.code == .expression)
        #expect(failure.position?.line == 6)
    }

    @Test func loopsAreBounded() throws {
        let yaml = """
            bot: b
            handlers:
              - command: go
                do:
                  - each: x in lists.range(100)
                    do:
                      - each: y in lists.range(100)
                        do: [{let: {z: x + y}}]
              - command: spam
                do:
                  - each: x in lists.range(100)
                    do: [{show: {text: "${x}"}}]
            """
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/go") == ["Something went wrong here. Please try again in a moment."])
        #expect(chat.outcomes.last?.failure?.code == .limit)
        #expect(try chat.say("/spam") == ["Something went wrong here. Please try again in a moment."])
        #expect(chat.outcomes.last?.failure?.code == .limit)
    }

    @Test func aConflictWithoutElseFails() throws {
        let yaml = """
            bot: b
            data: {things: {name: {type: string, max: 5, unique: true}}}
            handlers:
              - {command: add, args: {n: string}, do: [{insert: things, set: {name: n}}, {show: {text: ok}}]}
            """
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/add a") == ["ok"])
        #expect(try chat.say("/add a") == ["That isn't possible: it is there already, or something else needs it."])
        #expect(chat.outcomes.last?.failure?.code == .conflict)
        #expect(try chat.say("/add toolong") == ["Something went wrong here. Please try again in a moment."])
        #expect(chat.outcomes.last?.failure?.code == .value)
    }

    // MARK: Text

    @Test func valuesNeverBecomeMarkup() throws {
        let yaml = """
            bot: b
            handlers:
              - {command: html, do: [{show: {parse: html, text: "<b>${event.text}</b>"}}]}
              - {command: md, do: [{show: {parse: markdown, text: "*${event.text}*"}}]}
            """
        let chat = try Conversation(yaml: yaml)
        #expect(try chat.say("/html <i>&\"x\"") == ["<b>&lt;i&gt;&amp;&quot;x&quot;</b>"])
        #expect(try chat.say("/md a_b*c.") == ["*a\\_b\\*c\\.*"])
    }

    @Test func longTextIsCut() throws {
        let chat = try Conversation(
            yaml: "bot: b\nhandlers:\n  - {message: text, do: [{show: {text: '${message.text}${message.text}'}}]}\n")
        let reply = try #require(try chat.say(String(repeating: "🛒", count: 2000)).first)
        #expect(reply.utf16.count <= 4096 && reply.hasSuffix("…"))
    }
}

/// Handlers that answer only while a certain screen is open.
@Suite struct OpenScreenTests {
    @Test func aHandlerOfAScreen() throws {
        let talk = try Conversation(
            yaml: """
                bot: b
                handlers:
                  - {message: any, screen: ask, do: [{go: thanks}]}
                  - {message: text, do: [{show: {text: Elsewhere}}]}
                screens:
                  home: {text: Home, buttons: [{label: Ask, go: ask}]}
                  ask: {text: Say something}
                  thanks: {text: Thanks}
                """)
        #expect(try talk.say("hi") == ["Elsewhere"])
        try talk.say("/start")
        #expect(try talk.say("hi") == ["Elsewhere"])
        try talk.tap("Ask")
        #expect(try talk.say("hi") == ["Thanks"])
        #expect(try talk.say("hi") == ["Elsewhere"])
    }
}
