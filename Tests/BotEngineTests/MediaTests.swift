import BotEngine
import BotLanguage
import Contracts
import Testing

/// What screens show beside texts and single files.
@Suite struct MediaTests {
    private func talk(_ screens: String, _ rest: String = "") throws -> Conversation {
        try Conversation(yaml: "bot: b\n\(rest)screens:\n" + screens.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
    }

    @Test func everyKindIsShown() throws {
        let talk = try talk(
            """
            home:
              text: Home
              buttons: [{label: s, go: sticker}, {label: n, go: note}, {label: l, go: place}, {label: v, go: venue}, {label: c, go: contact}, {label: p, go: poll}, {label: q, go: quiz}, {label: d, go: dice}, {label: a, go: album}]
            sticker: {sticker: hello.webp}
            note: {video_note: AgADx}
            place: {location: {latitude: 59.5, longitude: "-30"}}
            venue: {venue: {latitude: "1.5", longitude: 2, title: "${user.first_name}'s", address: "Quay 1"}}
            contact: {contact: {phone: "+1", first_name: Bob, last_name: "${user.last_name == null ? '' : 'x'}"}}
            poll: {poll: {question: "Tea, ${user.first_name}?", options: [Yes, No, {each: "x in ['a', 'b']", text: "${x}!"}], several: true}}
            quiz: {quiz: {question: "1 + 1?", options: ["1", "2"], correct: "2 - 1", explanation: Count}}
            dice: {dice: ⚽️}
            album:
              parse: html
              album:
                - {photo: a.jpg, text: "<b>${user.first_name}</b>"}
                - {each: "x in ['u', 'v']", video: "https://a.b/${x}.mp4", text: "${x + '<'}"}
            """)
        var shown: [String?] = []
        for label in ["s", "n", "l", "v", "c", "p", "q", "d", "a"] {
            try talk.say("/start")
            shown.append(try talk.tap(label).last)
        }
        #expect(
            shown == [
                "<sticker> ", "<video_note> ", "<location> 59.5 -30.0", "<venue> 1.5 2.0 Ann's, Quay 1", "<contact> +1 Bob –",
                "<poll> Tea, Ann? (Yes|No|a!|b!)", "<poll> 1 + 1? (1|2) 1 Count", "<dice> ⚽",
                "<album> photo '<b>Ann</b>', video 'u&lt;', video 'v&lt;'",
            ])
        let poll = talk.commands.compactMap { command -> OutgoingPoll? in
            if case .send(let message) = command.action, case .poll(let poll) = message.content { poll } else { nil }
        }
        #expect(poll.map(\.allowsSeveralAnswers) == [true, false])
        #expect(poll.map(\.isAnonymous) == [true, true])
        // Nobody handles the answers, so nobody needs to know.
        #expect(talk.commands.allSatisfy { $0.receipt != .always })
    }

    @Test func stepsShowThemToo() throws {
        let talk = try Conversation(
            yaml: """
                bot: b
                handlers:
                  - {command: dice, do: [{show: {dice: 🎰}}, {show: {album: [{document: a.txt}, {document: b.txt, text: two}]}}]}
                """)
        #expect(try talk.say("/dice") == ["<dice> 🎰", "<album> document '', document 'two'"])
    }

    /// A place, a photo, that somebody sent.
    @Test func valuesCanBeSentOn() throws {
        let talk = try Conversation(
            yaml: """
                bot: b
                data: {spots: {at: location, file: "sticker?"}}
                handlers:
                  - {message: location, do: [{insert: spots, set: {at: message.location}}, {show: {location: message.location}}]}
                  - message: sticker
                    do:
                      - {each: s in spots, do: [{show: {venue: {at: s.at, title: Spot, address: here}}}]}
                      - {show: {sticker: "${message.sticker}"}}
                """)
        #expect(
            try talk.handle(.message(Message(id: "1", content: .location(Location(latitude: 3, longitude: 4))))) == ["<location> 3.0 4.0"])
        #expect(
            try talk.handle(.message(Message(id: "2", content: .media(.sticker, File(id: "S"), caption: nil)))) == [
                "<venue> 3.0 4.0 Spot, here", "<sticker> ",
            ])
        guard case .send(let message)? = talk.commands.last?.action else { return }
        #expect(message.content == .media(.sticker, .id("S"), caption: nil))
    }

    // MARK: What takes a message's place

    @Test func onlyTheSameKindIsEdited() throws {
        let talk = try talk(
            """
            home: {text: Home, buttons: [{label: photo, go: photo}, {label: dice, go: dice}]}
            photo: {photo: a.jpg, buttons: [{label: video, go: video}, {label: home, go: home}]}
            video: {video: a.mp4, buttons: [{label: voice, go: voice}]}
            voice: {voice: a.ogg, buttons: [{label: back, back: true}]}
            dice: {dice: 🎲, buttons: [{label: again, go: dice}, {label: home, go: home}]}
            """)
        try talk.say("/start")
        #expect(try talk.tap("photo") == ["toast", "<photo>  [video] [home]"])
        #expect(try talk.tap("video") == ["toast", "edit: <video>  [voice]"])
        #expect(try talk.tap("voice") == ["toast", "<voice>  [back]"])
        #expect(try talk.tap("back") == ["toast", "<video>  [voice]"])
        try talk.say("/start")
        #expect(try talk.tap("dice") == ["toast", "<dice> 🎲 [again] [home]"])
        // A die that is cast again is another one.
        #expect(try talk.tap("again") == ["toast", "<dice> 🎲 [again] [home]"])
        #expect(try talk.tap("home") == ["toast", "Home [photo] [dice]"])
        // The older one's buttons go on working.
        #expect(try talk.tap("again", shownTo: "ann", by: "ann") == ["toast", "<dice> 🎲 [again] [home]"])
    }

    // MARK: Limits at run time

    private func failure(_ screen: String) throws -> String? {
        let talk = try talk("home:\n" + screen.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
        try talk.say("/start")
        return talk.outcomes.last?.failure?.description
    }

    @Test func whatTelegramRefusesIsAFailureOfTheDefinition() throws {
        let long = "${lists.range(size(user.first_name) + 98).map(i, 'x').join('')}"
        let cases: [(screen: String, message: String)] = [
            (
                "poll: {question: \"${user.username == null ? '' : 'x'}\", options: [a]}",
                "bot.yaml:4:22: the question of a poll is empty"
            ),
            (
                "poll: {question: a, options: [\"\(long)\"]}",
                "bot.yaml:4:35: an option of a poll has 101 characters; 100 are allowed"
            ),
            (
                "poll: {question: a, options: {each: x in lists.range(13), text: \"${x}\"}}",
                "bot.yaml:4:11: the poll has more than 12 options; 1 to 12 are allowed"
            ),
            (
                "poll: {question: a, options: {each: \"x in lists.range(1).filter(y, false)\", text: \"${x}\"}}",
                "bot.yaml:4:11: the poll has no options; 1 to 12 are allowed"
            ),
            (
                "quiz: {question: a, options: [a, b], correct: size(user.first_name)}",
                "bot.yaml:4:51: 'correct' is none of the 2 options"
            ),
            (
                "quiz: {question: a, options: [a, b], correct: '0', explanation: \"\(long)\(long)\"}",
                "bot.yaml:4:69: the explanation has 202 characters; 200 are allowed, in 3 lines"
            ),
            (
                "album: [{each: \"x in lists.range(11)\", photo: \"a${x}.jpg\"}]",
                "bot.yaml:4:51: the album has more than 10 items; 1 to 10 are allowed"
            ),
            (
                "location: {latitude: size(user.first_name) * 100, longitude: '0'}",
                "bot.yaml:4:26: the latitude is not between -90 and 90 degrees"
            ),
        ]
        for item in cases {
            let found = try failure(item.screen)
            #expect(found == item.message)
        }
    }

    @Test func anAlbumOfOneIsTheFileItself() throws {
        let talk = try talk("home: {album: [{each: \"x in ['a']\", photo: \"${x}.jpg\", text: one}]}")
        #expect(try talk.say("/start") == ["<photo> one"])
    }

    // MARK: Web apps

    @Test func webAppsOpenFromBothKindsOfKeyboards() throws {
        let talk = try Conversation(
            yaml: """
                bot: b
                screens:
                  home: {text: Home, buttons: [{label: Open, web_app: "https://a.b/${user.id}"}]}
                  menu: {text: Menu, keyboard: reply, buttons: [{label: App, web_app: "https://a.b"}]}
                handlers:
                  - {command: menu, do: [{show: menu}]}
                  - {message: web_app_data, do: [{show: {text: "Got ${message.web_app_data}"}}]}
                """)
        try talk.say("/start")
        #expect(talk.inline["ann"]?.buttons == [InlineButton("Open", .webApp(url: "https://a.b/1"))])
        try talk.say("/menu")
        guard case .send(let message)? = talk.commands.last?.action, case .reply(let keyboard)? = message.keyboard else {
            Issue.record("no reply keyboard")
            return
        }
        #expect(keyboard.rows == [[ReplyButton("App", webApp: "https://a.b")]])
        #expect(try talk.handle(.message(Message(id: "9", content: .webAppData("42")))) == ["Got 42"])
        talk.chatKind = .group
        try talk.say("/start")
        #expect(talk.outcomes.last?.failure?.message.hasPrefix("a button with 'web_app' works in private chats only") ?? false)
    }
}
