import JSON
import TelegramSimulatorKit
import Testing

@Suite struct PollTests {
    private let quiz: JSON = [
        "question": "2 + 2?", "options": ["3", "4"], "type": "quiz", "correct_option_ids": [1], "is_anonymous": false,
    ]

    @Test func botsSeeAPersonsPollButNotItsVotesNorWhatIsRight() throws {
        var stage = try Stage()
        let key = try stage.group()
        let poll = try stage.world.sendPoll(Parameters(quiz.object ?? JSONObject()), by: stage.ann.id, in: key)
        let seen = try #require(try stage.updates(.message).last?["poll"])
        #expect(seen["type"] == "quiz" && seen["correct_option_ids"] == nil && seen["is_closed"] == false)
        try stage.world.vote(poll.id, [1], by: stage.ann.id, in: key)
        #expect(try stage.updates(.pollAnswer).isEmpty && stage.updates(.poll).isEmpty)
        try stage.world.stopPoll(poll.id, by: stage.ann.id, in: key)
        let ended = try #require(try stage.updates(.poll).last)
        #expect(ended["is_closed"] == true && ended["correct_option_ids"] == [1] && ended["total_voter_count"] == 1)
        #expect(throws: APIFailure.self) { try stage.world.stopPoll(poll.id, by: stage.ann.id, in: key) }
    }

    @Test func aPersonsPollIsCheckedAsABotsIs() throws {
        var stage = try Stage()
        let chat = stage.chat
        for (poll, text) in [
            (["question": "?"], "expected an Array of InputPollOption"),
            (["question": "?", "options": []], "poll must have at least one answer option"),
            (["options": ["a"]], "text must be non-empty"),
        ] as [(JSON, String)] {
            #expect(throws: APIFailure.badRequest(text)) {
                try stage.world.sendPoll(Parameters(poll.object ?? JSONObject()), by: stage.ann.id, in: chat)
            }
        }
        #expect(stage.world.polls.isEmpty)
    }

    @Test func whoeverIsNoAuthorCantStopIt() throws {
        var stage = try Stage()
        let key = try stage.group()
        let sent = try stage.result("sendPoll", ["chat_id": .int(key.id), "question": "?", "options": ["a"]])
        #expect(throws: APIFailure.badRequest("poll can't be stopped")) {
            try stage.world.stopPoll(sent["message_id"]?.int ?? 0, by: stage.ann.id, in: key)
        }
    }
}
