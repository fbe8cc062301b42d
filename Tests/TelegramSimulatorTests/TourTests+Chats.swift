import JSON
import TelegramSimulatorKit
import Testing

extension TourTests {
    func forum(_ walk: inout Walk) throws {
        let ann = walk.stage.ann.id
        let key = try walk.stage.world.addGroup(title: "F", creator: ann, bots: [walk.stage.bot], isForum: true)
        try walk.stage.world.join(.bot(walk.stage.bot), key, by: .person(ann), as: .administrator)
        let chat = JSON.int(key.id)
        let icons = try walk.call("getForumTopicIconStickers")
        let icon = icons.array?.first?["custom_emoji_id"] ?? ""
        _ = try walk.call("getCustomEmojiStickers", ["custom_emoji_ids": [icon]])
        let topic =
            try walk.call("createForumTopic", ["chat_id": chat, "name": "T", "icon_custom_emoji_id": icon])["message_thread_id"] ?? 0
        let sent = try walk.call("sendMessage", ["chat_id": chat, "text": "hi", "message_thread_id": topic])
        #expect(sent["reply_to_message"]?["forum_topic_created"]?["name"] == "T")
        _ = try walk.stage.world.say("well", by: ann, in: key, replyTo: sent["message_id"]?.int)
        _ = try walk.call("editForumTopic", ["chat_id": chat, "message_thread_id": topic, "name": "U"])
        for method in ["closeForumTopic", "reopenForumTopic", "unpinAllForumTopicMessages"] {
            _ = try walk.call(method, ["chat_id": chat, "message_thread_id": topic])
        }
        _ = try walk.call("editGeneralForumTopic", ["chat_id": chat, "name": "All"])
        for method in [
            "closeGeneralForumTopic", "reopenGeneralForumTopic", "hideGeneralForumTopic", "unhideGeneralForumTopic",
            "unpinAllGeneralForumTopicMessages", "getChat",
        ] { _ = try walk.call(method, ["chat_id": chat]) }
        _ = try walk.call("deleteForumTopic", ["chat_id": chat, "message_thread_id": topic])
    }

    func appearance(_ walk: inout Walk) throws {
        let ann = walk.stage.ann.id
        let bob = try walk.stage.world.addPerson(name: "Bob").id
        let key = try walk.stage.world.addGroup(title: "P", creator: ann, people: [bob], bots: [walk.stage.bot])
        let news = try walk.stage.world.addGroup(title: "Own", creator: bob, kind: .channel)
        try walk.stage.world.join(.bot(walk.stage.bot), key, by: .person(ann), as: .administrator)
        let chat = JSON.int(key.id)
        let photo = Upload(name: "p.png", contentType: "image/png", bytes: Pictures.png(200, 200))
        _ = try walk.call("setChatPhoto", ["chat_id": chat], uploads: ["photo": photo])
        _ = try walk.call("getChat", ["chat_id": chat])
        _ = try walk.call("deleteChatPhoto", ["chat_id": chat])
        let own: JSON = ["type": "static", "photo": "attach://p"]
        _ = try walk.call("setMyProfilePhoto", ["photo": own], uploads: ["p": photo])
        #expect(try walk.call("getUserProfilePhotos", ["user_id": .int(walk.stage.bot)])["total_count"] == 1)
        _ = try walk.call("removeMyProfilePhoto")
        _ = try walk.call("setChatMemberTag", ["chat_id": chat, "user_id": .int(bob), "tag": "guru"])
        let said = try walk.stage.world.say("x", by: bob, in: key)
        _ = try walk.stage.world.say("in the name of", by: bob, in: key, as: news.id)
        _ = try walk.call("banChatSenderChat", ["chat_id": chat, "sender_chat_id": .int(news.id)])
        _ = try walk.call("unbanChatSenderChat", ["chat_id": chat, "sender_chat_id": .int(news.id)])
        try walk.stage.world.react(["👍"], to: said.id, by: bob, in: key)
        _ = try walk.call("deleteMessageReaction", ["chat_id": chat, "message_id": .int(said.id), "user_id": .int(bob)])
        _ = try walk.call("deleteAllMessageReactions", ["chat_id": chat, "user_id": .int(bob)])
        let boost = try walk.stage.world.boost(key, by: bob, seconds: 86_400)
        _ = try walk.call("getUserChatBoosts", ["chat_id": chat, "user_id": .int(bob)])
        try walk.stage.world.removeBoost(boost.id, in: key)
    }

    func stickerSets(_ walk: inout Walk) throws {
        let ann = JSON.int(walk.stage.ann.id)
        let upload = Upload(name: "s.png", contentType: "image/png", bytes: Pictures.png(512, 512))
        let name = JSON.string("cats_by_demo_bot")
        let file = try walk.call("uploadStickerFile", ["user_id": ann, "sticker_format": "static"], uploads: ["sticker": upload])
        let input: JSON = ["sticker": file["file_id"] ?? "", "format": "static", "emoji_list": ["🐱"]]
        _ = try walk.call("createNewStickerSet", ["user_id": ann, "name": name, "title": "Cats", "stickers": [input]])
        _ = try walk.call("addStickerToSet", ["user_id": ann, "name": name, "sticker": input])
        let set = try walk.call("getStickerSet", ["name": name])
        let stickers = set["stickers"]?.array?.compactMap { $0["file_id"] } ?? []
        #expect(Set(stickers).count == 2)
        let first = stickers.first ?? ""
        _ = try walk.call("setStickerPositionInSet", ["sticker": first, "position": 1])
        _ = try walk.call("setStickerEmojiList", ["sticker": first, "emoji_list": ["🐈"]])
        _ = try walk.call("setStickerKeywords", ["sticker": first, "keywords": ["cat"]])
        _ = try walk.call("setStickerSetTitle", ["name": name, "title": "More cats"])
        let thumbnail = Upload(name: "t.png", contentType: "image/png", bytes: Pictures.png(100, 100))
        _ = try walk.call(
            "setStickerSetThumbnail", ["name": name, "user_id": ann, "format": "static"], uploads: ["thumbnail": thumbnail])
        _ = try walk.call("replaceStickerInSet", ["user_id": ann, "name": name, "old_sticker": first, "sticker": input])
        let sent = try walk.call("sendSticker", ["chat_id": ann, "sticker": stickers.last ?? ""])
        #expect(sent["sticker"]?["set_name"] == name && sent["sticker"]?["emoji"] == "🐱")
        _ = try walk.call("getStickerSet", ["name": name])
        let group = try walk.stage.world.addGroup(title: "S", creator: walk.stage.ann.id, bots: [walk.stage.bot])
        try walk.stage.world.join(.bot(walk.stage.bot), group, by: .person(walk.stage.ann.id), as: .administrator)
        _ = try walk.call("setChatStickerSet", ["chat_id": .int(group.id), "sticker_set_name": name])
        #expect(try walk.call("getChat", ["chat_id": .int(group.id)])["sticker_set_name"] == name)
        _ = try walk.call("deleteChatStickerSet", ["chat_id": .int(group.id)])
        _ = try walk.call("deleteStickerFromSet", ["sticker": stickers.last ?? ""])
        _ = try walk.call("deleteStickerSet", ["name": name])

        let masks: JSON = "masks_by_demo_bot"
        _ = try walk.call(
            "createNewStickerSet", ["user_id": ann, "name": masks, "title": "M", "stickers": [input], "sticker_type": "mask"])
        let mask = try walk.call("getStickerSet", ["name": masks])["stickers"]?.array?.first?["file_id"] ?? ""
        _ = try walk.call(
            "setStickerMaskPosition",
            ["sticker": mask, "mask_position": ["point": "eyes", "x_shift": 0.5, "y_shift": -1, "scale": 2]])
        _ = try walk.call("getStickerSet", ["name": masks])

        let small: JSON = ["sticker": "attach://e", "format": "static", "emoji_list": ["🐱"]]
        let emoji: JSON = "emoji_by_demo_bot"
        _ = try walk.call(
            "createNewStickerSet",
            ["user_id": ann, "name": emoji, "title": "E", "stickers": [small], "sticker_type": "custom_emoji", "needs_repainting": true],
            uploads: ["e": thumbnail])
        let id = try walk.call("getStickerSet", ["name": emoji])["stickers"]?.array?.first?["custom_emoji_id"] ?? ""
        _ = try walk.call("setCustomEmojiStickerSetThumbnail", ["name": emoji, "custom_emoji_id": id])
        #expect(try walk.call("getCustomEmojiStickers", ["custom_emoji_ids": [id]]).array?.count == 1)
    }
}

/// Pictures as far as the simulator looks at them.
enum Pictures {
    /// A PNG's head.
    static func png(_ width: UInt16, _ height: UInt16) -> [UInt8] {
        let bytes = [width, height].flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52] + bytes
    }
}
