import Contracts
import JSON
import Telegram
import Testing

@Suite struct CommandMappingTests {
    private func request(_ action: Command.Action, chat: ChatID? = "42", thread: String? = nil) throws -> TelegramRequest {
        let bot = try #require(BotName("demo"))
        return try TelegramRequest(
            Command(bot: bot, platform: .telegram, chat: chat, thread: thread, action: action),
            asset: { $0 == "a.png" ? "/bots/demo/a.png" : nil })
    }

    private func json(_ action: Command.Action, chat: ChatID? = "42", thread: String? = nil) throws -> String {
        let request = try request(action, chat: chat, thread: thread)
        return request.method + " " + JSON.object(request.parameters).description
    }

    @Test func text() throws {
        #expect(try json(.send(OutgoingMessage(.text("hi")))) == #"sendMessage {"chat_id":42,"text":"hi"}"#)
        let full = OutgoingMessage(
            .text("<b>hi</b>"), parseMode: .html,
            keyboard: .inline([[InlineButton("A", .data("k")), InlineButton("B", .url("https://e.org"))]]),
            showsLinkPreview: false, isSilent: true, isProtected: true, replyTo: "7")
        #expect(
            try json(.send(full), thread: "5")
                == #"sendMessage {"chat_id":42,"message_thread_id":5,"text":"<b>hi</b>","parse_mode":"HTML","#
                + #""link_preview_options":{"is_disabled":true},"reply_markup":{"inline_keyboard":[[{"text":"A","callback_data":"k"},{"text":"B","url":"https://e.org"}]]},"#
                + #""disable_notification":true,"protect_content":true,"reply_parameters":{"message_id":7,"allow_sending_without_reply":true}}"#
        )
    }

    static let keyboards: [(Keyboard, String)] = [
        (
            .reply(ReplyKeyboard(rows: [[ReplyButton("Y"), ReplyButton("Me", request: .contact)]], placeholder: "…")),
            #"{"keyboard":[[{"text":"Y"},{"text":"Me","request_contact":true}]],"resize_keyboard":true,"one_time_keyboard":false,"input_field_placeholder":"…"}"#
        ),
        (
            .reply(ReplyKeyboard(rows: [[ReplyButton("App", webApp: "https://e.org")]])),
            #"{"keyboard":[[{"text":"App","web_app":{"url":"https://e.org"}}]],"resize_keyboard":true,"one_time_keyboard":false}"#
        ),
        (.remove, #"{"remove_keyboard":true}"#), (.forceReply, #"{"force_reply":true}"#),
        (
            .inline([
                [
                    InlineButton("W", .webApp(url: "https://e.org")), InlineButton("C", .copyText("x")),
                    InlineButton("S", .switchInline(query: "q")),
                ]
            ]),
            #"{"inline_keyboard":[[{"text":"W","web_app":{"url":"https://e.org"}},{"text":"C","copy_text":{"text":"x"}},{"text":"S","switch_inline_query":"q"}]]}"#
        ),
    ]

    @Test(arguments: keyboards)
    func keyboard(keyboard: Keyboard, expected: String) throws {
        #expect(
            try json(.send(OutgoingMessage(.text("?"), keyboard: keyboard)))
                == #"sendMessage {"chat_id":42,"text":"?","reply_markup":\#(expected)}"#)
    }

    static let media: [(MediaKind, String)] = [
        (.photo, "sendPhoto"), (.audio, "sendAudio"), (.document, "sendDocument"), (.video, "sendVideo"), (.animation, "sendAnimation"),
        (.voice, "sendVoice"),
    ]

    @Test(arguments: media)
    func mediaByIDAndURL(kind: MediaKind, method: String) throws {
        #expect(
            try json(.send(OutgoingMessage(.media(kind, .id("F1"), caption: "c"), parseMode: .markdown)))
                == #"\#(method) {"chat_id":42,"\#(kind.rawValue)":"F1","caption":"c","parse_mode":"MarkdownV2"}"#)
        #expect(
            try json(.send(OutgoingMessage(.media(kind, .url("https://e.org/x"), caption: nil))))
                == #"\#(method) {"chat_id":42,"\#(kind.rawValue)":"https://e.org/x"}"#)
    }

    @Test func captionsOnlyWhereTelegramHasThem() throws {
        #expect(
            try json(.send(OutgoingMessage(.media(.videoNote, .id("F"), caption: "c"))))
                == #"sendVideoNote {"chat_id":42,"video_note":"F"}"#)
        #expect(try json(.send(OutgoingMessage(.media(.sticker, .id("F"), caption: "c")))) == #"sendSticker {"chat_id":42,"sticker":"F"}"#)
    }

    @Test func uploads() throws {
        let request = try request(
            .send(
                OutgoingMessage(
                    .album([
                        AlbumItem(kind: .photo, file: .asset("a.png"), caption: "one"), AlbumItem(kind: .photo, file: .id("F2")),
                        AlbumItem(kind: .photo, file: .asset("a.png")),
                    ]))))
        #expect(request.method == "sendMediaGroup")
        #expect(request.uploads == [.init(name: "file0", path: "/bots/demo/a.png"), .init(name: "file1", path: "/bots/demo/a.png")])
        #expect(
            request.parameters["media"]?.description
                == #"[{"type":"photo","media":"attach://file0","caption":"one"},{"type":"photo","media":"F2"},{"type":"photo","media":"attach://file1"}]"#
        )
    }

    @Test func anAbsentAssetIsRefused() {
        let error = #expect(throws: TelegramError.self) {
            try request(.send(OutgoingMessage(.media(.photo, .asset("b.png"), caption: nil))))
        }
        #expect(error?.code == .rejected)
        #expect(error?.reason == "the bot's folder has no file b.png")
    }

    static let others: [(Command.Action, String)] = [
        (.send(OutgoingMessage(.dice(emoji: nil))), #"sendDice {"chat_id":42}"#),
        (.send(OutgoingMessage(.dice(emoji: "🎯"))), #"sendDice {"chat_id":42,"emoji":"🎯"}"#),
        (
            .send(OutgoingMessage(.location(Location(latitude: 1.5, longitude: 2)))),
            #"sendLocation {"chat_id":42,"latitude":1.5,"longitude":2.0}"#
        ),
        (
            .send(OutgoingMessage(.contact(Contact(phone: "+1", firstName: "A")))),
            #"sendContact {"chat_id":42,"phone_number":"+1","first_name":"A"}"#
        ),
        (
            .send(OutgoingMessage(.venue(Venue(location: Location(latitude: 1, longitude: 2), title: "T", address: "A")))),
            #"sendVenue {"chat_id":42,"latitude":1.0,"longitude":2.0,"title":"T","address":"A"}"#
        ),
        (
            .send(OutgoingMessage(.poll(OutgoingPoll(question: "?", options: ["a", "b"], correctOption: 1)))),
            #"sendPoll {"chat_id":42,"question":"?","options":[{"text":"a"},{"text":"b"}],"is_anonymous":true,"type":"quiz","correct_option_ids":[1]}"#
        ),
        (
            .edit("7", OutgoingMessage(.text("new"), keyboard: .inline([]))),
            #"editMessageText {"chat_id":42,"message_id":7,"reply_markup":{"inline_keyboard":[]},"text":"new"}"#
        ),
        (.edit("7", OutgoingMessage(.text("new"), keyboard: .remove)), #"editMessageText {"chat_id":42,"message_id":7,"text":"new"}"#),
        (
            .edit("7", OutgoingMessage(.media(.photo, .id("F"), caption: "c"))),
            #"editMessageMedia {"chat_id":42,"message_id":7,"media":{"type":"photo","media":"F","caption":"c"}}"#
        ),
        (.editKeyboard("7", nil), #"editMessageReplyMarkup {"chat_id":42,"message_id":7}"#),
        (.delete(["7", "8"]), #"deleteMessages {"chat_id":42,"message_ids":[7,8]}"#),
        (.pin("7", silent: true), #"pinChatMessage {"chat_id":42,"message_id":7,"disable_notification":true}"#),
        (.unpin("7"), #"unpinChatMessage {"chat_id":42,"message_id":7}"#), (.unpin(nil), #"unpinAllChatMessages {"chat_id":42}"#),
        (.copy(from: "43", message: "9"), #"copyMessage {"chat_id":42,"from_chat_id":43,"message_id":9}"#),
        (.chatAction("typing"), #"sendChatAction {"chat_id":42,"action":"typing"}"#),
        (.stopPoll("7"), #"stopPoll {"chat_id":42,"message_id":7}"#),
    ]

    @Test(arguments: others)
    func other(action: Command.Action, expected: String) throws { #expect(try json(action) == expected) }

    @Test func answers() throws {
        #expect(try json(.answerButton(ButtonAnswer(query: "Q")), chat: nil) == #"answerCallbackQuery {"callback_query_id":"Q"}"#)
        #expect(
            try json(.answerButton(ButtonAnswer(query: "Q", text: "T", isAlert: true)), chat: nil)
                == #"answerCallbackQuery {"callback_query_id":"Q","text":"T","show_alert":true}"#)
    }

    @Test func menus() throws {
        #expect(
            try json(.setCommands([MenuCommand(name: "start", description: "Begin")]), chat: nil)
                == #"setMyCommands {"commands":[{"command":"start","description":"Begin"}]}"#)
        #expect(
            try json(.setCommands([MenuCommand(name: "start", description: "Начать")], language: "ru"), chat: nil)
                == #"setMyCommands {"commands":[{"command":"start","description":"Начать"}],"language_code":"ru"}"#)
    }

    @Test func publicChannelsKeepTheirName() throws {
        #expect(try json(.send(OutgoingMessage(.text("x"))), chat: "@news") == #"sendMessage {"chat_id":"@news","text":"x"}"#)
    }

    @Test(arguments: ["100001:AAE_x-9"]) func acceptsToken(text: String) throws {
        let token = try #require(TelegramToken(text))
        #expect(token.account == "100001")
        #expect("\(token) \(String(reflecting: token)) \([token])".contains("AAE") == false)
    }

    @Test(arguments: ["", ":", "1:", ":x", "a:b", "1:a/b", "1:a b", "1:é"]) func refusesToken(text: String) {
        #expect(TelegramToken(text) == nil)
    }
}
