import Contracts
import HTTPClient
package import JSON

/// Reads what the Bot API answered.
package enum TelegramAnswer {
    /// The `result`, or the error that the answer means.
    ///
    /// A status of 500 and more without the Bot API's own form comes from something in between, which may have passed the
    /// call on before it failed.
    package static func result(status: Int, body: [UInt8], retryAfterHeader: String?) throws(TelegramError) -> JSON {
        guard let answer = try? JSON(parsing: body), let ok = answer["ok"]?.bool else {
            if status == 429 { throw tooManyRequests(answer: nil, header: retryAfterHeader) }
            throw TelegramError(.ambiguous, status: status, reason: "the answer is not the Bot API's")
        }
        if ok { return answer["result"] ?? .null }
        let code = answer["error_code"]?.int.map { Int($0) } ?? status
        switch code {
        case 429: throw tooManyRequests(answer: answer, header: retryAfterHeader)
        case 500...: throw TelegramError(.unavailable, status: code, reason: reason(answer))
        default:
            throw TelegramError(
                .rejected, status: code, reason: reason(answer),
                migratedTo: answer["parameters"]?["migrate_to_chat_id"]?.int.map { ChatID($0) })
        }
    }

    private static func tooManyRequests(answer: JSON?, header: String?) -> TelegramError {
        let seconds = answer?["parameters"]?["retry_after"]?.double ?? header.flatMap { Double($0) }
        return TelegramError(
            .tooManyRequests, status: 429, reason: answer.map(reason) ?? "Too Many Requests",
            retryAfter: seconds.flatMap { $0.isFinite && $0 >= 0 ? .milliseconds(Int64(min($0, 86_400) * 1000)) : nil })
    }

    private static func reason(_ answer: JSON) -> String { answer["description"]?.string ?? "no description" }
}
