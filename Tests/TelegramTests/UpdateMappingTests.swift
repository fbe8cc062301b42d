import Contracts
import JSON
import Telegram
import Testing

@Suite struct UpdateMappingTests {
    private let bot = TelegramBot(name: BotName("demo")!, id: "100001")
    private let now = Timestamp(milliseconds: 77)
    private static let user = #""from":{"id":42,"is_bot":false,"first_name":"Ann","language_code":"en"}"#
    private static let chat = #""chat":{"id":42,"type":"private","first_name":"Ann"}"#
    private static let group = #""chat":{"id":-1001,"type":"supergroup","title":"Team"}"#

    private func map(_ kind: String, _ payload: String) throws -> (event: Event, problem: JSONError?) {
        try TelegramUpdate(parsing: Array(#"{"update_id":5,"\#(kind)":\#(payload)}"#.utf8)).event(for: bot, receivedAt: now)
    }

    private func message(_ members: String, chat: String = chat) throws -> Event {
        let (event, problem) = try map("message", #"{"message_id":7,"date":1700000000,\#(Self.user),\#(chat),\#(members)}"#)
        #expect(problem == nil)
        return event
    }

    private func content(_ members: String) throws -> Message.Content? {
        guard case .message(let message) = try message(members).content else { return nil }
        return message.content
    }

    @Test func textMessage() throws {
        let event = try message(#""text":"hi","entities":[{"type":"bold","offset":0,"length":2}]"#)
        #expect(
            event
                == Event(
                    bot: bot.name, platform: .telegram, at: Timestamp(milliseconds: 1_700_000_000_000), chat: Chat(id: "42", kind: .direct),
                    person: Person(id: "42", firstName: "Ann", language: "en"),
                    content: .message(
                        Message(id: "7", content: .text(FormattedText("hi", entities: [TextEntity(type: "bold", offset: 0, length: 2)]))))))
        #expect(event.partitionKey == "demo/42")
    }

    @Test func anUpdateKeepsItsIdentity() throws {
        let update = try TelegramUpdate(parsing: Array(#"{"update_id":5,"message":{}}"#.utf8))
        #expect(update.envelopeID(for: bot.name) == "telegram:demo:5")
    }

    static let commands: [(String, String, BotCommand?)] = [
        ("/start", #"{"type":"bot_command","offset":0,"length":6}"#, BotCommand(name: "start")),
        (
            "/Add@Demo_bot  soup 300 ", #"{"type":"bot_command","offset":0,"length":13}"#,
            BotCommand(name: "add", arguments: "soup 300", addressee: "Demo_bot")
        ),
        ("/start\nx", #"{"type":"bot_command","offset":0,"length":6}"#, BotCommand(name: "start", arguments: "x")),
        ("see /start", #"{"type":"bot_command","offset":4,"length":6}"#, nil),
        ("/start", #"{"type":"bot_command","offset":0,"length":600}"#, nil),
        ("/", #"{"type":"bot_command","offset":0,"length":1}"#, nil),
        ("😀/start", #"{"type":"bot_command","offset":2,"length":6}"#, nil),
    ]

    @Test(arguments: commands)
    func command(text: String, entity: String, expected: BotCommand?) throws {
        let content = try message(#""text":\#(JSON.string(text)),"entities":[\#(entity)]"#).content
        if case .command(let command, _) = content { #expect(command == expected) } else { #expect(expected == nil) }
    }

    @Test func largestPhotoSize() throws {
        let sizes =
            #""photo":[{"file_id":"S","width":90,"height":90},{"file_id":"L","width":900,"height":600},{"file_id":"M","width":300,"height":200}],"caption":"c""#
        #expect(try content(sizes) == .media(.photo, File(id: "L", width: 900, height: 600), caption: FormattedText("c")))
    }

    @Test func animationIsNoDocument() throws {
        let both = #""animation":{"file_id":"A","width":1,"height":1,"duration":2},"document":{"file_id":"D"}"#
        #expect(try content(both) == .media(.animation, File(id: "A", width: 1, height: 1, duration: 2), caption: nil))
    }

    @Test func venueIsNoLocation() throws {
        let both =
            #""venue":{"location":{"latitude":1,"longitude":2.5},"title":"T","address":"A"},"location":{"latitude":1,"longitude":2.5}"#
        #expect(try content(both) == .venue(Venue(location: Location(latitude: 1, longitude: 2.5), title: "T", address: "A")))
    }

    static let media: [(String, MediaKind)] = [
        ("audio", .audio), ("document", .document), ("video", .video), ("voice", .voice), ("video_note", .videoNote), ("sticker", .sticker),
    ]

    @Test(arguments: media)
    func mediaKind(member: String, kind: MediaKind) throws {
        let file = #""\#(member)":{"file_id":"F","file_unique_id":"U","file_name":"n","mime_type":"t","file_size":5000000000,"duration":3}"#
        #expect(
            try content(file)
                == .media(kind, File(id: "F", uniqueID: "U", name: "n", mimeType: "t", size: 5_000_000_000, duration: 3), caption: nil))
    }

    static let contents: [(String, Message.Content)] = [
        (#""location":{"latitude":1,"longitude":2.5}"#, .location(Location(latitude: 1, longitude: 2.5))),
        (
            #""contact":{"phone_number":"+1","first_name":"Bob","user_id":43}"#,
            .contact(Contact(phone: "+1", firstName: "Bob", person: "43"))
        ),
        (#""dice":{"emoji":"🎲","value":6}"#, .dice(Dice(emoji: "🎲", value: 6))),
        (#""web_app_data":{"data":"{}","button_text":"B"}"#, .webAppData("{}")),
        (
            #""poll":{"id":"P","question":"?","options":[{"text":"a","voter_count":0}],"is_closed":false,"is_anonymous":true,"type":"regular","allows_multiple_answers":true}"#,
            .poll(
                Poll(
                    id: "P", question: "?", options: [.init(text: "a", votes: 0)], isClosed: false, isAnonymous: true, isQuiz: false,
                    allowsSeveralAnswers: true))
        ),
    ]

    @Test(arguments: contents)
    func otherContent(members: String, expected: Message.Content) throws { #expect(try content(members) == expected) }

    @Test func partsOfAnAlbumRepliesAndForwards() throws {
        let members =
            #""photo":[{"file_id":"F","width":1,"height":1}],"media_group_id":"A","reply_to_message":{"message_id":3,"date":0,\#(Self.chat)},"forward_origin":{"type":"hidden_user","date":0,"sender_user_name":"x"}"#
        guard case .message(let message) = try message(members).content else { throw JSONError(.type, "no message") }
        #expect(message.album == "A")
        #expect(message.replyTo == "3")
        #expect(message.isForwarded)
    }

    @Test(arguments: ["edited_message", "edited_channel_post"]) func edit(kind: String) throws {
        let (event, problem) = try map(kind, #"{"message_id":7,"date":1,"edit_date":2,\#(Self.chat),"text":"new"}"#)
        #expect(problem == nil)
        #expect(event.content == .messageEdited(Message(id: "7", content: .text(FormattedText("new")))))
    }

    @Test func aChannelPostHasNoPerson() throws {
        let event = try map("channel_post", #"{"message_id":7,"date":1,"chat":{"id":-100,"type":"channel"},"text":"news"}"#).event
        #expect(event.kind == "message")
        #expect(event.person == nil)
        #expect(event.chat?.kind == .channel)
    }

    @Test func joinRequest() throws {
        let event = try map("chat_join_request", #"{\#(Self.group),\#(Self.user),"user_chat_id":42,"date":1}"#).event
        guard case .membership(let change) = event.content else { throw JSONError(.type, event.kind) }
        #expect(change.change == .requested)
        #expect(change.members.map(\.id) == ["42"])
    }

    @Test func topicsAreToldFromThreadsOfReplies() throws {
        #expect(try message(#""message_thread_id":5,"is_topic_message":true,"text":"x""#, chat: Self.group).thread == "5")
        #expect(try message(#""message_thread_id":5,"text":"x""#, chat: Self.group).thread == nil)
    }

    @Test func serviceAndUnknownMessagesPassOn() throws {
        #expect(
            try content(#""pinned_message":{"message_id":1}"#) == .native(NativeEvent(kind: "pinned_message", payload: ["message_id": 1])))
        #expect(try content(#""hologram":[1]"#) == .native(NativeEvent(kind: "hologram", payload: [1])))
        #expect(try content(#""reply_markup":{}"#) == .native(NativeEvent(kind: "empty", payload: .null)))
    }

    @Test func membersOfAMessage() throws {
        let joined = try message(
            #""new_chat_members":[{"id":100001,"is_bot":true,"first_name":"Demo"},{"id":43,"is_bot":false,"first_name":"Bob"}]"#,
            chat: Self.group)
        guard case .membership(let change) = joined.content else { throw JSONError(.type, joined.kind) }
        #expect(change.change == .joined)
        #expect(change.members.map(\.id) == ["100001", "43"])
        #expect(change.isSelf)
        let left = try message(#""left_chat_member":{"id":43,"is_bot":false,"first_name":"Bob"}"#, chat: Self.group)
        #expect(left.content == .membership(MembershipChange(change: .left, members: [Person(id: "43", firstName: "Bob")])))
    }

    static let transitions: [(String, String, String, MembershipChange.Change)] = [
        (chat, #""status":"member""#, #""status":"kicked""#, .blocked), (chat, #""status":"kicked""#, #""status":"member""#, .unblocked),
        (group, #""status":"left""#, #""status":"member""#, .joined), (group, #""status":"administrator""#, #""status":"left""#, .left),
        (group, #""status":"member""#, #""status":"administrator""#, .rights),
        (group, #""status":"restricted","is_member":false"#, #""status":"member""#, .joined),
        (group, #""status":"member""#, #""status":"restricted","is_member":true"#, .rights),
    ]

    @Test(arguments: transitions)
    func membership(chat: String, before: String, after: String, change: MembershipChange.Change) throws {
        let user = #""user":{"id":100001,"is_bot":true,"first_name":"Demo"}"#
        let payload = #"{\#(chat),\#(Self.user),"date":1,"old_chat_member":{\#(before),\#(user)},"new_chat_member":{\#(after),\#(user)}}"#
        for kind in ["my_chat_member", "chat_member"] {
            let (event, problem) = try map(kind, payload)
            #expect(problem == nil)
            guard case .membership(let seen) = event.content else { throw JSONError(.type, event.kind) }
            #expect(seen.change == change)
            #expect(seen.isSelf == (kind == "my_chat_member"))
        }
    }

    /// As with messages: outside forums the field only groups replies, and an answer can't be sent there.
    @Test func buttonsKnowTheirTopic() throws {
        func thread(_ more: String) throws -> String? {
            try map(
                "callback_query",
                #"{"id":"9","chat_instance":"x",\#(Self.user),"data":"k","message":{"message_id":3,"date":0,\#(Self.group)\#(more)}}"#
            ).event.thread
        }
        #expect(try thread(#","message_thread_id":5,"is_topic_message":true"#) == "5")
        #expect(try thread(#","message_thread_id":5"#) == nil)
    }

    @Test func button() throws {
        let (event, _) = try map(
            "callback_query", #"{"id":"9","chat_instance":"x",\#(Self.user),"data":"k","message":{"message_id":3,"date":0,\#(Self.chat)}}"#)
        #expect(event.content == .button(ButtonPress(query: "9", data: "k", message: "3")))
        #expect(event.at == now)
        #expect(event.chat?.id == "42")
        let inline = try map("callback_query", #"{"id":"9","chat_instance":"x",\#(Self.user),"inline_message_id":"i"}"#).event
        #expect(inline.content == .button(ButtonPress(query: "9", data: nil, message: nil)))
        #expect(inline.partitionKey == "demo/person:42")
    }

    @Test func pollAndItsAnswers() throws {
        let poll =
            #"{"id":"P","question":"?","options":[{"text":"a","voter_count":1}],"total_voter_count":1,"is_closed":true,"is_anonymous":false,"type":"quiz","correct_option_ids":[0]}"#
        #expect(
            try map("poll", poll).event.content
                == .poll(
                    Poll(
                        id: "P", question: "?", options: [.init(text: "a", votes: 1)], isClosed: true, isAnonymous: false, isQuiz: true,
                        correctOptions: [0])))
        #expect(
            try map("poll_answer", #"{"poll_id":"P","option_ids":[0,2],"user":{"id":42,"is_bot":false,"first_name":"Ann"}}"#).event.content
                == .pollAnswer(PollAnswer(poll: "P", options: [0, 2])))
    }

    @Test func unknownKindKeepsChatAndPerson() throws {
        let (event, problem) = try map("teleport", #"{\#(Self.group),\#(Self.user),"to":"Mars"}"#)
        #expect(problem == nil)
        #expect(event.partitionKey == "demo/-1001")
        #expect(event.person?.id == "42")
        guard case .native(let native) = event.content else { throw JSONError(.type, event.kind) }
        #expect(native.kind == "teleport")
        #expect(native.payload["to"] == "Mars")
    }

    @Test func anUnexpectedInsidePassesOnWithItsPlace() throws {
        let (event, problem) = try map("message", #"{"message_id":"seven","date":1,\#(Self.chat)}"#)
        #expect(event.kind == "native")
        #expect(event.chat?.id == "42")
        #expect(problem?.description == "message.message_id: expected a whole number, found a string")
    }

    @Test(arguments: ["", "[]", "{}", "null", #"{"update_id":"5"}"#, #"{"update_id":5"#, #"{"update_id":1.5}"#])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try TelegramUpdate(parsing: Array(text.utf8)) }
    }

    @Test func anEmptyUpdatePassesOn() throws {
        let update = try TelegramUpdate(parsing: Array(#"{"update_id":5}"#.utf8))
        #expect(update.event(for: bot, receivedAt: now).event.content == .native(NativeEvent(kind: "update", payload: .null)))
    }
}
