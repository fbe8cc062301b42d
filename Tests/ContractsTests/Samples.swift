import Contracts
import JSON

/// One of every kind, for the golden files.
enum Samples {
    static let bot = BotName("demo")!
    static let chat = Chat(id: "42", kind: .direct, username: "ann")
    static let ann = Person(id: "42", firstName: "Ann", lastName: "Lee", username: "ann", language: "en")
    static let file = File(
        id: "F1", uniqueID: "U1", name: "a.bin", mimeType: "application/octet-stream", size: 1234, width: 640, height: 480, duration: 9)
    static let poll = Poll(
        id: "P1", question: "Tea?", options: [.init(text: "Yes", votes: 2), .init(text: "No")], isAnonymous: false, isQuiz: true,
        correctOptions: [0])
    static let location = Location(latitude: 59.9375, longitude: -30.25)
    static let venue = Venue(location: location, title: "Pier", address: "1, Quay")
    static let contact = Contact(phone: "+123", firstName: "Bob", lastName: "Ray", person: "43")

    static let messageContents: [(String, Message.Content)] =
        [
            (
                "text",
                .text(
                    FormattedText(
                        "hi 😀",
                        entities: [
                            TextEntity(type: "bold", offset: 0, length: 2),
                            TextEntity(type: "text_link", offset: 3, length: 2, url: "https://example.org"),
                            TextEntity(type: "text_mention", offset: 0, length: 1, person: "43"),
                        ]))
            ),
            ("location", .location(location)), ("venue", .venue(venue)), ("contact", .contact(contact)), ("poll", .poll(poll)),
            ("dice", .dice(Dice(emoji: "🎲", value: 6))), ("web_app_data", .webAppData("{\"a\":1}")),
            ("native", .native(NativeEvent(kind: "pinned_message", payload: ["message_id": 7]))),
        ] + MediaKind.allCases.map { ($0.rawValue, .media($0, file, caption: $0 == .photo ? FormattedText("cap") : nil)) }

    static let events: [(name: String, event: Event)] =
        messageContents.map { ("message-\($0.0)", event(.message(message($0.1)))) } + [
            (
                "message-album-reply-forward",
                event(
                    .message(
                        Message(
                            id: "8", content: .media(.photo, file, caption: nil), album: "A1", replyTo: "7", isForwarded: true)))
            ),
            ("message_edited", event(.messageEdited(message(.text(FormattedText("new")))))),
            (
                "command",
                event(
                    .command(
                        BotCommand(name: "add", arguments: "soup 300", addressee: "demo_bot"),
                        message(.text(FormattedText("/add@demo_bot soup 300")))))
            ),
            (
                "signal",
                Event(
                    bot: bot, platform: .telegram, at: Timestamp(milliseconds: 1),
                    content: .signal(Signal(name: "dispatch", arguments: JSONObject([("n", 1)]), lane: "desk", hops: 2)))
            ),
            ("signal-person", event(.signal(Signal(name: "remind")))),
            ("post-screen", event(.post(.screen("board", arguments: JSONObject([("g", 7)]))))),
            ("post-message", event(.post(.message(OutgoingMessage(.text("Closed")))))),
            ("post-copy", event(.post(.copy(from: "43", message: "7")))),
            ("row_change", event(.rowChange(RowChange(collection: "games", row: 7)))),
            ("button", event(.button(ButtonPress(query: "Q1", data: "k1", message: "7")))),
            ("poll", Event(bot: bot, platform: .telegram, at: Timestamp(milliseconds: 1), content: .poll(poll))),
            (
                "poll_answer",
                Event(
                    bot: bot, platform: .telegram, at: Timestamp(milliseconds: 1), person: ann,
                    content: .pollAnswer(PollAnswer(poll: "P1", options: [1])))
            ),
            (
                "poll_answer-asked",
                event(
                    .pollAnswer(
                        PollAnswer(
                            poll: "P1", options: [1],
                            asked: AskedPoll(
                                screen: "lunch", arguments: JSONObject([("r", 7)]), options: ["Soup", "Salad"], correctOption: 1))))
            ),
            (
                "receipt-poll",
                Event(
                    bot: bot, platform: .telegram, at: Timestamp(milliseconds: 1), chat: Chat(id: "-5", kind: .group),
                    content: .receipt(Receipt(command: "e/0", outcome: .done(messages: ["7"]), poll: "P1")))
            ),
            ("receipt-done", event(.receipt(Receipt(command: "e/0", outcome: .done(messages: ["7", "8"]))))),
            ("receipt-blocked", event(.receipt(Receipt(command: "e/0", outcome: .blocked(reason: "bot was blocked by the user"))))),
            ("receipt-failed", event(.receipt(Receipt(command: "e/0", outcome: .failed(code: 400, reason: "chat not found"))))),
            ("receipt-ambiguous", event(.receipt(Receipt(command: "e/0", outcome: .ambiguous(reason: "timed out"))))),
            ("receipt-dropped", event(.receipt(Receipt(command: "e/0", outcome: .dropped(reason: "superseded"))))),
            (
                "timer",
                event(
                    .timer(
                        DueTimer(
                            key: "rows/orders/17/reminder", revision: 4, name: "reminder", due: Timestamp(milliseconds: 1_767_607_199_000),
                            payload: ["order": 17])))
            ),
            ("native", event(.native(NativeEvent(kind: "chat_boost", payload: ["boost": ["id": "x"]])))),
        ]
        + [MembershipChange.Change.joined, .left, .requested, .blocked, .unblocked, .rights].map {
            (
                "membership-\($0.rawValue)",
                event(.membership(MembershipChange(change: $0, members: [ann], isSelf: $0 == .blocked, status: "member")))
            )
        }

    static let outgoing: [(String, OutgoingMessage)] =
        [
            (
                "text",
                OutgoingMessage(
                    .text("<b>hi</b>"), parseMode: .html,
                    keyboard: .inline([
                        [InlineButton("A", .data("k1")), InlineButton("B", .url("https://example.org"))],
                        [
                            InlineButton("C", .webApp(url: "https://example.org/app")), InlineButton("D", .copyText("x")),
                            InlineButton("E", .switchInline(query: "q")),
                        ],
                    ]), showsLinkPreview: false, isSilent: true, isProtected: true, replyTo: "7")
            ),
            (
                "reply-keyboard",
                OutgoingMessage(
                    .text("?"),
                    keyboard: .reply(
                        ReplyKeyboard(
                            rows: [[ReplyButton("Yes"), ReplyButton("Me", request: .contact)]], isOneTime: true, placeholder: "…")))
            ),
            (
                "web-apps",
                OutgoingMessage(
                    .text("?"), keyboard: .reply(ReplyKeyboard(rows: [[ReplyButton("App", webApp: "https://example.org/app")]])))
            ),
            ("remove-keyboard", OutgoingMessage(.text("?"), keyboard: .remove)),
            ("force-reply", OutgoingMessage(.text("?"), keyboard: .forceReply)),
            (
                "album",
                OutgoingMessage(
                    .album([
                        AlbumItem(kind: .photo, file: .id("F1"), caption: "one"),
                        AlbumItem(kind: .video, file: .url("https://example.org/v.mp4")),
                    ]))
            ),
            ("location", OutgoingMessage(.location(location))), ("venue", OutgoingMessage(.venue(venue))),
            ("contact", OutgoingMessage(.contact(contact))), ("dice", OutgoingMessage(.dice(emoji: "🎯"))),
            (
                "poll",
                OutgoingMessage(
                    .poll(
                        OutgoingPoll(
                            question: "2+2?", options: ["3", "4"], isAnonymous: false, allowsSeveralAnswers: false, correctOption: 1,
                            explanation: "Count")))
            ),
        ]
        + MediaKind.allCases.map {
            ($0.rawValue, OutgoingMessage(.media($0, .asset("pictures/a.png"), caption: "cap"), parseMode: .markdown))
        }

    static let commands: [(name: String, command: Command)] =
        outgoing.map { ("send-\($0.0)", command(.send($0.1))) } + [
            ("edit", command(.edit("7", OutgoingMessage(.text("new"))))),
            ("edit_keyboard", command(.editKeyboard("7", .inline([[InlineButton("A", .data("k"))]])))),
            ("edit_keyboard-away", command(.editKeyboard("7", nil))),
            ("delete", command(.delete(["7", "8"]))), ("pin", command(.pin("7", silent: true))), ("unpin", command(.unpin("7"))),
            ("unpin-all", command(.unpin(nil))), ("copy", command(.copy(from: "43", message: "9"))),
            (
                "answer_button",
                Command(
                    bot: bot, platform: .telegram, chat: nil,
                    action: .answerButton(ButtonAnswer(query: "Q1", text: "Saved", isAlert: true)),
                    receipt: .never, notAfter: Timestamp(milliseconds: 150_000))
            ),
            ("chat_action", command(.chatAction("typing"))), ("stop_poll", command(.stopPoll("7"))),
            (
                "set_commands",
                Command(
                    bot: bot, platform: .telegram, chat: nil,
                    action: .setCommands([MenuCommand(name: "start", description: "Begin")]), receipt: .never, isRepeatable: true)
            ),
            (
                "policies",
                Command(
                    bot: bot, platform: .telegram, chat: "42", thread: "5", person: "42", action: .delete(["1"]), receipt: .always,
                    isRepeatable: true,
                    notAfter: Timestamp(milliseconds: 99))
            ),
        ]

    private static func event(_ content: Event.Content) -> Event {
        Event(
            bot: bot, platform: .telegram, at: Timestamp(milliseconds: 1_767_607_200_000), chat: chat, person: ann, thread: "5",
            content: content)
    }

    private static func message(_ content: Message.Content) -> Message { Message(id: "7", content: content) }

    private static func command(_ action: Command.Action) -> Command {
        Command(bot: bot, platform: .telegram, chat: "42", action: action)
    }
}
