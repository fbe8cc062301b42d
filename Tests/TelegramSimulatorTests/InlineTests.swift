import JSON
import TelegramSimulatorKit
import Testing

@Suite struct InlineTests {
    private let article: JSON = ["type": "article", "id": "1", "title": "T", "input_message_content": ["message_text": "cat"]]

    @Test func queriesLiveThirtySecondsAndAreAnsweredOnce() throws {
        var stage = try Stage()
        let first = try stage.world.query("a", by: stage.ann.id, of: stage.bot)
        #expect(try stage.updates().count == 1)
        let answer: (InlineQuery) -> JSON = { ["inline_query_id": .string($0.id), "results": [article]] }
        #expect(try stage.result("answerInlineQuery", answer(first)) == true)
        #expect(try stage.refusal("answerInlineQuery", answer(first)).hasPrefix("Bad Request: query is too old"))
        let second = try stage.world.query("b", by: stage.ann.id, of: stage.bot)
        stage.world.now += 31
        #expect(try stage.updates().isEmpty)
        #expect(try stage.refusal("answerInlineQuery", answer(second)).hasPrefix("Bad Request: query is too old"))
    }

    @Test(
        arguments: [
            ([["type": "article", "title": "T"]], "can't parse inline query result: Can't find field \"id\""),
            (
                [["type": "article", "id": "1", "title": "T"]],
                "can't parse inline query result: Can't find field \"input_message_content\""
            ),
            ([["type": "article", "id": "", "title": "T"]], "RESULT_ID_INVALID"),
            ([["type": "odd", "id": "1"]], "can't parse inline query result: Unsupported type"),
            (["x"], "can't parse inline query result: InlineQueryResult must be an Object"),
            ("x", "can't parse inline query results JSON object"),
        ] as [(JSON, String)])
    func resultsAreChecked(results: JSON, description: String) throws {
        var stage = try Stage()
        let query = try stage.world.query("a", by: stage.ann.id, of: stage.bot)
        #expect(
            try stage.refusal("answerInlineQuery", ["inline_query_id": .string(query.id), "results": results])
                == "Bad Request: \(description)")
    }

    @Test func fiftyResultsAtMostAndNoIdTwice() throws {
        var stage = try Stage()
        let query = try stage.world.query("a", by: stage.ann.id, of: stage.bot)
        let many = (0...50).map { JSON.object(JSONObject([("type", "article"), ("id", .string("\($0)"))])) }
        #expect(
            try stage.refusal("answerInlineQuery", ["inline_query_id": .string(query.id), "results": .array(many)])
                == "Bad Request: RESULTS_TOO_MUCH")
        #expect(
            try stage.refusal("answerInlineQuery", ["inline_query_id": .string(query.id), "results": [article, article]])
                == "Bad Request: RESULT_ID_DUPLICATE")
    }

    @Test func updateIdsJumpAfterAQuietWeek() throws {
        var stage = try Stage()
        _ = try stage.world.say("a", by: stage.ann.id, in: stage.chat)
        let first = try stage.updates().first?["update_id"]?.int ?? 0
        stage.world.now += 8 * 86_400
        #expect(try stage.updates().isEmpty)
        _ = try stage.world.say("b", by: stage.ann.id, in: stage.chat)
        let second = try stage.updates().first?["update_id"]?.int ?? 0
        #expect(abs(second - first) > 1)
    }

    @Test func pollsEndByThemselves() throws {
        var stage = try Stage()
        let sent = try stage.result(
            "sendPoll", ["chat_id": .int(stage.ann.id), "question": "?", "options": ["a", "b"], "open_period": 60])
        let id = sent["message_id"]?.int ?? 0
        #expect(stage.world.takeEffects().contains(.lookAgain(at: Stage.start + 60)))
        try stage.world.vote(id, [0], by: stage.ann.id, in: stage.chat)
        stage.world.now += 60
        stage.world.endPolls()
        #expect(try stage.updates().last?["poll"]?["is_closed"] == true)
        #expect(throws: APIFailure.self) { try stage.world.vote(id, [1], by: stage.ann.id, in: stage.chat) }
    }
}
