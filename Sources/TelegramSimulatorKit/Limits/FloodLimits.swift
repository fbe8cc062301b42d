/// The modelled flood limits. Telegram publishes none; the defaults follow its FAQ and what bots see.
package struct FloodLimits: Sendable, Hashable {
    package struct Rule: Sendable, Hashable {
        /// Messages per second in the long run.
        package var rate: Double
        /// Messages at once.
        package var burst: Double
        /// Shortest time, in seconds, for which everything is refused after a violation.
        package var penalty: Double

        /// One message a day; slower ones would make waits that no header can carry.
        package static let slowest = 1.0 / 86_400
        /// A day, in seconds.
        package static let longestPenalty = 86_400.0

        package init(rate: Double, burst: Double, penalty: Double) {
            self.rate = rate
            self.burst = burst
            self.penalty = penalty
        }
    }

    package var isOn = true
    /// "Avoid sending more than one message per second" to one private chat; short bursts pass. Edits count.
    package var privateChat = Rule(rate: 1, burst: 10, penalty: 3)
    /// 20 messages per minute to one group.
    package var group = Rule(rate: 20.0 / 60, burst: 20, penalty: 10)
    /// About 20 edits per minute in one group, apart from messages.
    package var groupEdits = Rule(rate: 20.0 / 60, burst: 20, penalty: 10)
    /// 30 messages per second to chats that did not write lately, counted over all of them.
    package var bulk = Rule(rate: 30, burst: 30, penalty: 1)
    /// The same with `allow_paid_broadcast`.
    package var paidBulk = Rule(rate: 1_000, burst: 1_000, penalty: 1)
    /// For how many seconds after a person's last message or tap an answer is no bulk message.
    package var replyWindow: Double = 60
    /// One `setWebhook` per second.
    package var setWebhookInterval: Double = 1

    package init() {}

    package static var off: FloodLimits {
        var limits = FloodLimits()
        limits.isOn = false
        return limits
    }
}
