/// How fast a bot may send. Telegram publishes no limits; these are where sending has been seen to go well, and what
/// a 429 says always wins.
package struct SendLimits: Sendable, Hashable {
    package struct Rate: Sendable, Hashable {
        /// In one go.
        package var burst: Double
        /// Per second in the long run.
        package var perSecond: Double

        package init(burst: Double, perSecond: Double) {
            self.burst = burst
            self.perSecond = perSecond
        }
    }

    /// In a chat with one person. Telegram's FAQ: about one a second, short bursts pass.
    package var directChat = Rate(burst: 5, perSecond: 1)
    /// In a group or channel. Telegram's FAQ: 20 a minute; edits count.
    package var group = Rate(burst: 18, perSecond: 18.0 / 60)
    /// Of the bulk lane over all chats. Telegram's FAQ: about 30 a second; some are left to the other lanes.
    package var bulk = Rate(burst: 5, perSecond: 25)
    /// The bulk rate halves with each 429, down to this, and comes back by a tenth each second without one.
    package var slowestBulk = 1.0
    /// Chats that must freeze within ``freezeWindow`` before the whole bot does.
    package var chatsToFreezeBot = 3
    package var freezeWindow: Duration = .seconds(5)
    /// One in so many sends is for a waiting bulk message even when more urgent ones wait.
    package var bulkFloor = 20
    /// Calls of one bot under way at one time.
    package var inFlightPerBot = 64
    /// Calls under way over all bots.
    package var inFlight = 256
    /// A 429 without `retry_after`.
    package var unknownRetryAfter: Duration = .seconds(5)

    package init() {}
}
