package import Contracts
import HTTPClient
package import Telegram

/// What follows from how a call ended.
package enum Verdict: Sendable, Hashable {
    /// Final. The receipt goes out as the command's policy says.
    case done(Receipt.Outcome)
    /// Not final: the scheduler gives it out again.
    case again(SendScheduler.Result)
    /// Nothing that repeating would mend, yet nothing that the platform refused either: kept among the dead letters.
    case deadLetter(code: Int, reason: String)

    /// - Parameters:
    ///   - chat: where it went; nil for what goes to no chat.
    ///   - attempts: how often it has been tried, this time included.
    package init(_ result: Result<[MessageID], TelegramError>, of command: Command, sentTo chat: ChatID?, attempts: Int) {
        switch result {
        case .success(let messages): self = .done(.done(messages: messages))
        case .failure(let error): self.init(error, of: command, sentTo: chat, attempts: attempts)
        }
    }

    private init(_ error: TelegramError, of command: Command, sentTo chat: ChatID?, attempts: Int) {
        switch error.code {
        case .tooManyRequests: self = .again(.tooManyRequests(retryAfter: error.retryAfter))
        case .notSent where error.isOfAFile: self = .done(.failed(code: 0, reason: error.reason))
        case .notSent: self = .again(.unreachable(retryAfter: Self.pause(after: attempts)))
        // An answer of the server's own that it couldn't: nothing was sent. What it can never do must not hold up its chat for ever.
        case .unavailable where attempts < Self.patience: self = .again(.retry(after: Self.pause(after: attempts)))
        case .unavailable: self = .deadLetter(code: error.status ?? 0, reason: error.reason)
        case .ambiguous where command.mayRepeat && attempts < Self.patience: self = .again(.retry(after: Self.pause(after: attempts)))
        case .ambiguous: self = .done(.ambiguous(reason: error.reason))
        default: self.init(rejected: error, of: command, sentTo: chat)
        }
    }

    private init(rejected error: TelegramError, of command: Command, sentTo chat: ChatID?) {
        // A group moves once. One that is said to have moved to itself, or back, would be followed for ever.
        if let new = error.migratedTo, let chat, new != chat, new != command.chat {
            self = .again(.migrated(to: new))
        } else if error.isBlocked {
            self = .done(.blocked(reason: error.reason))
        } else if error.isNotModified {
            // It is as it should be.
            self = .done(.done(messages: []))
        } else {
            self = .done(.failed(code: error.status ?? 0, reason: error.reason))
        }
    }

    /// Attempts that all end with an error of the server's own: with ``pause(after:)`` they take ten minutes.
    package static let patience = 25

    /// 0.5 s, doubled with each attempt, 30 s at most.
    private static func pause(after attempts: Int) -> Duration {
        min(.milliseconds(500) * (1 << min(max(attempts - 1, 0), 6)), .seconds(30))
    }
}

extension Command {
    /// Whether doing it twice shows nobody anything twice: the command says so, or its nature does.
    fileprivate var mayRepeat: Bool {
        switch action {
        case .send, .copy: isRepeatable
        case .edit, .editKeyboard, .delete, .pin, .unpin, .answerButton, .chatAction, .stopPoll, .setCommands: true
        }
    }
}

extension TelegramError {
    /// A file that goes along can't be read: no call can be made of it, however reachable the server is.
    fileprivate var isOfAFile: Bool { cause?.code == HTTPClientError.Code.file }
}
