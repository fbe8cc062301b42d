package import Contracts
package import Telegram

/// What follows from how a call ended.
package enum Verdict: Sendable, Hashable {
    /// Final. The receipt goes out as the command's policy says.
    case done(Receipt.Outcome)
    /// Not final: the scheduler gives it out again.
    case again(SendScheduler.Result)

    /// - Parameter attempts: how often it has been tried, this time included.
    package init(_ result: Result<[MessageID], TelegramError>, of command: Command, attempts: Int) {
        switch result {
        case .success(let messages): self = .done(.done(messages: messages))
        case .failure(let error): self.init(error, of: command, attempts: attempts)
        }
    }

    private init(_ error: TelegramError, of command: Command, attempts: Int) {
        switch error.code {
        case .tooManyRequests: self = .again(.tooManyRequests(retryAfter: error.retryAfter))
        case .notSent: self = .again(.unreachable(retryAfter: Self.pause(after: attempts)))
        // An answer of the server's own that it couldn't: nothing was sent.
        case .unavailable: self = .again(.retry(after: Self.pause(after: attempts)))
        case .ambiguous where command.mayRepeat: self = .again(.retry(after: Self.pause(after: attempts)))
        case .ambiguous: self = .done(.ambiguous(reason: error.reason))
        default: self.init(rejected: error, of: command)
        }
    }

    private init(rejected error: TelegramError, of command: Command) {
        if let chat = error.migratedTo {
            self = .again(.migrated(to: chat))
        } else if error.isBlocked {
            self = .done(.blocked(reason: error.reason))
        } else if error.isNotModified {
            // It is as it should be.
            self = .done(.done(messages: []))
        } else {
            self = .done(.failed(code: error.status ?? 0, reason: error.reason))
        }
    }

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
        case .edit, .editKeyboard, .delete, .pin, .unpin, .answerButton, .chatAction, .stopPoll: true
        }
    }
}
