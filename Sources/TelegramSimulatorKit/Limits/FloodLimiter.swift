/// Decides which sends and edits pass.
///
/// A violation freezes what was violated (that chat, or the bot's bulk) for the penalty; what comes meanwhile is
/// answered with the time that remains and does not make it longer.
package struct FloodLimiter: Sendable {
    package enum Action: Sendable, Hashable { case send, edit }

    private struct Key: Hashable {
        enum Scope: Hashable { case chat(Int64), edits(Int64), bulk, paidBulk }
        var bot: BotID
        var scope: Scope
    }

    private struct State {
        var bucket: TokenBucket
        var frozenUntil: Double = -.infinity
    }

    package var limits: FloodLimits
    private var states: [Key: State] = [:]
    private var sweepAt = 4_096

    package init(_ limits: FloodLimits) { self.limits = limits }

    /// Passes `count` messages or tells after how many whole seconds to come again.
    ///
    /// - Parameters:
    ///   - isReply: the chat wrote within ``FloodLimits/replyWindow``.
    ///   - isPaid: the request said `allow_paid_broadcast`.
    package mutating func admit(
        _ action: Action, count: Int = 1, bot: BotID, chat: Int64, isGroup: Bool, isReply: Bool, isPaid: Bool = false,
        now: Double
    ) -> Int? {
        guard limits.isOn else { return nil }
        if states.count >= sweepAt { sweep(now) }
        let chatKey: Key
        let chatRule: FloodLimits.Rule
        switch (isGroup, action) {
        case (false, _): (chatKey, chatRule) = (Key(bot: bot, scope: .chat(chat)), limits.privateChat)
        case (true, .send): (chatKey, chatRule) = (Key(bot: bot, scope: .chat(chat)), limits.group)
        case (true, .edit): (chatKey, chatRule) = (Key(bot: bot, scope: .edits(chat)), limits.groupEdits)
        }
        if let wait = take(chatKey, chatRule, Double(count), now) { return wait }
        guard action == .send, !isReply else { return nil }
        let wait =
            isPaid
            ? take(Key(bot: bot, scope: .paidBulk), limits.paidBulk, Double(count), now)
            : take(Key(bot: bot, scope: .bulk), limits.bulk, Double(count), now)
        // What was not sent costs its chat nothing.
        if wait != nil { states[chatKey]?.bucket.giveBack(Double(count)) }
        return wait
    }

    private mutating func take(_ key: Key, _ rule: FloodLimits.Rule, _ count: Double, _ now: Double) -> Int? {
        var state = states[key] ?? State(bucket: TokenBucket(rate: rule.rate, burst: rule.burst, now: now))
        defer { states[key] = state }
        if state.frozenUntil > now { return Self.seconds(state.frozenUntil - now) }
        guard let wait = state.bucket.take(count, now: now) else { return nil }
        let seconds = Self.seconds(max(wait, rule.penalty))
        state.frozenUntil = now + Double(seconds)
        return seconds
    }

    /// Forgets chats whose bucket is full again.
    private mutating func sweep(_ now: Double) {
        for (key, var state) in states where state.frozenUntil <= now && state.bucket.isFull(now: now) { states[key] = nil }
        sweepAt = max(4_096, states.count * 2)
    }

    private static func seconds(_ time: Double) -> Int { max(1, Int(time.rounded(.up))) }
}
