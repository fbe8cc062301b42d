import JSON
import TelegramSimulatorKit
import Testing

/// Groups and channels: who may do what there, and what the refusals say.
@Suite struct MemberTests {
    private func gang(as status: MemberStatus) throws -> (Stage, ChatKey, Person) {
        var stage = try Stage()
        let bob = try stage.world.addPerson(name: "Bob")
        let key = try stage.world.addGroup(title: "Gang", creator: stage.ann.id, people: [bob.id], bots: [stage.bot])
        try stage.world.join(.bot(stage.bot), key, by: .person(stage.ann.id), as: status)
        return (stage, key, bob)
    }

    @Test func onlyAdministratorsBan() throws {
        var (stage, key, bob) = try gang(as: .member)
        #expect(
            try stage.refusal("banChatMember", ["chat_id": .int(key.id), "user_id": .int(bob.id)])
                == "Bad Request: not enough rights to restrict/unrestrict chat member")
        #expect(
            try stage.refusal("banChatMember", ["chat_id": .int(stage.ann.id), "user_id": .int(bob.id)])
                == "Bad Request: chat member status can't be changed in private chats")
    }

    @Test func bansKeepOutUntilTheyEnd() throws {
        var (stage, key, bob) = try gang(as: .administrator)
        let until = JSON.int(Int64(Stage.start) + 3_600)
        let member: JSON = ["chat_id": .int(key.id), "user_id": .int(bob.id)]
        #expect(try stage.result("banChatMember", ["chat_id": .int(key.id), "user_id": .int(bob.id), "until_date": until]) == true)
        #expect(try stage.result("getChatMember", member)["until_date"] == until)
        #expect(throws: APIFailure.self) { try stage.world.join(.person(bob.id), key, by: .person(bob.id)) }
        #expect(throws: APIFailure.self) { try stage.world.askToJoin(bob.id, key) }
        stage.world.now += 3_601
        #expect(try stage.result("getChatMember", member)["status"] == "left")
        try stage.world.join(.person(bob.id), key, by: .person(bob.id))
        #expect(try stage.result("getChatMemberCount", ["chat_id": .int(key.id)]) == 3)
    }

    @Test func ownersAndAdministratorsAreSafe() throws {
        var (stage, key, _) = try gang(as: .administrator)
        #expect(
            try stage.refusal("banChatMember", ["chat_id": .int(key.id), "user_id": .int(stage.ann.id)])
                == "Bad Request: can't remove chat owner")
        #expect(
            try stage.refusal("banChatMember", ["chat_id": .int(key.id), "user_id": .int(stage.bot)])
                == "Bad Request: can't restrict self")
    }

    @Test func whoWasNotAskingCanNotBeLetIn() throws {
        var (stage, key, bob) = try gang(as: .administrator)
        let eve = try stage.world.addPerson(name: "Eve")
        let call: (PersonID) -> JSON = { ["chat_id": .int(key.id), "user_id": .int($0)] }
        #expect(try stage.refusal("approveChatJoinRequest", call(eve.id)) == "Bad Request: HIDE_REQUESTER_MISSING")
        #expect(try stage.refusal("approveChatJoinRequest", call(bob.id)) == "Bad Request: USER_ALREADY_PARTICIPANT")
    }

    @Test func askingOpensTheChatForFiveMinutes() throws {
        var (stage, key, _) = try gang(as: .administrator)
        let eve = try stage.world.addPerson(name: "Eve")
        let hello: JSON = ["chat_id": .int(eve.id), "text": "hello"]
        #expect(try stage.refusal("sendMessage", hello) == "Bad Request: chat not found")
        try stage.world.askToJoin(eve.id, key, bio: "me")
        #expect(try stage.call("sendMessage", hello)["ok"] == true)
        stage.world.now += 301
        #expect(try stage.refusal("sendMessage", hello) == "Bad Request: chat not found")
    }

    @Test func postsBelongToTheChannelAndNeedAnAdministrator() throws {
        var stage = try Stage()
        let bob = try stage.world.addPerson(name: "Bob")
        let key = try stage.world.addGroup(
            title: "News", creator: stage.ann.id, people: [bob.id], bots: [stage.bot], kind: .channel, username: "News")
        #expect(throws: APIFailure.self) { try stage.world.say("mine", by: bob.id, in: key) }
        _ = try stage.world.say("hers", by: stage.ann.id, in: key)
        let post = try stage.updates().last?["channel_post"]
        #expect(post?["text"] == "hers" && post?["from"] == nil && post?["sender_chat"]?["username"] == "News")
        try stage.world.join(.bot(stage.bot), key, by: .person(stage.ann.id), as: .member)
        #expect(
            try stage.refusal("sendMessage", ["chat_id": "@news", "text": "x"])
                == "Bad Request: need administrator rights in the channel chat")
    }

    @Test func botsReactOnceWithKnownEmoji() throws {
        var stage = try Stage()
        let id = JSON.int(try stage.world.say("hi", by: stage.ann.id, in: stage.chat).id)
        let react: (JSON) -> JSON = { ["chat_id": .int(stage.ann.id), "message_id": id, "reaction": $0] }
        #expect(try stage.refusal("setMessageReaction", react([["type": "emoji", "emoji": "🦖"]])) == "Bad Request: REACTION_INVALID")
        let two: JSON = [["type": "emoji", "emoji": "👍"], ["type": "emoji", "emoji": "🔥"]]
        #expect(try stage.refusal("setMessageReaction", react(two)) == "Bad Request: REACTIONS_TOO_MANY")
        #expect(
            try stage.refusal("setMessageReaction", ["chat_id": .int(stage.ann.id), "message_id": 99])
                == "Bad Request: message to react not found")
    }

    @Test func reactionsComeOnlyToThoseWhoAskedForThem() throws {
        var stage = try Stage()
        let id = try stage.world.say("hi", by: stage.ann.id, in: stage.chat).id
        try stage.world.react(["👍"], to: id, by: stage.ann.id, in: stage.chat)
        #expect(try stage.updates().count == 1)
        _ = try stage.result("getUpdates", ["allowed_updates": ["message_reaction"]])
        try stage.world.react(["🔥"], to: id, by: stage.ann.id, in: stage.chat)
        let change = try stage.updates().last?["message_reaction"]
        #expect(change?["old_reaction"]?.array?.first?["emoji"] == "👍" && change?["new_reaction"]?.array?.first?["emoji"] == "🔥")
    }
}
