import Contracts
import HTTPClient
import Sender
import Telegram
import Testing

/// What an answer means: the table of `docs/sending.md`, a test for each row.
@Suite struct VerdictTests {
    private let send: Command
    private let edit: Command

    init() throws {
        let demo = try #require(BotName("demo"))
        let message = OutgoingMessage(.text("hello"))
        send = Command(bot: demo, platform: .telegram, chat: "-1", action: .send(message))
        edit = Command(bot: demo, platform: .telegram, chat: "-1", action: .edit("7", message))
    }

    @Test func okIsDoneWithTheIDsOfTheNewMessages() {
        #expect(Verdict(.success(["7", "8"]), of: send, sentTo: "-1", attempts: 1) == .done(.done(messages: ["7", "8"])))
    }

    @Test func tooManyRequestsIsTriedAgainAfterWhatTheServerSays() {
        let body = #"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}"#
        #expect(verdict(429, body) == .again(.tooManyRequests(retryAfter: .seconds(7))))
        #expect(verdict(429, "<html>", retryAfter: "3") == .again(.tooManyRequests(retryAfter: .seconds(3))))
        #expect(verdict(429, "<html>") == .again(.tooManyRequests(retryAfter: nil)))
    }

    @Test func anErrorOfTheServersOwnIsTriedAgain() {
        let body = #"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#
        #expect(verdict(500, body) == .again(.retry(after: .milliseconds(500))))
    }

    /// Telegram can't do this one, ever: what comes after it in its chat must not wait for it.
    @Test func anErrorThatNeverEndsGoesToTheDeadLetters() {
        let body = #"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#
        #expect(verdict(500, body, attempts: Verdict.patience - 1) == .again(.retry(after: .seconds(30))))
        #expect(verdict(500, body, attempts: Verdict.patience) == .deadLetter(code: 500, reason: "Internal Server Error"))
        #expect(verdict(502, "", of: edit, attempts: Verdict.patience) == .done(.ambiguous(reason: "the answer is not the Bot API's")))
    }

    @Test func whatWasNotWrittenIsTriedAgainAndHoldsUpTheBot() {
        #expect(verdict(.notSent, .connect) == .again(.unreachable(retryAfter: .milliseconds(500))))
        #expect(verdict(.notSent, .timeout) == .again(.unreachable(retryAfter: .milliseconds(500))))
    }

    /// It would fail again for ever, and nothing else of the bot would be sent meanwhile.
    @Test func aFileThatCannotBeReadHasFailed() {
        #expect(verdict(.notSent, .file) == .done(.failed(code: 0, reason: "sendPhoto")))
    }

    @Test func noWholeAnswerIsAmbiguous() {
        #expect(verdict(.ambiguous, .timeout) == .done(.ambiguous(reason: "sendPhoto")))
        #expect(verdict(502, "<html>Bad Gateway</html>") == .done(.ambiguous(reason: "the answer is not the Bot API's")))
        #expect(verdict(200, #"{"ok":tr"#) == .done(.ambiguous(reason: "the answer is not the Bot API's")))
    }

    @Test func anAmbiguousSendIsRepeatedOnlyWhenItMayBe() {
        var repeatable = send
        repeatable.isRepeatable = true
        #expect(verdict(502, "", of: repeatable) == .again(.retry(after: .milliseconds(500))))
        #expect(verdict(502, "", of: edit) == .again(.retry(after: .milliseconds(500))))
        let actions: [Command.Action] = [
            .editKeyboard("7", nil), .delete(["7"]), .pin("7", silent: true), .unpin(nil), .answerButton(ButtonAnswer(query: "q")),
            .chatAction("typing"), .stopPoll("7"), .setCommands([]),
        ]
        for action in actions {
            var command = send
            command.action = action
            #expect(verdict(502, "", of: command) == .again(.retry(after: .milliseconds(500))))
        }
        var copy = send
        copy.action = .copy(from: "2", message: "7")
        #expect(verdict(502, "", of: copy) == .done(.ambiguous(reason: "the answer is not the Bot API's")))
    }

    @Test func aMovedGroupIsFollowed() {
        #expect(verdict(400, moved(to: "-2")) == .again(.migrated(to: "-2")))
    }

    @Test func aGroupThatMovedInACircleIsNotFollowed() {
        let reason = "Bad Request: group chat was upgraded to a supergroup chat"
        #expect(verdict(400, moved(to: "-1")) == .done(.failed(code: 400, reason: reason)))
        #expect(verdict(400, moved(to: "-1"), sentTo: "-2") == .done(.failed(code: 400, reason: reason)))
        #expect(verdict(400, moved(to: "-2"), sentTo: nil) == .done(.failed(code: 400, reason: reason)))
    }

    @Test func anEditThatChangesNothingIsDone() {
        let body = #"{"ok":false,"error_code":400,"description":"Bad Request: message is not modified: specified new message content…"}"#
        #expect(verdict(400, body, of: edit) == .done(.done(messages: [])))
    }

    @Test func forbiddenMeansThatThePersonCannotBeReached() {
        let body = #"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#
        #expect(verdict(403, body) == .done(.blocked(reason: "Forbidden: bot was blocked by the user")))
    }

    @Test(arguments: [(400, "Bad Request: chat not found"), (401, "Unauthorized"), (404, "Not Found: method not found")])
    func anythingElseHasFailedForGood(status: Int, reason: String) {
        let body = #"{"ok":false,"error_code":\#(status),"description":"\#(reason)"}"#
        #expect(verdict(status, body) == .done(.failed(code: status, reason: reason)))
    }

    @Test func pausesDoubleUpToHalfAMinute() {
        let pauses = [0.5, 1, 2, 4, 8, 16, 30, 30]
        for (attempt, pause) in zip(1..., pauses) {
            #expect(verdict(502, "", of: edit, attempts: attempt) == .again(.retry(after: .seconds(pause))))
        }
        #expect(verdict(.notSent, .connect, attempts: .max) == .again(.unreachable(retryAfter: .seconds(30))))
    }
}

extension VerdictTests {
    private func moved(to chat: String) -> String {
        #"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":\#(chat)}}"#
    }

    private func verdict(
        _ status: Int, _ body: String, retryAfter: String? = nil, of command: Command? = nil, sentTo chat: ChatID? = "-1", attempts: Int = 1
    ) -> Verdict {
        let result: Result<[MessageID], TelegramError>
        do throws(TelegramError) {
            _ = try TelegramAnswer.result(status: status, body: Array(body.utf8), retryAfterHeader: retryAfter)
            result = .success([])
        } catch {
            result = .failure(error)
        }
        return Verdict(result, of: command ?? send, sentTo: chat, attempts: attempts)
    }

    private func verdict(_ code: TelegramError.Code, _ cause: HTTPClientError.Code, attempts: Int = 1) -> Verdict {
        let delivery: HTTPClientError.Delivery = code == .notSent ? .notSent : .ambiguous
        let error = TelegramError(code, reason: "sendPhoto", cause: HTTPClientError(cause, "", delivery: delivery))
        return Verdict(.failure(error), of: send, sentTo: "-1", attempts: attempts)
    }
}
