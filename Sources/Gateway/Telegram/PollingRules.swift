import Contracts
package import Telegram

/// What a poller does next, decided from what happened last.
///
/// The offset moves only past updates that the broker has confirmed: asking with an offset deletes everything below it.
package struct PollingRules {
    package enum Action: Sendable, Hashable {
        /// Polling and a webhook exclude each other.
        case deleteWebhook
        /// `offset` nil: from the oldest that waits.
        case getUpdates(offset: Int64?)
        case pause(Duration)
    }

    package enum Event: Sendable {
        case webhookDeleted
        /// The broker has everything up to and including this one; nil: the answer was empty.
        case published(last: Int64?)
        /// The broker took nothing.
        case unpublished
        case failed(TelegramError)
    }

    private enum Step { case deletingWebhook, polling }

    private var step = Step.deletingWebhook
    private var offset: Int64?
    private var failures = 0

    package init() {}

    /// The first action, and the one after a pause.
    package func resume() -> Action {
        current
    }

    package mutating func next(after event: Event) -> Action {
        switch event {
        case .webhookDeleted:
            // No success yet: who only gets as far as this must go on waiting longer and longer.
            step = .polling
        case .published(let last):
            failures = 0
            // An empty answer has deleted everything below the offset, and after a week of silence Telegram begins again at any
            // number, perhaps a lower one. Without an offset that is found; nothing comes twice, since nothing is left.
            offset = last.map { $0 + 1 }
        case .unpublished: return .pause(Self.firstPause)
        case .failed(let error): return pause(after: error)
        }
        return current
    }

    private var current: Action {
        switch step {
        case .deletingWebhook: .deleteWebhook
        case .polling: .getUpdates(offset: offset)
        }
    }

    // MARK: Pauses

    private static let firstPause: Duration = .milliseconds(500)
    private static let longestPause: Duration = .seconds(30)

    private mutating func pause(after error: TelegramError) -> Action {
        // Not less than a little: 0 would mean asking as fast as it is refused.
        if let retryAfter = error.retryAfter { return .pause(max(retryAfter, Self.firstPause)) }
        // Another poller has no webhook to be removed; anything else is a webhook that somebody set while we poll.
        if error.status == 409, !error.reason.hasPrefix("Conflict: terminated by other getUpdates") { step = .deletingWebhook }
        failures += 1
        let doubled = Self.firstPause * (1 << min(failures - 1, 10))
        return .pause(min(doubled, Self.longestPause))
    }
}
