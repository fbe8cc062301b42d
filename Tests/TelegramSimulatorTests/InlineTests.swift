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

    // MARK: Files at URLs

    private func choose(_ url: String, _ type: String = "photo", file: Upload?) throws -> Message {
        var stage = try Stage()
        let query = try stage.world.query("a", by: stage.ann.id, of: stage.bot)
        let result = JSON.object(
            JSONObject([("type", .string(type)), ("id", "1"), ("\(type)_url", .string(url)), ("title", "T"), ("caption", "c")]))
        _ = try stage.result("answerInlineQuery", ["inline_query_id": .string(query.id), "results": [result]])
        return try stage.world.choose("1", of: query.id, in: stage.chat, file: file)
    }

    @Test func aFileFromALoopbackURLIsSent() throws {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 3, 0, 0, 0, 2]
        let sent = try choose("http://127.0.0.1:1/a.png", file: Upload(name: "a.png", contentType: "image/png", bytes: png))
        guard case .media(let media) = sent.content else { throw Stage.Missing() }
        #expect(media.kind == .photo && media.caption.text == "c" && sent.viaBot != nil)
    }

    @Test(arguments: [nil, Upload(name: "x", contentType: nil, bytes: [1])])
    func aTextStandsForAFileThatIsElsewhere(file: Upload?) throws {
        let sent = try choose("https://example.org/a.png?x=1", file: file)
        guard case .media(let media) = sent.content else { throw Stage.Missing() }
        #expect(media.kind == .document && media.caption.text == "c")
    }

    @Test func preparedMessagesGoWhereTheBotLetsThem() throws {
        var stage = try Stage()
        let save: (JSON) throws -> JSON = { options in
            var object = options.object ?? JSONObject()
            object["user_id"] = .int(stage.ann.id)
            object["result"] = article
            return try stage.call("savePreparedInlineMessage", .object(object))
        }
        #expect(try save([:])["description"] == "Bad Request: PEER_TYPES_INVALID")
        let id = try save(["allow_user_chats": true])["result"]?["id"]?.string ?? ""
        let group = try stage.group()
        let chat = stage.chat
        #expect(throws: APIFailure.self) { try stage.world.sendPrepared(id, in: group) }
        #expect(try stage.world.sendPrepared(id, in: chat).viaBot == stage.bot)
        stage.world.now += 86_400
        #expect(throws: APIFailure.self) { try stage.world.sendPrepared(id, in: chat) }
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
