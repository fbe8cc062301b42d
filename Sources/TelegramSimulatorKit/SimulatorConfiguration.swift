/// How the simulated world behaves.
package struct SimulatorConfiguration: Sendable {
    package struct BotAccount: Sendable, Hashable {
        /// With or without the ending "bot"; the username gets one if need be.
        package var name: String
        package var token: String

        package init(name: String, token: String) {
            self.name = name
            self.token = token
        }
    }

    package var bots: [BotAccount] = []
    /// Whether any well-formed token becomes a bot at its first use; otherwise unknown tokens get 401.
    package var isOpen = false
    package var limits = FloodLimits()
    /// Where ids, dice and shares of faults start from: the same seed and the same calls give the same world.
    package var seed: UInt64 = 1
    /// Messages kept per chat; the oldest go first.
    package var messagesPerChat = 10_000
    /// Updates kept per bot.
    package var updatesPerBot = 100_000
    /// Bytes of file content kept in all.
    package var fileBytes = 256 << 20
    /// Seconds before the second repetition of a webhook delivery, doubled from then on. The real server begins with 1.
    package var webhookRetryBase: Double = 1
    /// Seconds that repetitions of a delivery are apart at most (up to twice that, drawn each time).
    package var webhookRetryMaximum: Double = 60
    /// Whether `getUpdates` is slowed down like the real one when it is called again and again with the same offset.
    package var slowsBusyPolling = false

    package init() {}
}
