import JSON
import TelegramSimulatorKit
import Testing

@Suite struct AppearanceTests {
    private func upload(_ side: UInt16) -> Upload { Upload(name: "p.png", contentType: "image/png", bytes: Pictures.png(side, side)) }

    @Test func aChatsPictureIsAnnouncedAndShown() throws {
        var stage = try Stage()
        let key = try stage.group()
        let chat: JSON = ["chat_id": .int(key.id)]
        #expect(try stage.refusal("setChatPhoto", chat, uploads: ["photo": upload(100)]) == "Bad Request: PHOTO_CROP_SIZE_SMALL")
        #expect(try stage.refusal("setChatPhoto", chat) == "Bad Request: there is no photo in the request")
        _ = try stage.result("setChatPhoto", chat, uploads: ["photo": upload(160)])
        let file = try stage.result("getChat", chat)["photo"]?["big_file_id"]
        let announced = try stage.updates(.message).last?["new_chat_photo"]?.array?.last?["file_id"]
        #expect(file != nil && file == announced)
        _ = try stage.result("deleteChatPhoto", chat)
        #expect(try stage.result("getChat", chat)["photo"] == nil)
        #expect(try stage.refusal("deleteChatPhoto", chat) == "Bad Request: CHAT_NOT_MODIFIED")
    }

    @Test func profilePhotosComeInPages() throws {
        var stage = try Stage()
        for side in [200, 300, 400] as [UInt16] { _ = try stage.world.addPhoto(upload(side), of: stage.ann.id) }
        let page = try stage.result("getUserProfilePhotos", ["user_id": .int(stage.ann.id), "offset": 1, "limit": 1])
        #expect(page["total_count"] == 3 && page["photos"]?.array?.count == 1)
        #expect(page["photos"]?.array?.first?.array?.first?["width"] == 300)
        #expect(try stage.result("getChat", ["chat_id": .int(stage.ann.id)])["photo"] != nil)
    }

    @Test func tagsStandBesideTheName() throws {
        var stage = try Stage()
        let key = try stage.group()
        let bob = try stage.world.addPerson(name: "Bob").id
        try stage.world.join(.person(bob), key, by: .person(stage.ann.id))
        let tag: (JSON) throws -> String = {
            try stage.refusal("setChatMemberTag", ["chat_id": .int(key.id), "user_id": .int(bob), "tag": $0])
        }
        #expect(try tag("seventeen letters") == "Bad Request: TAG_TOO_LONG" && tag("🐱") == "Bad Request: TAG_EMOJI_NOT_ALLOWED")
        #expect(try tag("guru #1") == "ok")
        _ = try stage.world.say("x", by: bob, in: key)
        #expect(try stage.updates(.message).last?["sender_tag"] == "guru #1")
        #expect(try stage.updates(.chatMember).last?["new_chat_member"]?["tag"] == "guru #1")
        #expect(
            try stage.refusal("setChatMemberTag", ["chat_id": .int(key.id), "user_id": .int(stage.ann.id), "tag": "x"])
                == "Bad Request: user is an administrator of the chat")
    }

    @Test func aBannedChannelTakesAllOfItsOwners() throws {
        var stage = try Stage()
        let key = try stage.group()
        let bob = try stage.world.addPerson(name: "Bob").id
        try stage.world.join(.person(bob), key, by: .person(stage.ann.id))
        let channels = try ["One", "Two"].map { try stage.world.addGroup(title: $0, creator: bob, kind: .channel).id }
        _ = try stage.world.say("x", by: bob, in: key, as: channels[0])
        let seen = try #require(try stage.updates(.message).last)
        #expect(seen["sender_chat"]?["title"] == "One" && seen["from"]?["username"] == "Channel_Bot")
        let ban: JSON = ["chat_id": .int(key.id), "sender_chat_id": .int(channels[0])]
        _ = try stage.result("banChatSenderChat", ban)
        #expect(throws: APIFailure.self) { try stage.world.say("x", by: bob, in: key, as: channels[1]) }
        _ = try stage.world.say("as myself", by: bob, in: key)
        _ = try stage.result("unbanChatSenderChat", ban)
        _ = try stage.world.say("x", by: bob, in: key, as: channels[1])
        #expect(throws: APIFailure.self) { try stage.world.say("x", by: stage.ann.id, in: key, as: channels[0]) }
    }

    @Test func boostsEnd() throws {
        var stage = try Stage()
        let key = try stage.group()
        let boost = try stage.world.boost(key, by: stage.ann.id, seconds: 60)
        let ask: JSON = ["chat_id": .int(key.id), "user_id": .int(stage.ann.id)]
        #expect(try stage.result("getUserChatBoosts", ask)["boosts"]?.array?.count == 1)
        #expect(try stage.updates(.chatBoost).last?["boost"]?["boost_id"] == .string(boost.id))
        stage.world.now += 60
        #expect(try stage.result("getUserChatBoosts", ask)["boosts"] == [])
    }
}
