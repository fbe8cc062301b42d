import Contracts
import JSON
import Telegram
import Testing

@Suite struct AnswerTests {
    private func failure(_ status: Int, _ body: String, retryAfter: String? = nil) -> TelegramError? {
        #expect(throws: TelegramError.self) {
            try TelegramAnswer.result(status: status, body: Array(body.utf8), retryAfterHeader: retryAfter)
        }
    }

    @Test func success() throws {
        #expect(
            try TelegramAnswer.result(status: 200, body: Array(#"{"ok":true,"result":{"message_id":7}}"#.utf8), retryAfterHeader: nil)[
                "message_id"] == 7)
    }

    @Test func rejected() {
        let error = failure(400, #"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#)
        #expect(error?.code == .rejected)
        #expect(error?.description == "400 Bad Request: chat not found")
        #expect(error?.isBlocked == false)
        #expect(failure(403, #"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#)?.isBlocked == true)
        #expect(
            failure(400, #"{"ok":false,"error_code":400,"description":"Bad Request: message is not modified: x"}"#)?.isNotModified == true)
    }

    @Test func migrated() {
        let body =
            #"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1009}}"#
        #expect(failure(400, body)?.migratedTo == "-1009")
    }

    @Test func tooManyRequests() {
        let body = #"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}"#
        #expect(failure(429, body)?.code == .tooManyRequests)
        #expect(failure(429, body)?.retryAfter == .seconds(5))
        #expect(failure(429, "<html>", retryAfter: "7")?.retryAfter == .seconds(7))
        #expect(failure(429, "", retryAfter: nil)?.retryAfter == nil)
        #expect(failure(429, "", retryAfter: "1e300")?.retryAfter == .seconds(86_400))
    }

    @Test func serverFailures() {
        #expect(failure(500, #"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#)?.code == .unavailable)
        #expect(failure(502, "<html>Bad Gateway</html>")?.code == .ambiguous)
        #expect(failure(200, "")?.code == .ambiguous)
        #expect(failure(200, "[]")?.code == .ambiguous)
    }
}
