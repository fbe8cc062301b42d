import JSON
import TelegramSimulatorKit
import Testing

@Suite struct InviteLinkTests {
    private func link(_ stage: inout Stage, _ key: ChatKey, _ options: JSON = [:]) throws -> String {
        var object = options.object ?? JSONObject()
        object["chat_id"] = .int(key.id)
        return try stage.result("createChatInviteLink", .object(object))["invite_link"]?.string ?? ""
    }

    @Test func whoFollowsALinkIsInAndTheBotHearsByWhich() throws {
        var stage = try Stage()
        let key = try stage.group()
        let bob = try stage.world.addPerson(name: "Bob").id
        let link = try link(&stage, key, ["name": "door"])
        #expect(try stage.world.follow(link, by: bob).hasJoined)
        let change = try #require(try stage.updates(.chatMember).last)
        #expect(change["new_chat_member"]?["status"] == "member" && change["new_chat_member"]?["user"]?["id"] == .int(bob))
        #expect(change["invite_link"]?["name"] == "door" && change["via_join_request"] == nil)
        #expect(throws: APIFailure.badRequest("USER_ALREADY_PARTICIPANT")) { try stage.world.follow(link, by: bob) }
    }

    @Test func theLimitCountsWhoIsInTheChatNow() throws {
        var stage = try Stage()
        let key = try stage.group()
        let people = try ["Bob", "Cid"].map { try stage.world.addPerson(name: $0).id }
        let link = try link(&stage, key, ["member_limit": 1])
        _ = try stage.world.follow(link, by: people[0])
        #expect(throws: APIFailure.badRequest("INVITE_HASH_EXPIRED")) { try stage.world.follow(link, by: people[1]) }
        stage.world.leave(.person(people[0]), key, by: .person(people[0]))
        #expect(try stage.world.follow(link, by: people[1]).hasJoined)
    }

    @Test func linksEnd() throws {
        var stage = try Stage()
        let key = try stage.group()
        let bob = try stage.world.addPerson(name: "Bob").id
        let short = try link(&stage, key, ["expire_date": .int(Int64(Stage.start) + 60)])
        let revoked = try link(&stage, key)
        _ = try stage.result("revokeChatInviteLink", ["chat_id": .int(key.id), "invite_link": .string(revoked)])
        stage.world.now += 60
        for link in [short, revoked, "https://t.me/+nothing"] {
            #expect(throws: APIFailure.badRequest("INVITE_HASH_EXPIRED")) { try stage.world.follow(link, by: bob) }
        }
        let primary = try stage.result("exportChatInviteLink", ["chat_id": .int(key.id)]).string ?? ""
        #expect(try stage.world.follow(primary, by: bob).hasJoined)
    }

    @Test func aLinkThatAsksCountsItsRequests() throws {
        var stage = try Stage()
        let key = try stage.group()
        let bob = try stage.world.addPerson(name: "Bob").id
        let link = try link(&stage, key, ["creates_join_request": true])
        #expect(try !stage.world.follow(link, by: bob, bio: "let me in").hasJoined)
        let request = try #require(try stage.updates(.chatJoinRequest).last)
        #expect(request["bio"] == "let me in" && request["invite_link"]?["pending_join_request_count"] == 1)
        _ = try stage.result("approveChatJoinRequest", ["chat_id": .int(key.id), "user_id": .int(bob)])
        let change = try #require(try stage.updates(.chatMember).last)
        #expect(change["via_join_request"] == true && change["invite_link"]?["invite_link"] == .string(link))
        #expect(change["invite_link"]?["pending_join_request_count"] == nil)
    }

    @Test func aSubscriptionEndsByItself() throws {
        var stage = try Stage()
        let key = try stage.world.addGroup(title: "News", creator: stage.ann.id, bots: [stage.bot], kind: .channel)
        let bob = try stage.world.addPerson(name: "Bob").id
        let link =
            try stage.result(
                "createChatSubscriptionInviteLink",
                ["chat_id": .int(key.id), "subscription_period": 2_592_000, "subscription_price": 10])["invite_link"]?.string ?? ""
        #expect(try stage.world.follow(link, by: bob).hasJoined)
        let ask: JSON = ["chat_id": .int(key.id), "user_id": .int(bob)]
        #expect(try stage.result("getChatMember", ask)["until_date"] == .int(Int64(Stage.start) + 2_592_000))
        stage.world.now += 2_592_000
        #expect(try stage.result("getChatMember", ask)["status"] == "left")
        #expect(
            try stage.refusal(
                "createChatSubscriptionInviteLink", ["chat_id": .int(key.id), "subscription_period": 60, "subscription_price": 1])
                == "Bad Request: SUBSCRIPTION_PERIOD_INVALID")
    }
}
