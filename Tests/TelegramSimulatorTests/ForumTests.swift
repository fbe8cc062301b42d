import JSON
import TelegramSimulatorKit
import Testing

@Suite struct ForumTests {
    private func forum() throws -> (Stage, ChatKey, topic: JSON) {
        var stage = try Stage()
        let key = try stage.group(isForum: true)
        let topic = try stage.result("createForumTopic", ["chat_id": .int(key.id), "name": "Bugs", "icon_color": 7_322_096])
        return (stage, key, topic["message_thread_id"] ?? 0)
    }

    @Test func messagesCarryTheirTopic() throws {
        var (stage, key, topic) = try forum()
        let ask = try stage.world.say("help", by: stage.ann.id, in: key, thread: topic.int)
        let seen = try #require(try stage.updates(.message).last)
        #expect(seen["message_thread_id"] == topic && seen["is_topic_message"] == true && seen["chat"]?["is_forum"] == true)
        // An answer goes where the question is.
        let answer = try stage.result(
            "sendMessage", ["chat_id": .int(key.id), "text": "yes", "reply_parameters": ["message_id": .int(ask.id)]])
        #expect(answer["message_thread_id"] == topic && answer["reply_to_message"]?["text"] == "help")
        let general = try stage.result("sendMessage", ["chat_id": .int(key.id), "text": "all"])
        #expect(general["message_thread_id"] == nil && general["is_topic_message"] == nil)
    }

    @Test func aClosedTopicIsForAdministrators() throws {
        var (stage, key, topic) = try forum()
        let bob = try stage.world.addPerson(name: "Bob").id
        try stage.world.join(.person(bob), key, by: .person(stage.ann.id))
        let which: JSON = ["chat_id": .int(key.id), "message_thread_id": topic]
        #expect(try stage.result("closeForumTopic", which) == true)
        #expect(try stage.refusal("closeForumTopic", which) == "Bad Request: TOPIC_NOT_MODIFIED")
        #expect(throws: APIFailure.badRequest("TOPIC_CLOSED")) { try stage.world.say("hm", by: bob, in: key, thread: topic.int) }
        _ = try stage.world.say("I may", by: stage.ann.id, in: key, thread: topic.int)
        #expect(try stage.updates(.message).contains { $0["forum_topic_closed"] != nil && $0["message_thread_id"] == topic })
        #expect(try stage.result("reopenForumTopic", which) == true)
        _ = try stage.world.say("hm", by: bob, in: key, thread: topic.int)
    }

    @Test func aDeletedTopicTakesItsMessages() throws {
        var (stage, key, topic) = try forum()
        let gone = try stage.world.say("a", by: stage.ann.id, in: key, thread: topic.int)
        let stays = try stage.world.say("b", by: stage.ann.id, in: key)
        #expect(try stage.result("deleteForumTopic", ["chat_id": .int(key.id), "message_thread_id": topic]) == true)
        #expect(stage.world.chats[key]?.messages[gone.id] == nil && stage.world.chats[key]?.messages[stays.id] != nil)
        #expect(
            try stage.refusal("sendMessage", ["chat_id": .int(key.id), "text": "x", "message_thread_id": topic])
                == "Bad Request: message thread not found")
    }

    @Test func pinsOfOneTopicAreTakenTogether() throws {
        var (stage, key, topic) = try forum()
        let inside = try stage.world.say("a", by: stage.ann.id, in: key, thread: topic.int).id
        let outside = try stage.world.say("b", by: stage.ann.id, in: key).id
        for id in [inside, outside] { _ = try stage.result("pinChatMessage", ["chat_id": .int(key.id), "message_id": .int(id)]) }
        _ = try stage.result("unpinAllForumTopicMessages", ["chat_id": .int(key.id), "message_thread_id": topic])
        #expect(stage.world.chats[key]?.pinned == [outside])
        _ = try stage.result("unpinAllGeneralForumTopicMessages", ["chat_id": .int(key.id)])
        #expect(stage.world.chats[key]?.pinned == [])
    }

    @Test func theGeneralTopicIsHiddenAndComesBack() throws {
        var (stage, key, _) = try forum()
        let which: JSON = ["chat_id": .int(key.id)]
        _ = try stage.result("hideGeneralForumTopic", which)
        #expect(stage.world.chats[key]?.topics[Topic.general]?.isClosed == true)
        _ = try stage.result("reopenGeneralForumTopic", which)
        let general = stage.world.chats[key]?.topics[Topic.general]
        #expect(general?.isClosed == false && general?.isHidden == false)
        #expect(try stage.updates(.message).contains { $0["general_forum_topic_unhidden"] != nil })
        #expect(
            try stage.refusal("deleteForumTopic", ["chat_id": .int(key.id), "message_thread_id": 1]) == "Bad Request: TOPIC_ID_INVALID")
    }

    @Test(
        arguments: [
            ("createForumTopic", ["name": "x", "icon_color": 1], "invalid icon color specified"),
            ("createForumTopic", ["name": "x", "icon_custom_emoji_id": "1"], "DOCUMENT_INVALID"),
            ("editForumTopic", ["message_thread_id": 99, "name": "x"], "TOPIC_ID_INVALID"),
            ("editForumTopic", ["message_thread_id": -1, "name": "x"], "invalid forum topic identifier specified"),
            ("editGeneralForumTopic", ["name": "General"], "TOPIC_NOT_MODIFIED"),
            ("sendMessage", ["text": "x", "message_thread_id": 99], "message thread not found"),
        ] as [(String, JSON, String)])
    func mistakesAreNamed(method: String, parameters: JSON, description: String) throws {
        var (stage, key, _) = try forum()
        var object = parameters.object ?? JSONObject()
        object["chat_id"] = .int(key.id)
        #expect(try stage.refusal(method, .object(object)) == "Bad Request: \(description)")
    }

    @Test func rightsAreAskedFor() throws {
        var (stage, key, topic) = try forum()
        let flat = try stage.world.addGroup(title: "Flat", creator: stage.ann.id, bots: [stage.bot])
        #expect(try stage.refusal("createForumTopic", ["chat_id": .int(flat.id), "name": "x"]) == "Bad Request: the chat is not a forum")
        #expect(
            try stage.refusal("sendMessage", ["chat_id": .int(flat.id), "text": "x", "message_thread_id": 5])
                == "Bad Request: message thread not found")
        let other = try stage.world.addTopic("Ann's", by: stage.ann.id, in: key)
        try stage.world.join(.bot(stage.bot), key, by: .person(stage.ann.id), as: .member)
        #expect(
            try stage.refusal("createForumTopic", ["chat_id": .int(key.id), "name": "x"])
                == "Bad Request: not enough rights to create a topic")
        #expect(
            try stage.refusal("editForumTopic", ["chat_id": .int(key.id), "message_thread_id": .int(other), "name": "x"])
                == "Bad Request: not enough rights to edit the topic")
        // One's own stay one's own.
        #expect(try stage.result("editForumTopic", ["chat_id": .int(key.id), "message_thread_id": topic, "name": "x"]) == true)
    }
}
