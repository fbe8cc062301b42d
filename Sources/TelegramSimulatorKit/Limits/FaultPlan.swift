/// What goes wrong on purpose, and when.
package struct FaultRule: Sendable, Hashable {
    package enum Effect: Sendable, Hashable {
        /// Answered with this refusal instead of being carried out.
        case answer(APIFailure)
        /// The connection breaks before the call is carried out.
        case resetBefore
        /// The call is carried out, then the connection breaks without an answer: ambiguous for the client.
        case resetAfter
        /// Carried out later, by this many seconds.
        case delay(Double)
    }

    package enum Trigger: Sendable, Hashable {
        /// The next so many calls.
        case next(Int)
        /// Every so-manieth call.
        case every(Int)
        /// This share of the calls, 0...1, drawn from the seeded generator.
        case share(Double)
    }

    package var effect: Effect
    package var trigger: Trigger
    /// Lower-case method; nil for all, a trailing `*` for a prefix.
    package var method: String?
    /// Nil for all bots.
    package var bot: BotID?
    /// Nil for all chats.
    package var chat: Int64?

    package init(_ effect: Effect, _ trigger: Trigger, method: String? = nil, bot: BotID? = nil, chat: Int64? = nil) {
        self.effect = effect
        self.trigger = trigger
        self.method = method?.lowercased()
        self.bot = bot
        self.chat = chat
    }

    func concerns(method: String, bot: BotID, chat: Int64?) -> Bool {
        if let wanted = self.bot, wanted != bot { return false }
        if let wanted = self.chat, wanted != chat { return false }
        guard let pattern = self.method else { return true }
        return pattern.hasSuffix("*") ? method.hasPrefix(pattern.dropLast()) : method == pattern
    }
}

/// The rules in force. The first rule that strikes decides.
package struct FaultPlan: Sendable {
    package struct Entry: Sendable {
        package var id: Int
        package var rule: FaultRule
        /// Calls that the rule concerned.
        package var seen = 0
        /// Calls that it struck.
        package var struck = 0
    }

    package private(set) var entries: [Entry] = []
    private var nextID = 1

    package init() {}

    package mutating func add(_ rule: FaultRule) -> Int {
        defer { nextID += 1 }
        entries.append(Entry(id: nextID, rule: rule))
        return nextID
    }

    package mutating func remove(id: Int) -> Bool {
        let count = entries.count
        entries.removeAll { $0.id == id }
        return entries.count < count
    }

    package mutating func removeAll() { entries.removeAll() }

    /// The fault for this call. A rule for the next N calls goes when it has struck N times.
    package mutating func strike(
        method: String, bot: BotID, chat: Int64?, random: inout SeededRandom
    ) -> FaultRule.Effect? {
        guard !entries.isEmpty else { return nil }
        for index in entries.indices where entries[index].rule.concerns(method: method, bot: bot, chat: chat) {
            entries[index].seen += 1
            let strikes: Bool
            switch entries[index].rule.trigger {
            case .next: strikes = true
            case .every(let n): strikes = entries[index].seen.isMultiple(of: max(n, 1))
            case .share(let share): strikes = Double.random(in: 0..<1, using: &random) < share
            }
            guard strikes else { continue }
            entries[index].struck += 1
            let effect = entries[index].rule.effect
            if case .next(let n) = entries[index].rule.trigger, entries[index].struck >= n { entries.remove(at: index) }
            return effect
        }
        return nil
    }
}
