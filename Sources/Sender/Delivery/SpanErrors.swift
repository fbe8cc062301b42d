import Contracts
import Runtime
import Telegram

extension Verdict {
    /// What a span of the attempt ends in; nil: it went as it should.
    var errorType: String? {
        switch self {
        case .done(.done(_)): nil
        case .done(let outcome): outcome.name
        case .again(.tooManyRequests): "429"
        case .again(.migrated): "migrated"
        case .again(.unreachable): "unreachable"
        case .again: "again"
        case .deadLetter: "dead_letter"
        }
    }
}

extension Span {
    /// Ends the span of a call of the Bot API, with `error.type` as OpenTelemetry's conventions for HTTP want it: the status where there
    /// was an answer.
    consuming func finish(_ error: TelegramError?) {
        guard let error else {
            self["http.response.status_code"] = 200
            return finish()
        }
        if let status = error.status { self["http.response.status_code"] = .number(Int64(status)) }
        let kind: String =
            switch error.code {
            case .notSent: "not_sent"
            case .ambiguous: "ambiguous"
            default: error.status.map { String($0) } ?? "_OTHER"
            }
        finish(error: kind)
    }
}
