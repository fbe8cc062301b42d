import JSON
import TelegramSimulatorKit
import Testing

@Suite struct UpdateTests {
    private func ids(_ updates: [JSON]) -> [Int64] { updates.compactMap { $0["update_id"]?.int } }

    private func stage(saying texts: String...) throws -> Stage {
        var stage = try Stage()
        for text in texts { _ = try stage.world.say(text, by: stage.ann.id, in: stage.chat) }
        return stage
    }

    @Test func updatesStayUntilTheOffsetPassesThem() throws {
        var stage = try stage(saying: "a", "b", "c")
        let all = try ids(stage.updates())
        #expect(all.count == 3 && all[1] == all[0] + 1 && all[0] >= 100_000_000)
        #expect(try ids(stage.updates()) == all)
        #expect(try ids(stage.result("getUpdates", ["offset": .int(all[1])]).array ?? []) == Array(all[1...]))
        #expect(try ids(stage.updates()) == Array(all[1...]))
    }

    @Test func limitCutsAndNegativeOffsetForgetsAllButTheLast() throws {
        var stage = try stage(saying: "a", "b", "c")
        let all = try ids(stage.updates())
        #expect(try ids(stage.result("getUpdates", ["limit": 2]).array ?? []) == Array(all[..<2]))
        #expect(try ids(stage.result("getUpdates", ["offset": -1]).array ?? []) == [all[2]])
        #expect(try ids(stage.updates()) == [all[2]])
        for offset in [Int64.min, -4, .max] {
            #expect(try ids(stage.result("getUpdates", ["offset": .int(offset)]).array ?? []) == [all[2]])
        }
    }

    @Test func updatesDieOfAge() throws {
        var stage = try stage(saying: "a")
        stage.world.now += 86_399
        #expect(try stage.updates().count == 1)
        stage.world.now += 2
        #expect(try stage.updates().isEmpty)
    }

    @Test func callbacksDieEarly() throws {
        var stage = try Stage()
        let sent = try stage.result(
            "sendMessage",
            ["chat_id": .int(stage.ann.id), "text": "x", "reply_markup": ["inline_keyboard": [[["text": "A", "callback_data": "a"]]]]])
        let query = try stage.world.press(sent["message_id"]?.int ?? 0, row: 0, column: 0, by: stage.ann.id, in: stage.chat)
        #expect(try stage.updates().first?["callback_query"]?["data"] == "a")
        stage.world.now += 151
        #expect(try stage.updates().isEmpty)
        #expect(
            try stage.refusal("answerCallbackQuery", ["callback_query_id": .string(query?.id ?? "")]).hasPrefix(
                "Bad Request: query is too old"))
    }

    @Test func aPollerWaitsIsWokenAndIsReplaced() throws {
        var stage = try Stage()
        guard case .wait(let first, let seconds) = stage.world.call("getUpdates", bot: stage.bot, Parameters(JSONObject([("timeout", 99)])))
        else {
            Issue.record("a call with a timeout should wait")
            return
        }
        #expect(seconds == 50)
        guard case .wait(let second, _) = stage.world.call("GETUPDATES", bot: stage.bot, Parameters(JSONObject([("timeout", 9)]))) else {
            Issue.record("a call with a timeout should wait")
            return
        }
        #expect(
            stage.world.takeEffects() == [
                .pollerConflict(first, "terminated by other getUpdates request; make sure that only one bot instance is running")
            ])
        _ = try stage.world.say("hello", by: stage.ann.id, in: stage.chat)
        #expect(stage.world.takeEffects().contains(.pollerReady(second)))
        guard case .success(let result, _) = stage.world.finishPoll(second, bot: stage.bot, Parameters()) else {
            Issue.record("a woken poller gets its updates")
            return
        }
        #expect(try JSON(parsing: result).array?.first?["message"]?["text"] == "hello")
    }

    @Test func aWebhookEndsPollingAndBack() throws {
        var stage = try Stage()
        _ = stage.world.call("getUpdates", bot: stage.bot, Parameters(JSONObject([("timeout", 9)])))
        #expect(try stage.call("setWebhook", ["url": "http://127.0.0.1:1/x"])["description"] == "Webhook was set")
        #expect(stage.world.takeEffects().contains(.pollerConflict(1, "terminated by setWebhook request")))
        let refused = try stage.call("getUpdates")
        #expect(refused["error_code"] == 409)
        #expect(
            refused["description"]
                == "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
        #expect(try stage.call("deleteWebhook")["description"] == "Webhook was deleted")
        #expect(try stage.updates().isEmpty)
    }

    @Test func allowedUpdatesAreRememberedUntilNamedAnew() throws {
        var stage = try Stage()
        _ = try stage.result("getUpdates", ["allowed_updates": ["callback_query"]])
        _ = try stage.world.say("not wanted", by: stage.ann.id, in: stage.chat)
        #expect(try stage.updates().isEmpty)
        _ = try stage.result("getUpdates", ["allowed_updates": []])
        _ = try stage.world.say("wanted", by: stage.ann.id, in: stage.chat)
        #expect(try stage.updates().count == 1)
    }

    @Test func recordedUpdatesAreHandedOutWithNewIdsAndCanBeAnswered() throws {
        var stage = try Stage()
        let update: JSON = [
            "update_id": 1,
            "message": [
                "message_id": 7, "date": 1, "chat": ["id": 55, "type": "private", "first_name": "Eve"],
                "from": ["id": 55, "is_bot": false, "first_name": "Eve"], "text": "hi",
            ],
        ]
        try stage.world.inject(update, to: stage.bot)
        try stage.world.inject(["update_id": 2, "something_new": ["x": 1]], to: stage.bot)
        let updates = try stage.updates()
        #expect(updates.count == 2 && updates[0]["message"]?["text"] == "hi" && updates[1]["something_new"]?["x"] == 1)
        #expect(updates[0]["update_id"] != 1)
        #expect(try stage.call("sendMessage", ["chat_id": 55, "text": "hello Eve"])["ok"] == true)
    }

    @Test func sameSeedSameWorld() throws {
        var one = try stage(saying: "a")
        var two = try stage(saying: "a")
        #expect(try one.updates() == two.updates())
    }
}
