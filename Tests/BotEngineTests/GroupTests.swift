import BotEngine
import BotLanguage
import Contracts
import Testing

/// Several people in one chat.
@Suite struct GroupTests {
    static let bot = """
        bot: b
        data:
          users: {admin: {type: bool, default: "false"}}
          games: {n: {type: int, default: "0"}, open: {type: bool, default: "true"}}
          taps: {who: {type: users, default: user}, game: games}
        roles: {admin: user.admin}
        screens:
          home: {text: "Home of ${user.first_name}", buttons: [{label: mine, do: [{toast: Yours}]}]}
          board:
            args: {g: games}
            press: everyone
            let: {own: "taps.exists(t, t.who == user)"}
            text: "${g.n}"
            buttons:
              - - {label: "+", do: [{update: g, set: {n: g.n + 1}}, {insert: taps, set: {game: g}}]}
                - {label: close, role: admin, do: [{update: g, set: {open: "false"}}]}
                - {label: reopen, when: "!g.open", do: [{update: g, set: {open: "true"}}]}
                - {label: again, when: own, do: [{toast: "Again, ${user.first_name}"}]}
              - [{label: rules, go: rules}, {label: me, go: mine}, {label: say, call: say}]
          rules: {press: everyone, text: Rules, buttons: [{label: back, back: true}]}
          mine: {text: "${user.first_name} alone", buttons: [{label: ok, back: true}]}
        forms:
          say: {fields: {what: {ask: "What, ${user.first_name}?"}}, done: [{show: {text: "${user.first_name}: ${what}"}}]}
        handlers:
          - {command: play, do: [{insert: games, as: g}, {show: board, with: {g: g}}]}
          - {command: op, do: [{update: user, set: {admin: "true"}}]}
        """

    private func group(_ yaml: String = bot) throws -> Conversation {
        let talk = try Conversation(yaml: yaml)
        talk.chatKind = .group
        return talk
    }

    private let board = " [+|close|again] [rules|me|say]"

    // MARK: Chatter and names

    @Test func chatterIsNotAnswered() throws {
        let talk = try group()
        #expect(try talk.say("hello") == [])
        #expect(try talk.say("/unknown") == [])
        #expect(try talk.handle(.message(Message(id: "1", content: .media(.photo, File(id: "f"), caption: nil)))) == [])
    }

    @Test func commandsMayNameTheBot() throws {
        let talk = try group()
        #expect(try talk.say("/play@demo_bot") == ["0" + board])
        #expect(try talk.say("/play@Demo_Bot") == ["0" + board])
        #expect(try talk.say("/play@other_bot") == [])
    }

    /// What one person is asked, or shown, is nobody else's.
    @Test func buttonsBelongToOnePersonByDefault() throws {
        let talk = try group()
        #expect(try talk.say("/start") == ["Home of Ann [mine]"])
        #expect(try talk.tap("mine", shownTo: "ann", by: "bob") == ["toast: These buttons belong to somebody else."])
        #expect(try talk.tap("mine", shownTo: "ann", by: "ann").first == "toast: Yours")
    }

    // MARK: Everyone

    @Test func everyoneMayPress() throws {
        let talk = try group()
        try talk.say("/play")
        #expect(try talk.tap("+", shownTo: "ann", by: "bob") == ["toast", "edit: 1" + board])
        #expect(talk.store.records("taps").count == 1)
        // The edited message's buttons work for the next one, who has never been seen before.
        #expect(try talk.tap("+", shownTo: "bob", by: "cid") == ["toast", "edit: 2" + board])
        #expect(try talk.tap("again", shownTo: "cid", by: "bob") == ["toast: Again, Bob"])
        // Nobody's own conversation has begun by that.
        #expect(talk.state(inGroup: "bob").keyboards.isEmpty)
        #expect(talk.state(inGroup: "").keyboards.count == 1)
    }

    /// Buttons whose conditions depend on the person are there for all, and ask when they are tapped.
    @Test func rolesAreCheckedOfWhoeverPresses() throws {
        let talk = try group()
        try talk.say("/play")
        #expect(try talk.tap("close", shownTo: "ann", by: "bob") == ["toast: That isn't possible any more."])
        #expect(try talk.tap("again", shownTo: "ann", by: "bob") == ["toast: That isn't possible any more."])
        try talk.say("/op", "bob")
        #expect(try talk.tap("close", shownTo: "ann", by: "bob") == ["toast", "edit: 0 [+|close|reopen|again] [rules|me|say]"])
        #expect(try talk.tap("reopen", shownTo: "bob", by: "ann") == ["toast", "edit: 0" + board])
    }

    /// On a screen for some, too, others change nothing, not even the page.
    @Test func screensForSomeStayAsTheyAre() throws {
        let talk = try group(
            """
            bot: b
            data:
              users: {admin: {type: bool, default: "false"}}
              items: {n: int}
            roles: {admin: user.admin}
            screens:
              home: {text: Home}
              items:
                press: everyone
                role: admin
                list: {from: i in items, order: i.n, page: 1, row: "${i.n}"}
                buttons: [{label: other, go: other}]
              other: {press: everyone, text: Other}
            handlers:
              - {command: op, do: [{update: user, set: {admin: "true"}}, {insert: items, set: {n: "1"}}, {insert: items, set: {n: "2"}}, {go: items}]}
            """)
        #expect(try talk.say("/op") == ["1 [▶] [other]"])
        for label in ["▶", "other"] {
            #expect(try talk.tap(label, shownTo: "ann", by: "bob") == ["toast: That isn't for you."])
        }
        #expect(try talk.tap("▶", shownTo: "ann", by: "ann") == ["toast", "edit: 2 [◀] [other]"])
    }

    @Test func theChatHasItsOwnWayBack() throws {
        let talk = try group()
        try talk.say("/play")
        #expect(try talk.tap("rules", shownTo: "ann", by: "bob") == ["toast", "edit: Rules [back]"])
        #expect(try talk.tap("back", shownTo: "bob", by: "cid") == ["toast", "edit: 0" + board])
    }

    /// One person's screen, or question, never takes the place of what all see.
    @Test func whatIsOnePersonsIsShownAnew() throws {
        let talk = try group()
        try talk.say("/play")
        #expect(try talk.tap("me", shownTo: "ann", by: "bob") == ["toast", "Bob alone [ok]"])
        #expect(try talk.tap("ok", shownTo: "bob", by: "ann") == ["toast: These buttons belong to somebody else."])
        #expect(try talk.tap("say", shownTo: "ann", by: "cid") == ["toast", "What, Cid?"])
        #expect(try talk.say("nothing", "bob") == [])
        #expect(try talk.say("hey", "cid") == ["Cid: hey"])
        #expect(try talk.tap("+", shownTo: "ann", by: "bob") == ["toast", "edit: 1" + board])
    }

    @Test func alonePeopleHaveItForThemselves() throws {
        let talk = try Conversation(yaml: Self.bot)
        #expect(try talk.say("/play") == ["0 [+] [rules|me|say]"])
        #expect(try talk.tap("+") == ["toast", "edit: 1 [+|again] [rules|me|say]"])
        #expect(try talk.tap("me") == ["toast", "edit: Ann alone [ok]"])
        #expect(talk.outcomes.allSatisfy { $0.common == nil })
    }

    @Test func goneRowsDisturbNobody() throws {
        let talk = try group()
        try talk.say("/play")
        talk.store.perform(deletingAll: "games")
        #expect(try talk.tap("+", shownTo: "ann", by: "bob") == ["toast: That isn't there any more."])
    }

    @Test func anExpiredButtonOfTheChatShowsNothingElse() throws {
        let talk = try group()
        let key = ButtonKey(keyboard: 99, index: 0, owner: nil)
        #expect(try talk.press(key.data, "5", "bob") == ["toast: That isn't possible any more."])
        // In a bot without such screens too.
        let other = try group("bot: b\nscreens: {home: {text: hi}}\n")
        #expect(try other.press(key.data, "5", "bob") == ["toast: That isn't possible any more."])
    }

    /// The screen was everyone's when it was shown.
    @Test func anotherVersionMayTakeItBack() throws {
        let talk = try group()
        try talk.say("/play")
        let later = try Definition(yaml: Self.bot.split(separator: "    press: everyone\n", omittingEmptySubsequences: false).joined())
        let button = try #require(talk.shown.last { $0.button.text == "+" })
        guard case .data(let data) = button.button.action else { return }
        let event = Event(
            bot: try #require(BotName("b")), platform: .telegram, at: Timestamp(seconds: 1), chat: Chat(id: "group", kind: .group),
            person: Person(id: "bob", firstName: "Bob"), content: .button(ButtonPress(query: "q", data: data, message: button.message)))
        var run = BotEngine(later).run(
            event, id: "e", state: ConversationState(), common: talk.state(inGroup: ""), user: talk.store.person("bob", "Bob"))
        while case .needs(let request) = run.advance() { run.answer(try talk.store.answer(request)) }
        guard case .finished(let outcome) = run.advance() else { return }
        #expect(outcome.failure == nil)
    }

    // MARK: Chats as recipients

    static let alerts = """
        bot: b
        data:
          places: {where: chat, user: users}
          prices: {value: {type: int, default: "1"}}
        screens:
          home: {text: "Home ${chat == null ? '' : chat.kind}"}
          price:
            args: {p: prices}
            live: p
            press: everyone
            text: "${p.value} in ${chat == null || chat.title == null ? '?' : chat.title}"
            buttons: [{label: up, do: [{update: p, set: {value: p.value + 1}}]}]
        handlers:
          - {command: here, do: [{insert: places, set: {where: chat, user: user}}, {show: {text: "${chat.id} ${chat.kind}"}}]}
          - command: alert
            do:
              - {insert: prices, as: p}
              - each: w in places
                do: [{show: {text: Look}, to: w.where}, {show: price, with: {p: p}, to: "[w.where]"}]
          - {command: up, do: [{each: p in prices, do: [{update: p, set: {value: p.value + 1}}]}]}
          - {message: photo, do: [{each: w in places, do: [{copy: message, to: w.where}]}]}
        """

    @Test func chatsAreToldAndFollow() throws {
        let talk = try Conversation(yaml: Self.alerts)
        talk.chatKind = .group
        #expect(try talk.say("/here") == ["group group"])
        talk.chatKind = .direct
        #expect(try talk.say("/alert", "bob") == [])
        #expect(talk.takeHeard("group") == ["Look", "1 in Group [up]"])
        // Nobody's: so no receipt goes to a person.
        #expect(talk.commands.suffix(2).map(\.person) == [nil, nil])
        #expect(try talk.say("/up", "bob") == [])
        #expect(talk.takeHeard("group") == ["edit: 2 in Group [up]"])
        talk.chatKind = .group
        #expect(try talk.tap("up", shownTo: "group", by: "cid") == ["toast", "edit: 3 in Group [up]"])
        #expect(talk.takeHeard("group") == [])
        talk.chatKind = .direct
        #expect(try talk.handle(.message(Message(id: "5", content: .media(.photo, File(id: "f"), caption: nil))), "bob") == [])
        #expect(talk.takeHeard("group") == ["copy"])
    }

    @Test func whatIsHereIsShownHere() throws {
        let talk = try Conversation(yaml: Self.alerts)
        talk.chatKind = .group
        try talk.say("/here")
        #expect(try talk.say("/alert") == ["Look", "1 in Group [up]"])
        #expect(talk.takeHeard("group") == [])
        // One's own chat with the bot is a chat, too, in which one is alone.
        let alone = try Conversation(yaml: Self.alerts)
        try alone.say("/here", "ann")
        #expect(try alone.say("/alert", "bob") == [])
        #expect(alone.takeHeard("ann") == ["Look", "1 in ? [up]"])
        #expect(try alone.tap("up", "ann") == ["toast", "edit: 2 in ? [up]"])
    }

    // MARK: Channels and topics

    @Test func channelPostsAreNobodys() throws {
        let engine = BotEngine(try Definition(yaml: Self.alerts))
        let post = Event(
            bot: try #require(BotName("b")), platform: .telegram, at: Timestamp(seconds: 1), chat: Chat(id: "-100", kind: .channel),
            content: .message(Message(id: "1", content: .text(FormattedText("news")))))
        #expect(!engine.concerns(post))
        // Should one come through all the same, nothing happens.
        var run = engine.run(post, id: "e", state: ConversationState(), user: nil)
        guard case .finished(let outcome) = run.advance() else { return }
        #expect(outcome.effects.isEmpty && outcome.failure == nil)
    }

    @Test func answersStayInTheirTopic() throws {
        let talk = try group()
        talk.thread = "12"
        try talk.say("/play")
        try talk.tap("rules", shownTo: "ann", by: "bob")
        try talk.tap("me", shownTo: "ann", by: "bob")
        #expect(talk.commands.filter { if case .answerButton = $0.action { false } else { true } }.allSatisfy { $0.thread == "12" })
    }
}
