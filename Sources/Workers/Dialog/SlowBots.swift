import BotEngine
package import Contracts

/// Bots that have burnt their budgets lately: their events are handled apart from those of others.
///
/// A value without a clock: it is told the time. What counts is the work that an event makes, not how long it took: where everything
/// is slow, because the database is, nobody is to blame.
package struct SlowBots: Sendable {
    /// The effort of an event that makes its bot a slow one, see ``Outcome/effort``: about 50 ms of a processor, or 100 questions to the
    /// database. Most events are far below a hundredth of it.
    package static let threshold = 500_000
    /// How long a bot counts as slow after the last such event.
    package static let memory = Duration.seconds(10)

    private var since: [BotName: ContinuousClock.Instant] = [:]

    package init() {}

    package mutating func note(_ bot: BotName, at now: ContinuousClock.Instant) { since[bot] = now }

    package func contains(_ bot: BotName, at now: ContinuousClock.Instant) -> Bool {
        since[bot].map { now - $0 < Self.memory } ?? false
    }
}
