import JSON
import TelegramSimulatorKit
import Testing

@Suite struct MethodTests {
    private let keyboard: JSON = ["inline_keyboard": [[["text": "A", "callback_data": "a"], ["text": "B", "url": "https://e.org"]]]]

    @Test func methodNamesTakeAnyCaseAndUnknownOnesAre404() throws {
        var stage = try Stage()
        #expect(try stage.result("GETME")["username"] == "demo_bot")
        #expect(try stage.call("sendMesage") == ["ok": false, "error_code": 404, "description": "Not Found: method not found"])
    }

    @Test func aSentMessageComesBackWhole() throws {
        var stage = try Stage()
        let message = try stage.result("sendMessage", ["chat_id": .string(String(stage.ann.id)), "text": "hi", "reply_markup": keyboard])
        #expect(message["chat"]?["id"]?.int == stage.ann.id && message["chat"]?["type"] == "private")
        #expect(message["from"]?["is_bot"] == true && message["text"] == "hi" && message["date"] == 1_700_000_000)
        #expect(message["reply_markup"] == keyboard)
        #expect(try stage.result("sendMessage", ["chat_id": .int(stage.ann.id), "text": "2"])["message_id"] == 2)
    }

    @Test(
        arguments: [
            (["text": "x"], "Bad Request: chat_id is empty"), (["chat_id": 1], "Bad Request: message text is empty"),
            (["chat_id": 1, "text": "x"], "Bad Request: chat not found"),
            (["chat_id": "@nobody", "text": "x"], "Bad Request: chat not found"),
            (["chat_id": -5, "text": "x"], "Bad Request: chat not found"),
            (["chat_id": 1, "text": "x", "parse_mode": "BB"], "Bad Request: unsupported parse_mode"),
            (["chat_id": 1, "text": "   "], "Bad Request: text must be non-empty"),
        ] as [(JSON, String)])
    func refusalsOfSendMessage(parameters: JSON, description: String) throws {
        var stage = try Stage()
        #expect(try stage.refusal("sendMessage", parameters) == description)
    }

    @Test func sizesCountUTF16AfterParsing() throws {
        var stage = try Stage()
        #expect(try stage.send(String(repeating: "x", count: 4_096))["ok"] == true)
        #expect(try stage.send(String(repeating: "x", count: 4_097))["description"] == "Bad Request: message is too long")
        #expect(try stage.send(String(repeating: "😀", count: 2_048))["ok"] == true)
        #expect(try stage.send(String(repeating: "😀", count: 2_049))["description"] == "Bad Request: message is too long")
        let marked = "<b>\(String(repeating: "x", count: 4_090))</b>"
        #expect(try stage.refusal("sendMessage", ["chat_id": .int(stage.ann.id), "text": .string(marked), "parse_mode": "HTML"]) == "ok")
    }

    @Test(
        arguments: [
            ([["text": "A", "callback_data": "0123456789012345678901234567890123456789012345678901234567890123"]], "ok"),
            (
                [["text": "A", "callback_data": "01234567890123456789012345678901234567890123456789012345678901234"]],
                "Bad Request: BUTTON_DATA_INVALID"
            ),
            ([["text": "A"]], "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
            ([["callback_data": "a"]], "Bad Request: can't parse inline keyboard button: Can't find field \"text\""),
            (["A"], "Bad Request: can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
            ("x", "Bad Request: field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays"),
        ] as [(JSON, String)])
    func inlineKeyboardsAreChecked(row: JSON, description: String) throws {
        var stage = try Stage()
        #expect(
            try stage.refusal("sendMessage", ["chat_id": .int(stage.ann.id), "text": "x", "reply_markup": ["inline_keyboard": [row]]])
                == description)
    }

    @Test func editing() throws {
        var stage = try Stage()
        let id = try stage.result("sendMessage", ["chat_id": .int(stage.ann.id), "text": "x", "reply_markup": keyboard])["message_id"] ?? 0
        let to: (JSON) -> JSON = { ["chat_id": .int(stage.ann.id), "message_id": id, "text": $0] }
        #expect(
            try stage.refusal("editMessageText", ["chat_id": .int(stage.ann.id), "message_id": id, "text": "x", "reply_markup": keyboard])
                == "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
        )
        let edited = try stage.result("editMessageText", to("y"))
        #expect(edited["text"] == "y" && edited["reply_markup"] == nil && edited["edit_date"] != nil)
        #expect(
            try stage.refusal("editMessageText", ["chat_id": .int(stage.ann.id), "message_id": 99, "text": "z"])
                == "Bad Request: message to edit not found")
        #expect(
            try stage.refusal("editMessageCaption", ["chat_id": .int(stage.ann.id), "message_id": id, "caption": "z"])
                == "Bad Request: there is no caption in the message to edit")
        let said = try stage.world.say("mine", by: stage.ann.id, in: stage.chat)
        #expect(
            try stage.refusal("editMessageText", ["chat_id": .int(stage.ann.id), "message_id": .int(said.id), "text": "z"])
                == "Bad Request: message can't be edited")
        #expect(
            try stage.result("editMessageReplyMarkup", ["chat_id": .int(stage.ann.id), "message_id": id, "reply_markup": keyboard])[
                "reply_markup"] == keyboard)
    }

    @Test func deletingWithinTwoDays() throws {
        var stage = try Stage()
        let ids = try (0..<4).map {
            try stage.result("sendMessage", ["chat_id": .int(stage.ann.id), "text": .string("\($0)")])["message_id"] ?? 0
        }
        #expect(try stage.result("deleteMessage", ["chat_id": .int(stage.ann.id), "message_id": ids[0]]) == true)
        #expect(
            try stage.refusal("deleteMessage", ["chat_id": .int(stage.ann.id), "message_id": ids[0]])
                == "Bad Request: message to delete not found")
        #expect(try stage.result("deleteMessages", ["chat_id": .int(stage.ann.id), "message_ids": .array([ids[0], ids[1], 77])]) == true)
        stage.world.now += 48 * 3_600 + 1
        #expect(
            try stage.refusal("deleteMessage", ["chat_id": .int(stage.ann.id), "message_id": ids[2]])
                == "Bad Request: message can't be deleted")
    }

    @Test func callbacksAreAnsweredOnce() throws {
        var stage = try Stage()
        let sent = try stage.result("sendMessage", ["chat_id": .int(stage.ann.id), "text": "x", "reply_markup": keyboard])
        let query = try stage.world.press(sent["message_id"]?.int ?? 0, row: 0, column: 0, by: stage.ann.id, in: stage.chat)
        let id = JSON.string(query?.id ?? "")
        #expect(try stage.updates().first?["callback_query"]?["message"]?["text"] == "x")
        #expect(try stage.result("answerCallbackQuery", ["callback_query_id": id, "text": "done", "show_alert": true]) == true)
        #expect(
            try stage.refusal("answerCallbackQuery", ["callback_query_id": id])
                == "Bad Request: query is too old and response timeout expired or query ID is invalid")
        #expect(try stage.world.press(sent["message_id"]?.int ?? 0, row: 0, column: 1, by: stage.ann.id, in: stage.chat) == nil)
        #expect(throws: APIFailure.self) {
            try stage.world.press(sent["message_id"]?.int ?? 0, row: 1, column: 0, by: stage.ann.id, in: stage.chat)
        }
    }

    @Test func whoMayBeWrittenTo() throws {
        var stage = try Stage()
        stage.world.setBlocked(true, stage.ann.id, stage.bot)
        #expect(try stage.send("x") == ["ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user"])
        #expect(try stage.updates().last?["my_chat_member"]?["new_chat_member"]?["status"] == "kicked")
        _ = try stage.world.say("/start", by: stage.ann.id, in: stage.chat)
        #expect(try stage.send("x")["ok"] == true)
        stage.world.setDeactivated(true, stage.ann.id)
        #expect(try stage.send("x")["description"] == "Forbidden: user is deactivated")
        let bob = try stage.world.addPerson(name: "Bob")
        #expect(try stage.refusal("sendMessage", ["chat_id": .int(bob.id), "text": "x"]) == "Bad Request: chat not found")
        _ = try stage.world.addGroup(title: "G", creator: bob.id, bots: [stage.bot])
        #expect(
            try stage.refusal("sendMessage", ["chat_id": .int(bob.id), "text": "x"])
                == "Forbidden: bot can't initiate conversation with a user")
    }

    @Test func groups() throws {
        var stage = try Stage()
        let bob = try stage.world.addPerson(name: "Bob")
        let group = try stage.world.addGroup(title: "Team", creator: stage.ann.id, people: [bob.id], bots: [stage.bot])
        _ = try stage.world.say("hi all", by: bob.id, in: group)
        let kinds = try stage.updates().flatMap { $0.object?.members.map(\.key).filter { $0 != "update_id" } ?? [] }
        #expect(kinds == ["message", "my_chat_member", "message"])
        let chat = JSON.int(group.id)
        #expect(try stage.result("getChatMemberCount", ["chat_id": chat]) == 3)
        #expect(try stage.result("getChatMember", ["chat_id": chat, "user_id": .int(stage.ann.id)])["status"] == "creator")
        #expect(try stage.result("getChat", ["chat_id": chat])["title"] == "Team")
        stage.world.leave(.bot(stage.bot), group, by: .person(stage.ann.id))
        #expect(try stage.refusal("sendMessage", ["chat_id": chat, "text": "x"]) == "Forbidden: bot was kicked from the supergroup chat")
        try stage.world.join(.bot(stage.bot), group, by: .person(stage.ann.id))
        #expect(try stage.result("leaveChat", ["chat_id": chat]) == true)
        #expect(
            try stage.refusal("sendMessage", ["chat_id": chat, "text": "x"]) == "Forbidden: bot is not a member of the supergroup chat")
    }

    @Test func copiesForwardsAndPins() throws {
        var stage = try Stage()
        let said = try stage.world.say("original", by: stage.ann.id, in: stage.chat)
        let ann = JSON.int(stage.ann.id)
        let from: JSON = ["chat_id": ann, "from_chat_id": ann, "message_id": .int(said.id)]
        #expect(try stage.result("copyMessage", from) == ["message_id": 2])
        let forwarded = try stage.result("forwardMessage", from)
        #expect(forwarded["text"] == "original" && forwarded["forward_origin"]?["sender_user"]?["id"] == ann)
        #expect(try stage.result("forwardMessages", ["chat_id": ann, "from_chat_id": ann, "message_ids": [1, 2, 90]]).array?.count == 2)
        #expect(try stage.result("pinChatMessage", ["chat_id": ann, "message_id": 1]) == true)
        #expect(try stage.result("getChat", ["chat_id": ann])["pinned_message"]?["text"] == "original")
        #expect(try stage.result("unpinAllChatMessages", ["chat_id": ann]) == true)
        #expect(try stage.refusal("unpinChatMessage", ["chat_id": ann]) == "Bad Request: message to unpin not found")
    }

    @Test func pollsAreVotedOnAndStopped() throws {
        var stage = try Stage()
        let sent = try stage.result(
            "sendPoll",
            ["chat_id": .int(stage.ann.id), "question": "Tea?", "options": [["text": "yes"], ["text": "no"]], "is_anonymous": false])
        let id = sent["message_id"]?.int ?? 0
        try stage.world.vote(id, [1], by: stage.ann.id, in: stage.chat)
        try stage.world.vote(id, [0], by: stage.ann.id, in: stage.chat)
        #expect(try stage.updates().map { $0["poll_answer"]?["option_ids"] ?? $0["poll"]?["total_voter_count"] } == [[1], 1, [0], 1])
        let stopped = try stage.result("stopPoll", ["chat_id": .int(stage.ann.id), "message_id": .int(id)])
        #expect(stopped["is_closed"] == true && stopped["options"]?.array?.map { $0["voter_count"] } == [1, 0])
        #expect(throws: APIFailure.self) { try stage.world.vote(id, [1], by: stage.ann.id, in: stage.chat) }
    }

    @Test func commandsByScope() throws {
        var stage = try Stage()
        let commands: JSON = [["command": "help", "description": "Helps"]]
        #expect(try stage.result("setMyCommands", ["commands": commands]) == true)
        #expect(try stage.result("getMyCommands") == commands)
        #expect(try stage.result("getMyCommands", ["scope": ["type": "all_group_chats"]]) == [])
        #expect(try stage.result("deleteMyCommands") == true)
        #expect(try stage.result("getMyCommands") == [])
        #expect(
            try stage.refusal("setMyCommands", ["commands": [["command": "Bad Name", "description": "x"]]])
                == "Bad Request: BOT_COMMAND_INVALID")
    }

    @Test func memoryIsBounded() throws {
        var stage = try Stage { $0.messagesPerChat = 50 }
        for number in 0..<500 { _ = try stage.send("\(number)") }
        #expect(stage.world.chats[stage.chat]?.messages.count == 50)
        #expect(stage.world.chats[stage.chat]?.messages.last?.id == 500)
        #expect(stage.world.chats[stage.chat]?.messages[450] == nil && stage.world.chats[stage.chat]?.messages[451] != nil)
    }
}

@Suite struct FileTests {
    static let png: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 40, 0, 0, 0, 30, 8, 2, 0, 0, 0,
    ]

    private func parameters(_ stage: Stage, _ object: JSON, _ uploads: [String: Upload]) -> Parameters {
        var parameters = Parameters(object.object ?? JSONObject())
        parameters.add("chat_id", .int(stage.ann.id))
        parameters.uploads = uploads
        return parameters
    }

    private func call(_ stage: inout Stage, _ method: String, _ object: JSON = [:], _ uploads: [String: Upload] = [:]) throws -> JSON {
        guard case .answer(let answer) = stage.world.call(method, bot: stage.bot, parameters(stage, object, uploads)) else {
            throw Stage.Missing()
        }
        return try JSON(parsing: answer.body)
    }

    private let picture = Upload(name: "a.png", contentType: "image/png", bytes: png)

    @Test func anUploadCanBeSentAgainByItsIdAndDownloaded() throws {
        var stage = try Stage()
        let photo = try call(&stage, "sendPhoto", ["caption": "<b>c</b>", "parse_mode": "HTML"], ["photo": picture])["result"]
        let size = photo?["photo"]?.array?.last
        #expect(size?["width"] == 40 && size?["height"] == 30 && photo?["caption"] == "c")
        let id = size?["file_id"] ?? ""
        #expect(try call(&stage, "sendPhoto", ["photo": id])["result"]?["photo"]?.array?.last?["file_id"] == id)
        #expect(
            try call(&stage, "sendDocument", ["document": id])["description"] == "Bad Request: can't use file of type Photo as Document")
        let path = try call(&stage, "getFile", ["file_id": id])["result"]?["file_path"]?.string
        #expect(stage.world.files.file(path: path ?? "")?.bytes == Self.png)
    }

    @Test func attachmentsAndAlbums() throws {
        var stage = try Stage()
        let media: JSON = [["type": "photo", "media": "attach://one", "caption": "first"], ["type": "photo", "media": "attach://two"]]
        let album = try call(&stage, "sendMediaGroup", ["media": media], ["one": picture, "two": picture])["result"]?.array ?? []
        #expect(album.count == 2 && album[0]["media_group_id"] == album[1]["media_group_id"] && album[0]["caption"] == "first")
        #expect(try call(&stage, "sendMediaGroup", ["media": [media.array?.first ?? .null]], ["one": picture])["ok"] == false)
        let edited = try call(
            &stage, "editMessageMedia", ["message_id": album[0]["message_id"] ?? 0, "media": ["type": "document", "media": "attach://d"]],
            ["d": Upload(name: "n.txt", contentType: "text/plain", bytes: [1])])
        #expect(edited["result"]?["document"]?["file_name"] == "n.txt")
    }

    @Test(arguments: [
        ("sendPhoto", "nonsense", "Bad Request: wrong file identifier/HTTP URL specified"),
        ("sendPhoto", "http://example.org/a.png", "Bad Request: failed to get HTTP URL content"),
        ("sendPhoto", "attach://missing", "Bad Request: wrong file identifier/HTTP URL specified"),
        ("sendPhoto", "", "Bad Request: there is no photo in the request"),
        ("sendVideoNote", "", "Bad Request: there is no video note in the request"),
    ])
    func filesThatAreNotThere(method: String, reference: String, description: String) throws {
        var stage = try Stage()
        #expect(try call(&stage, method, ["photo": .string(reference)])["description"]?.string == description)
    }

    @Test func wrongPicturesAndEmptyFiles() throws {
        var stage = try Stage()
        #expect(
            try call(&stage, "sendPhoto", [:], ["photo": Upload(name: "a.png", contentType: nil, bytes: [1, 2])])["description"]
                == "Bad Request: IMAGE_PROCESS_FAILED")
        #expect(
            try call(&stage, "sendDocument", [:], ["document": Upload(name: "a", contentType: nil, bytes: [])])["description"]
                == "Bad Request: file must be non-empty")
    }

    @Test func oldContentMakesRoom() throws {
        var stage = try Stage { $0.fileBytes = 100 }
        var ids: [JSON] = []
        for _ in 0..<4 {
            let sent = try call(
                &stage, "sendDocument", [:], ["document": Upload(name: "a", contentType: nil, bytes: Array(repeating: 1, count: 40))])
            ids.append(sent["result"]?["document"]?["file_id"] ?? "")
        }
        #expect(
            try call(&stage, "getFile", ["file_id": ids[0]])["description"]
                == "Bad Request: wrong file_id or the file is temporarily unavailable")
        #expect(try call(&stage, "getFile", ["file_id": ids[3]])["ok"] == true)
    }
}
