import BotEngine
import BotLanguage
import Contracts
import JSON
import Testing

/// Commands with arguments, messages by pattern, buttons with handlers, people who come and go.
@Suite struct HandlerTests {
    private let shop = """
        bot: b
        enums: {Size: [small, large]}
        handlers:
          - command: add
            args: {what: string, qty: {type: int, min: 1, max: 99, default: "1"}, size: Size?, loud: {type: bool, default: "false"}, tags: list<string>}
            do: [{show: {text: "${what} ${qty} ${size == null ? '–' : string(size)} ${loud} ${tags.join('+')}"}}]
          - {command: start, args: {payload: string?}, do: [{show: {text: "start ${payload == null ? '–' : payload}"}}]}
          - {command: count, args: {n: {type: list<int>, min: 1}}, do: [{show: {text: "${n.sum()}"}}]}
        """

    @Test func argumentsComeInOrderAndByName() throws {
        let chat = try Conversation(yaml: shop)
        #expect(try chat.say("/add soup") == ["soup 1 – false "])
        #expect(try chat.say("/add \"oat milk\" 3 large") == ["oat milk 3 large false "])
        #expect(try chat.say("/add -qty 3 soup --tags hot red -loud") == ["soup 3 – true hot+red"])
        #expect(try chat.say("/add soup 3 small a b") == ["soup 3 small false a+b"])
        #expect(try chat.say("/count 1 -2 3") == ["2"])
        #expect(try chat.say("/start") == ["start –"])
        #expect(try chat.say("/start ref_77") == ["start ref_77"])
        #expect(try chat.say("/start -Zk_9") == ["start -Zk_9"])
    }

    @Test func aWrongCallIsExplained() throws {
        let usage = "\nWrite it like this: /add <what> [qty] [size: small|large] [-loud] [tags …]"
        let chat = try Conversation(yaml: shop)
        #expect(try chat.say("/add") == ["'what' is missing." + usage])
        #expect(try chat.say("/add soup 100") == ["'qty' can't be '100': a whole number from 1 to 99 is wanted." + usage])
        #expect(try chat.say("/add soup 1 huge") == ["'size' can't be 'huge': one of small, large is wanted." + usage])
        #expect(try chat.say("/add soup -siez large") == ["There is no '-siez'; did you mean '-size'?" + usage])
        #expect(try chat.say("/add soup -colour red") == ["There is no '-colour'; put it in quotes if it is text." + usage])
        #expect(try chat.say("/add soup -qty") == ["'-qty' needs a value behind it." + usage])
        #expect(try chat.say("/add -qty 1 -qty 2 soup") == ["'qty' is there twice." + usage])
        #expect(try chat.say("/count") == ["'n': at least 1 values are wanted.\nWrite it like this: /count [n …]"])
        chat.language = "ru"
        #expect(
            try chat.say("/add soup x") == [
                "«qty» не может быть «x»: нужно целое число от 1 до 99.\nНапишите так: /add <what> [qty] [size: small|large] [-loud] [tags …]"
            ])
    }

    @Test func whomItIsNotForIsNotToldHowToWriteIt() throws {
        let chat = try Conversation(
            yaml: """
                bot: b
                roles: {admin: user.first_name == 'Bob'}
                handlers:
                  - {command: kick, role: admin, args: {who: string}, do: [{show: {text: "${who}"}}]}
                """)
        #expect(try chat.say("/kick", "ann") == ["I don't know /kick."])
        #expect(try chat.say("/kick", "bob").first?.hasPrefix("'who' is missing.") ?? false)
    }

    // MARK: Messages

    @Test func patternsTakeMessagesApart() throws {
        let chat = try Conversation(
            yaml: #"""
                bot: b
                handlers:
                  - {message: text, pattern: '^(?P<a>\d+) \+ (?P<b>\d+)(?P<more>!)?$', do: [{show: {text: "${int(match.a) + int(match.b)}${match.more == null ? '' : match.more}"}}]}
                  - {message: [photo, text], pattern: '#(?P<tag>\w+)', when: size(match.tag) > 1, do: [{show: {text: "tag ${match.tag} of ${message.kind}, ${size(message.text)}"}}]}
                  - {message: [photo, video], do: [{show: {text: "a ${message.kind}"}}]}
                  - {message: any, do: [{show: {text: other}}]}
                """#)
        #expect(try chat.say("12 + 30") == ["42"])
        #expect(try chat.say("12 + 30!") == ["42!"])
        #expect(try chat.say("12 + 30?") == ["other"])
        #expect(try chat.say("see #me") == ["tag me of text, 7"])
        #expect(try chat.say("see #x") == ["other"])
        func media(_ kind: MediaKind, _ caption: String?) throws -> [String] {
            try chat.handle(.message(Message(id: "1", content: .media(kind, File(id: "f"), caption: caption.map { FormattedText($0) }))))
        }
        #expect(try media(.photo, "a #cat") == ["tag cat of photo, 6"])
        #expect(try media(.photo, nil) == ["a photo"])
        #expect(try media(.video, "#cat") == ["a video"])
        #expect(try media(.sticker, nil) == ["other"])
        #expect(chat.outcomes.map(\.trigger).suffix(3) == ["message photo", "message video", "message any"])
    }

    // MARK: Buttons

    private let photos = """
        bot: b
        data:
          photos: {name: string, likes: {type: int, default: "0"}}
        screens:
          home:
            text: Photos
            list: {from: p in photos, row: "${p.name} ${p.likes}", button: {label: "♥ ${p.name}", name: like, with: {p: p}}}
            buttons:
              - {label: Top, name: like, with: {p: "photos.filter(x, x.name == 'a')[0]", n: "5"}, when: "photos.exists(x, x.name == 'a')"}
              - {each: "k in [1, 2]", label: "say ${k}", name: say, with: {k: k}}
          menu:
            keyboard: reply
            text: Menu
            buttons: [{label: Say, name: say, with: {k: "9"}}]
        handlers:
          - {command: new, args: {n: string}, do: [{insert: photos, set: {name: n}}, {go: home}]}
          - {command: menu, do: [{go: menu}]}
          - button: like
            args: {p: photos, n: {type: int, default: "1"}}
            do: [{update: p, set: {likes: p.likes + n}}]
          - {button: say, args: {k: int}, when: k > 1, do: [{toast: "said ${k}"}]}
        """

    @Test func buttonsOfAnyScreenHaveOneHandler() throws {
        let chat = try Conversation(yaml: photos)
        try chat.say("/new a")
        #expect(try chat.say("/new b") == ["Photos\n\na 0\nb 0 [♥ a] [♥ b] [Top] [say 1] [say 2]"])
        #expect(try chat.tap("♥ b") == ["toast", "edit: Photos\n\na 0\nb 1 [♥ a] [♥ b] [Top] [say 1] [say 2]"])
        #expect(try chat.tap("Top") == ["toast", "edit: Photos\n\na 5\nb 1 [♥ a] [♥ b] [Top] [say 1] [say 2]"])
        #expect(try chat.tap("say 2") == ["toast: said 2"])
        #expect(try chat.tap("say 1") == ["toast: That isn't possible any more."])
        #expect(chat.outcomes.last?.trigger == "button")
        try chat.say("/menu")
        #expect(try chat.say("Say") == ["said 9", "Menu {Say}"])
        #expect(chat.outcomes.allSatisfy { $0.failure == nil })
    }

    // MARK: Coming and going

    private let group = """
        bot: b
        data: {users: {left: {type: bool, default: "false"}}}
        handlers:
          - {join: bot, do: [{show: {text: "Hello everybody"}}]}
          - {join: people, do: [{show: {text: "${user.name} brought ${event.members.map(m, m.name + (m.username == null ? '' : ' @' + m.username)).join(', ')}"}}]}
          - {leave: people, do: [{show: {text: "${event.members[0].name} is gone"}}]}
          - {blocked: true, do: [{update: user, set: {left: "true"}}]}
          - {unblocked: true, do: [{show: {text: "again, ${user.left}"}}]}
        """

    private func change(
        _ change: MembershipChange.Change, _ ids: [String], isSelf: Bool = false, status: String? = nil, _ person: String = "ann",
        in chat: Conversation
    ) throws -> [String] {
        let members = ids.map { Person(id: PersonID($0), firstName: $0, username: $0 == "cid" ? "cid9" : nil, isBot: $0.hasSuffix("bot")) }
        return try chat.handle(.membership(MembershipChange(change: change, members: members, isSelf: isSelf, status: status)), person)
    }

    @Test func comingAndGoing() throws {
        let chat = try Conversation(yaml: group)
        chat.chatKind = .group
        #expect(try change(.joined, ["bob", "other_bot", "cid"], in: chat) == ["Ann brought bob, cid @cid9"])
        #expect(try change(.joined, ["other_bot"], in: chat) == [])
        #expect(try change(.joined, ["my_bot"], isSelf: true, in: chat) == ["Hello everybody"])
        #expect(try change(.left, ["bob"], in: chat) == ["bob is gone"])
        #expect(try change(.left, ["my_bot"], isSelf: true, in: chat) == [])
        #expect(try change(.rights, ["bob"], in: chat) == [])
        #expect(try change(.requested, ["bob"], in: chat) == [])
    }

    /// Telegram tells an administrator of a newcomer by a message and by a change of the member.
    @Test func whatIsToldTwiceIsHeardOnce() throws {
        let chat = try Conversation(yaml: group)
        chat.chatKind = .group
        #expect(try change(.joined, ["bob", "cid"], in: chat) == ["Ann brought bob, cid @cid9"])
        #expect(try change(.joined, ["bob"], status: "member", in: chat) == [])
        #expect(try change(.joined, ["cid"], status: "member", in: chat) == [])
        #expect(try change(.left, ["bob"], status: "left", in: chat) == ["bob is gone"])
        #expect(try change(.left, ["bob"], in: chat) == [])
        // Who comes again is news.
        #expect(try change(.joined, ["bob"], in: chat).count == 1)
        #expect(try change(.joined, ["my_bot"], isSelf: true, status: "member", in: chat) == ["Hello everybody"])
        #expect(try change(.joined, ["my_bot"], isSelf: true, in: chat) == [])
    }

    @Test func blockingIsHeardInSilence() throws {
        let chat = try Conversation(yaml: group)
        #expect(try change(.blocked, ["my_bot"], isSelf: true, status: "kicked", in: chat) == [])
        #expect(chat.outcomes.last?.userChanges.map(\.column) == ["blocked", "left"] && chat.outcomes.last?.trigger == "blocked")
        #expect(try change(.unblocked, ["my_bot"], isSelf: true, status: "member", in: chat) == ["again, true"])
    }

    /// From what the platform says, from messages that came back, and from those that come in.
    @Test func whoIsOutOfReachIsKnown() throws {
        let chat = try Conversation(
            yaml: "bot: b\nhandlers: [{command: who, do: [{show: {text: \"-${users.filter(u, u.blocked).map(u, u.name).join('+')}\"}}]}]\n")
        try chat.say("hi", "ann")
        try chat.say("hi", "bob")
        #expect(try change(.blocked, ["my_bot"], isSelf: true, status: "kicked", "ann", in: chat) == [])
        #expect(try chat.say("/who", "bob") == ["-Ann"])
        let back = Receipt(command: "c", outcome: .blocked(reason: "Forbidden: bot was blocked by the user"))
        #expect(try chat.handle(.receipt(back), "cid") == [])
        #expect(try chat.say("/who", "bob") == ["-Ann+Cid"])
        #expect(try chat.handle(.receipt(Receipt(command: "c", outcome: .failed(code: 400, reason: "no"))), "bob") == [])
        #expect(try change(.unblocked, ["my_bot"], isSelf: true, status: "member", "ann", in: chat) == [])
        try chat.say("again", "cid")
        #expect(try chat.say("/who", "bob") == ["-"])
        #expect(chat.outcomes.filter { !$0.userChanges.isEmpty }.count == 4)
        // In groups it is about the group.
        chat.chatKind = .group
        #expect(try chat.handle(.receipt(back), "cid") == [])
        #expect(chat.outcomes.last?.userChanges.isEmpty ?? false)
    }

    @Test func whatNobodyAnswersConcernsNobody() throws {
        let engine = BotEngine(try Definition(yaml: "bot: b\nhandlers: [{join: bot, do: [{show: {text: hi}}]}]\n"))
        func concerns(_ change: MembershipChange.Change, _ members: [Person], isSelf: Bool) throws -> Bool {
            engine.concerns(
                Event(
                    bot: try #require(BotName("b")), platform: .telegram, at: Timestamp(seconds: 1), chat: Chat(id: "g", kind: .group),
                    person: Person(id: "ann", firstName: "Ann"),
                    content: .membership(MembershipChange(change: change, members: members, isSelf: isSelf))))
        }
        let bob = Person(id: "bob", firstName: "Bob")
        #expect(try concerns(.joined, [Person(id: "b", firstName: "B", isBot: true)], isSelf: true))
        #expect(try !concerns(.joined, [bob], isSelf: false))
        #expect(try !concerns(.left, [bob], isSelf: false))
        #expect(try !concerns(.blocked, [bob], isSelf: true))
    }
}
