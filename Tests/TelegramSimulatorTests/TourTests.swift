import JSON
import TelegramSimulatorKit
import Testing

/// A walk through the methods and updates. With a description of the real API every answer is checked against it.
@Suite struct TourTests {
    /// What methods answer, by the first that matches; all else answers True.
    private static let results: [(String, String)] = [
        ("getMe", "User"), ("sendMediaGroup", "Array of Message"), ("forwardMessages", "Array of MessageId"),
        ("copyMessages", "Array of MessageId"), ("copyMessage", "MessageId"), ("sendChatAction", "True"), ("sendMessageDraft", "True"),
        ("getChatGifts", "OwnedGifts"), ("send", "Message"),
        ("forwardMessage", "Message"), ("editMessage", "Message"), ("stopMessageLiveLocation", "Message"), ("stopPoll", "Poll"),
        ("getFile", "File"), ("getUserProfilePhotos", "UserProfilePhotos"), ("getChatMenuButton", "MenuButton"),
        ("getChatMemberCount", "Integer"), ("getChatMember", "ChatMember"), ("getChatAdministrators", "Array of ChatMember"),
        ("getChat", "ChatFullInfo"), ("exportChatInviteLink", "String"), ("createChatInviteLink", "ChatInviteLink"),
        ("editChatInviteLink", "ChatInviteLink"), ("revokeChatInviteLink", "ChatInviteLink"), ("getMyCommands", "Array of BotCommand"),
        ("getMyName", "BotName"), ("getMyDescription", "BotDescription"), ("getMyShortDescription", "BotShortDescription"),
        ("getMyDefaultAdministratorRights", "ChatAdministratorRights"), ("answerWebAppQuery", "SentWebAppMessage"),
        ("getWebhookInfo", "WebhookInfo"), ("createForumTopic", "ForumTopic"), ("getAvailableGifts", "Gifts"),
        ("getUserGifts", "OwnedGifts"), ("getUserProfileAudios", "UserProfileAudios"),
        ("getUserPersonalChatMessages", "Array of Message"), ("createInvoiceLink", "String"),
        ("getMyStarBalance", "StarAmount"), ("getStarTransactions", "StarTransactions"), ("setGameScore", "Message"),
        ("getGameHighScores", "Array of GameHighScore"), ("getForumTopicIconStickers", "Array of Sticker"),
        ("getUserChatBoosts", "UserChatBoosts"), ("getStickerSet", "StickerSet"), ("getCustomEmojiStickers", "Array of Sticker"),
        ("uploadStickerFile", "File"), ("createChatSubscriptionInviteLink", "ChatInviteLink"),
        ("editChatSubscriptionInviteLink", "ChatInviteLink"), ("savePreparedInlineMessage", "PreparedInlineMessage"),
        ("getUpdates", "Array of Update"),
    ]

    /// Written for clients that are older than its successor `correct_option_ids`.
    private static let extras = ["Poll has no correct_option_id"]

    struct Walk {
        var stage: Stage
        let api: BotAPIDescription?
        var called: Set<String> = []

        mutating func call(_ method: String, _ parameters: JSON = [:], uploads: [String: Upload] = [:]) throws -> JSON {
            let result = try stage.result(method, parameters, uploads: uploads)
            called.insert(method)
            // Inline messages answer True in the place of the message.
            if result == true, parameters["inline_message_id"] != nil { return result }
            let type = results.first { method.hasPrefix($0.0) }?.1 ?? "True"
            check(result, type, method)
            return result
        }

        func check(_ value: JSON, _ type: String, _ path: String) {
            guard let api else { return }
            let problems = api.problems(value, type, at: path).filter { problem in !extras.contains { problem.hasSuffix($0) } }
            #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
        }
    }

    @Test func answersAndUpdatesHaveTheRealShape() throws {
        var walk = Walk(stage: try Stage(), api: try BotAPIDescription.path.map { try BotAPIDescription(path: $0) })
        walk.stage.world.now = Stage.start
        _ = try walk.call("getMe")
        _ = try walk.stage.result("getUpdates", ["allowed_updates": .array(UpdateKind.allCases.map { .string($0.rawValue) })])
        try privateChat(&walk)
        try files(&walk)
        try polls(&walk)
        try inline(&walk)
        try groups(&walk)
        try forum(&walk)
        try appearance(&walk)
        try stickerSets(&walk)
        try payments(&walk)
        try games(&walk)
        try drafts(&walk)
        try nothing(&walk)
        try channel(&walk)
        try bot(&walk)
        let updates = try walk.stage.updates()
        walk.check(.array(updates), "Array of Update", "getUpdates")
        let kinds = Set(updates.flatMap { $0.object?.members.map(\.key) ?? [] }).subtracting(["update_id"])
        #expect(
            kinds == [
                "message", "edited_message", "channel_post", "edited_channel_post", "message_reaction", "message_reaction_count",
                "inline_query", "chosen_inline_result", "callback_query", "poll", "poll_answer", "my_chat_member", "chat_member",
                "chat_join_request", "chat_boost", "shipping_query", "pre_checkout_query",
                "purchased_paid_media", "stopped_message_generation", "subscription", "removed_chat_boost",
            ])
        let left = Set(MethodTable.all.map(\.name)).subtracting(walk.called)
        #expect(left == MethodTable.refused.union(["getUpdates", "logOut", "close"]), "not called: \(left.sorted())")
    }

    private func privateChat(_ walk: inout Walk) throws {
        let ann = walk.stage.ann.id
        let chat = walk.stage.chat
        let keyboard: JSON = ["inline_keyboard": [[["text": "A", "callback_data": "a"], ["text": "B", "url": "https://e.org"]]]]
        let to: ([(String, JSON)]) -> JSON = { .object(JSONObject([("chat_id", .int(ann))] + $0.map { (key: $0.0, value: $0.1) })) }
        let said = try walk.stage.world.say("/start hello @demo_bot", by: ann, in: chat)
        _ = try walk.stage.world.edit(said.id, to: "*hm*", by: ann, in: chat)
        let sent = try walk.call(
            "sendMessage",
            to([
                ("text", "<b>hi</b> <a href=\"https://e.org\">x</a>"), ("parse_mode", "HTML"), ("reply_markup", keyboard),
                ("reply_parameters", ["message_id": .int(said.id)]),
            ]))
        let id = sent["message_id"] ?? 0
        let query = try walk.stage.world.press(id.int ?? 0, row: 0, column: 0, by: ann, in: chat)
        _ = try walk.call("answerCallbackQuery", ["callback_query_id": .string(query?.id ?? ""), "text": "yes"])
        _ = try walk.call("editMessageText", to([("message_id", id), ("text", "new")]))
        _ = try walk.call("editMessageReplyMarkup", to([("message_id", id), ("reply_markup", keyboard)]))
        for method in ["forwardMessage", "copyMessage"] {
            _ = try walk.call(method, to([("from_chat_id", .int(ann)), ("message_id", id)]))
        }
        for method in ["forwardMessages", "copyMessages"] {
            _ = try walk.call(method, to([("from_chat_id", .int(ann)), ("message_ids", [.int(said.id), id])]))
        }
        _ = try walk.call("setMessageReaction", to([("message_id", .int(said.id)), ("reaction", [["type": "emoji", "emoji": "❤️"]])]))
        try walk.stage.world.react(["👍"], to: id.int ?? 0, by: ann, in: chat)
        _ = try walk.call("pinChatMessage", to([("message_id", id)]))
        _ = try walk.call("getChat", to([]))
        _ = try walk.call("unpinChatMessage", to([]))
        _ = try walk.call("unpinAllChatMessages", to([]))
        _ = try walk.call("sendVenue", to([("latitude", 1.5), ("longitude", 2), ("title", "T"), ("address", "A")]))
        _ = try walk.call("sendContact", to([("phone_number", "+1"), ("first_name", "F")]))
        _ = try walk.call("sendDice", to([("emoji", "🎯")]))
        _ = try walk.call("sendChatAction", to([("action", "typing")]))
        let live = try walk.call("sendLocation", to([("latitude", 1), ("longitude", 2), ("live_period", 60)]))["message_id"] ?? 0
        _ = try walk.call("editMessageLiveLocation", to([("message_id", live), ("latitude", 1.1), ("longitude", 2), ("heading", 90)]))
        _ = try walk.call("stopMessageLiveLocation", to([("message_id", live)]))
        _ = try walk.call("deleteMessage", to([("message_id", live)]))
        _ = try walk.call("deleteMessages", to([("message_ids", [id, 999])]))
        walk.stage.world.setBlocked(true, ann, walk.stage.bot)
        walk.stage.world.setBlocked(false, ann, walk.stage.bot)
        _ = try walk.stage.world.say(.webAppData(data: "d", button: "b"), by: ann, in: chat)
        _ = try walk.call("getChatMember", to([("user_id", .int(ann))]))
        _ = try walk.call("getUserProfilePhotos", ["user_id": .int(ann)])
    }

    private func files(_ walk: inout Walk) throws {
        let ann = walk.stage.ann.id
        // A PNG's head: 3 × 2 pixels.
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 3, 0, 0, 0, 2]
        for kind in Media.Kind.allCases {
            let upload = Upload(name: "x.png", contentType: "image/png", bytes: png)
            let message = try walk.stage.world.sendFile(upload, as: kind, caption: "c", by: ann, in: walk.stage.chat)
            guard case .media(let media) = message.content else { continue }
            let name = kind == .videoNote ? "VideoNote" : kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()
            let sent = try walk.call("send" + name, .object(JSONObject([("chat_id", .int(ann)), (kind.rawValue, .string(media.file))])))
            _ = try walk.call("getFile", ["file_id": .string(media.file)])
            guard kind == .photo else { continue }
            let item: JSON = ["type": "photo", "media": .string(media.file), "caption": "1"]
            _ = try walk.call("sendMediaGroup", ["chat_id": .int(ann), "media": [item, item]])
            let id = sent["message_id"] ?? 0
            _ = try walk.call("editMessageCaption", ["chat_id": .int(ann), "message_id": id, "caption": "new"])
            _ = try walk.call("editMessageMedia", ["chat_id": .int(ann), "message_id": id, "media": item])
        }
    }

    private func polls(_ walk: inout Walk) throws {
        let ann = walk.stage.ann.id
        let open = try walk.call("sendPoll", ["chat_id": .int(ann), "question": "?", "options": ["a", "b"], "is_anonymous": false])
        try walk.stage.world.vote(open["message_id"]?.int ?? 0, [1], by: ann, in: walk.stage.chat)
        try walk.stage.world.vote(open["message_id"]?.int ?? 0, [0], by: ann, in: walk.stage.chat)
        let quiz: JSON = [
            "chat_id": .int(ann), "question": "?", "options": [["text": "a"], ["text": "b"]], "type": "quiz", "correct_option_ids": [1],
            "explanation": "*so*", "explanation_parse_mode": "Markdown", "open_period": 10,
        ]
        let sent = try walk.call("sendPoll", quiz)
        try walk.stage.world.vote(sent["message_id"]?.int ?? 0, [1], by: ann, in: walk.stage.chat)
        #expect(throws: APIFailure.self) { try walk.stage.world.vote(sent["message_id"]?.int ?? 0, [0], by: ann, in: walk.stage.chat) }
        walk.stage.world.now += 11
        walk.stage.world.endPolls()
        #expect(
            try walk.stage.refusal("stopPoll", ["chat_id": .int(ann), "message_id": sent["message_id"] ?? 0]).contains(
                "already been closed"))
        _ = try walk.call("stopPoll", ["chat_id": .int(ann), "message_id": open["message_id"] ?? 0])
    }

    private func inline(_ walk: inout Walk) throws {
        let ann = walk.stage.ann.id
        let query = try walk.stage.world.query("cats", chatType: "sender", by: ann, of: walk.stage.bot)
        let keyboard: JSON = ["inline_keyboard": [[["text": "A", "callback_data": "a"]]]]
        let article: JSON = [
            "type": "article", "id": "1", "title": "T", "input_message_content": ["message_text": "<i>cat</i>", "parse_mode": "HTML"],
            "reply_markup": keyboard,
        ]
        _ = try walk.call("answerInlineQuery", ["inline_query_id": .string(query.id), "results": [article]])
        let message = try walk.stage.world.choose("1", of: query.id, in: walk.stage.chat)
        _ = try walk.stage.world.press(message.id, row: 0, column: 0, by: ann, in: walk.stage.chat)
        let id = JSON.string(message.inlineID ?? "")
        #expect(try walk.call("editMessageText", ["inline_message_id": id, "text": "dog"]) == true)
        let app = walk.stage.world.openWebApp(by: ann, of: walk.stage.bot)
        _ = try walk.call("answerWebAppQuery", ["web_app_query_id": .string(app), "result": article])
        _ = try walk.call("savePreparedInlineMessage", ["user_id": .int(ann), "result": article, "allow_user_chats": true])
    }

    private func groups(_ walk: inout Walk) throws {
        let ann = walk.stage.ann.id
        let bob = try walk.stage.world.addPerson(name: "Bob").id
        let key = try walk.stage.world.addGroup(title: "G", creator: ann, people: [bob], bots: [walk.stage.bot], username: "gang")
        try walk.stage.world.join(.bot(walk.stage.bot), key, by: .person(ann), as: .administrator)
        let chat = JSON.string("@gang")
        let with: ([(String, JSON)]) -> JSON = { .object(JSONObject([("chat_id", chat)] + $0.map { (key: $0.0, value: $0.1) })) }
        _ = try walk.call("sendMessage", with([("text", "hi")]))
        for method in ["getChat", "getChatMemberCount", "getChatAdministrators"] { _ = try walk.call(method, with([])) }
        let member = with([("user_id", .int(bob))])
        _ = try walk.call("restrictChatMember", with([("user_id", .int(bob)), ("permissions", ["can_send_polls": true])]))
        _ = try walk.call("getChatMember", member)
        #expect(throws: APIFailure.self) { try walk.stage.world.say("no", by: bob, in: key) }
        _ = try walk.call("promoteChatMember", with([("user_id", .int(bob)), ("can_pin_messages", true)]))
        _ = try walk.call("setChatAdministratorCustomTitle", with([("user_id", .int(bob)), ("custom_title", "boss")]))
        _ = try walk.call("getChatMember", member)
        _ = try walk.call("promoteChatMember", member)
        _ = try walk.call("banChatMember", with([("user_id", .int(bob)), ("until_date", .int(Int64(walk.stage.world.now) + 60))]))
        _ = try walk.call("getChatMember", member)
        _ = try walk.call("unbanChatMember", member)
        _ = try walk.call("setChatTitle", with([("title", "New")]))
        _ = try walk.call("setChatDescription", with([("description", "D")]))
        _ = try walk.call("setChatPermissions", with([("permissions", ["can_send_messages": true])]))
        _ = try walk.call("exportChatInviteLink", with([]))
        let link = try walk.call("createChatInviteLink", with([("name", "n"), ("creates_join_request", true)]))["invite_link"] ?? ""
        try walk.stage.world.askToJoin(bob, key, bio: "b", link: link.string)
        _ = try walk.call("sendMessage", ["chat_id": .int(bob), "text": "why?"])
        _ = try walk.call("declineChatJoinRequest", member)
        try walk.stage.world.askToJoin(bob, key)
        _ = try walk.call("approveChatJoinRequest", member)
        #expect(try walk.stage.refusal("approveChatJoinRequest", member) == "Bad Request: USER_ALREADY_PARTICIPANT")
        _ = try walk.call("editChatInviteLink", with([("invite_link", link), ("name", "m")]))
        _ = try walk.call("revokeChatInviteLink", with([("invite_link", link)]))
        _ = try walk.call("leaveChat", with([]))
    }

    private func channel(_ walk: inout Walk) throws {
        let ann = walk.stage.ann.id
        let key = try walk.stage.world.addGroup(title: "News", creator: ann, bots: [walk.stage.bot], kind: .channel, username: "news")
        let post = try walk.stage.world.say("first", by: ann, in: key)
        _ = try walk.stage.world.edit(post.id, to: "second", by: ann, in: key)
        try walk.stage.world.react(["🔥"], to: post.id, by: ann, in: key)
        let own = try walk.call("sendMessage", ["chat_id": "@news", "text": "post"])
        #expect(own["from"] == nil && own["sender_chat"]?["type"] == "channel")
        let forwarded = try walk.call(
            "forwardMessage", ["chat_id": .int(ann), "from_chat_id": "@News", "message_id": own["message_id"] ?? 0])
        #expect(forwarded["forward_origin"]?["type"] == "channel")
        _ = try walk.call("getChat", ["chat_id": "@news"])
        let paid = try walk.call(
            "createChatSubscriptionInviteLink", ["chat_id": "@news", "subscription_period": 2_592_000, "subscription_price": 5])
        let link = paid["invite_link"] ?? ""
        _ = try walk.call("editChatSubscriptionInviteLink", ["chat_id": "@news", "invite_link": link, "name": "n"])
        let reader = try walk.stage.world.addPerson(name: "Reader").id
        #expect(try walk.stage.world.follow(link.string ?? "", by: reader).hasJoined)
        _ = try walk.call("getChatMember", ["chat_id": "@news", "user_id": .int(reader)])
    }

    private func bot(_ walk: inout Walk) throws {
        _ = try walk.call("setMyCommands", ["commands": [["command": "go", "description": "Goes"]]])
        _ = try walk.call("getMyCommands")
        _ = try walk.call("deleteMyCommands")
        _ = try walk.call("setMyName", ["name": "N"])
        _ = try walk.call("setMyDescription", ["description": "N"])
        _ = try walk.call("setMyShortDescription", ["short_description": "N"])
        for method in ["getMyName", "getMyDescription", "getMyShortDescription", "getChatMenuButton", "getMyDefaultAdministratorRights"] {
            _ = try walk.call(method)
        }
        _ = try walk.call("setMyDefaultAdministratorRights", ["rights": ["can_pin_messages": true]])
        let button: JSON = ["type": "web_app", "text": "App", "web_app": ["url": "https://e.org"]]
        _ = try walk.call("setChatMenuButton", ["menu_button": button])
        #expect(try walk.call("getChatMenuButton") == button)
        _ = try walk.call("setWebhook", ["url": "https://e.org/hook"])
        _ = try walk.call("getWebhookInfo")
        _ = try walk.call("deleteWebhook")
    }
}
