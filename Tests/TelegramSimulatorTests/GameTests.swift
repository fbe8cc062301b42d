import JSON
import TelegramSimulatorKit
import Testing

@Suite struct GameTests {
    @Test func scoresRiseAndStandInTheMessage() throws {
        var stage = try Stage()
        let key = try stage.group()
        try stage.world.setGame("tetris", of: stage.bot, title: "Tetris", description: "Blocks")
        let sent = try stage.result("sendGame", ["chat_id": .int(key.id), "game_short_name": "tetris"])
        #expect(sent["game"]?["title"] == "Tetris")
        #expect(sent["reply_markup"]?["inline_keyboard"]?.array?.first?.array?.first?["text"] == "Play Tetris")
        let id = sent["message_id"] ?? 0
        _ = try stage.world.press(id.int ?? 0, row: 0, column: 0, by: stage.ann.id, in: key)
        let query = try #require(try stage.updates(.callbackQuery).last)
        #expect(query["game_short_name"] == "tetris" && query["data"] == nil)
        _ = try stage.result("answerCallbackQuery", ["callback_query_id": query["id"] ?? "", "url": "https://e.org/tetris"])
        let score: (PersonID, Int64, Bool) throws -> String = {
            try stage.refusal(
                "setGameScore",
                ["chat_id": .int(key.id), "message_id": id, "user_id": .int($0), "score": .int($1), "force": .bool($2)])
        }
        #expect(try score(stage.ann.id, 10, false) == "ok" && score(stage.ann.id, 10, true) == "Bad Request: BOT_SCORE_NOT_MODIFIED")
        #expect(try score(stage.ann.id, 9, false) == "Bad Request: BOT_SCORE_NOT_MODIFIED" && score(stage.ann.id, 9, true) == "ok")
        #expect(try score(stage.ann.id, -1, true) == "Bad Request: score must be non-negative")
        guard case .game(let shown)? = stage.world.chats[key]?.messages[id.int ?? 0]?.content else { throw Stage.Missing() }
        #expect(shown.text == "1. Ann – 9")
    }

    @Test func theTableShowsNeighboursAndTheFirstThree() throws {
        var stage = try Stage()
        let key = try stage.group()
        let id = try stage.result("sendGame", ["chat_id": .int(key.id), "game_short_name": "race"])["message_id"] ?? 0
        var players: [PersonID] = []
        for number in 1...10 {
            let player = try stage.world.addPerson(name: "P\(number)").id
            players.append(player)
            let score: JSON = ["chat_id": .int(key.id), "message_id": id, "user_id": .int(player), "score": .int(Int64(100 - number))]
            _ = try stage.result("setGameScore", score)
        }
        let ask: JSON = ["chat_id": .int(key.id), "message_id": id, "user_id": .int(players[7])]
        let rows = try stage.result("getGameHighScores", ask).array ?? []
        #expect(rows.map { $0["position"]?.int } == [1, 2, 3, 6, 7, 8, 9, 10])
    }

    @Test func gamesComeThroughInlineModeToo() throws {
        var stage = try Stage()
        let query = try stage.world.query("", by: stage.ann.id, of: stage.bot)
        let result: JSON = ["type": "game", "id": "1", "game_short_name": "chess"]
        _ = try stage.result("answerInlineQuery", ["inline_query_id": .string(query.id), "results": [result]])
        let message = try stage.world.choose("1", of: query.id, in: stage.chat)
        let score: JSON = ["inline_message_id": .string(message.inlineID ?? ""), "user_id": .int(stage.ann.id), "score": 3]
        #expect(try stage.result("setGameScore", score) == true)
        #expect(try stage.result("getGameHighScores", score).array?.first?["score"] == 3)
    }

    @Test(
        arguments: [
            (["game_short_name": "a b c"], "GAME_SHORTNAME_INVALID"),
            (
                ["game_short_name": "abc", "reply_markup": ["inline_keyboard": [[["text": "x", "url": "https://e.org"]]]]],
                "BUTTON_POS_INVALID"
            ),
            (["game_short_name": "abc", "reply_markup": ["keyboard": [["x"]]]], "inline keyboard expected"),
        ] as [(JSON, String)])
    func gamesAreChecked(parameters: JSON, description: String) throws {
        var stage = try Stage()
        var object = parameters.object ?? JSONObject()
        object["chat_id"] = .int(stage.ann.id)
        #expect(try stage.refusal("sendGame", .object(object)) == "Bad Request: \(description)")
    }
}
