package import BotEngine
import BotLanguage
package import Contracts
package import JSON
import Postgres

/// What becomes of running conversations under another version.
package struct ConversationImpact: Sendable, Hashable {
    /// Conversations that stand in one place and can't go on there.
    package struct Case: Sendable, Hashable {
        package var kind: Frame.Kind
        package var name: String
        package var misfit: Misfit
        /// Where the rules of `migrate` take them.
        package var moved: [String: Int]
        /// Those that no rule takes anywhere: they are closed, and the person sees what was open below.
        package var closed: Int

        package init(kind: Frame.Kind, name: String, misfit: Misfit, moved: [String: Int] = [:], closed: Int = 0) {
            self.kind = kind
            self.name = name
            self.misfit = misfit
            self.moved = moved
            self.closed = closed
        }

        package var count: Int { closed + moved.values.reduce(0, +) }
    }

    /// How many conversations the bot has.
    package var conversations = 0
    /// The most common first.
    package var cases: [Case] = []

    /// How many lose their place.
    package var closed: Int { cases.reduce(0) { $0 + $1.closed } }
}

extension ConversationImpact: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("conversations", conversations)
            $0.member("closed", closed)
            $0.member("cases", cases)
        }
    }
}

extension ConversationImpact.Case: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("kind", kind.rawValue)
            $0.member("name", name)
            $0.member("reason", misfit.description)
            $0.member("conversations", count)
            $0.member("closed", closed)
            $0.member(
                "moved",
                object: { json in
                    for (target, count) in moved.sorted(by: { $0.key < $1.key }) { json.member(target, count) }
                })
        }
    }
}

extension DefinitionRegistry {
    /// Looks at every conversation of the bot, a page at a time; nothing is locked, and nothing is kept in memory.
    ///
    /// - Parameters:
    ///   - next: the version that is to be, with rules.
    ///   - current: the one that is; what can't go on there already isn't counted. Nil: none.
    package func impact(on bot: BotName, of next: Loaded, after current: Loaded?) async throws -> ConversationImpact {
        var tally = ImpactTally(next: next, current: current)
        var last = ("", "")
        while true {
            // Only what tells where they stand: keyboards are most of a conversation.
            let rows = try await pool.query(
                PostgresQuery(
                    """
                    SELECT chat, person, json_build_object('f', state -> 'f', 'd', state -> 'd') FROM \(identifier: ConversationTable.schema, "conversations")
                    WHERE bot = \(bot.rawValue) AND (chat, person) > (\(last.0), \(last.1)) ORDER BY chat, person LIMIT \(Int64(Self.page))
                    """
                ).named("read conversations")
            ).decode((String, String, PostgresJSON).self)
            for (_, _, state) in rows { tally.add(state.bytes) }
            guard rows.count == Self.page, let end = rows.last else { break }
            last = (end.0, end.1)
        }
        return tally.impact
    }

    private static let page = 5_000
}

private struct ImpactTally {
    let next: DefinitionRegistry.Loaded
    let current: DefinitionRegistry.Loaded?
    private var count = 0
    private var cases: [Key: ConversationImpact.Case] = [:]

    private struct Key: Hashable {
        var kind: Frame.Kind
        var name: String
        var misfit: Misfit
    }

    init(next: DefinitionRegistry.Loaded, current: DefinitionRegistry.Loaded?) {
        self.next = next
        self.current = current
    }

    mutating func add(_ bytes: [UInt8]) {
        count += 1
        guard var state = try? ConversationState(jsonBytes: bytes), !state.frames.isEmpty else { return }
        if let current {
            state.carryOver(to: current.rules, now: .now)
            state.frames.removeAll { $0.misfit(in: current.definition) != nil }
        }
        // A version that is rolled back to is older than what has written the conversation: its rules are for others.
        guard let top = state.frames.last, let misfit = top.misfit(in: next.definition) else { return }
        var carried = state
        carried.carryOver(to: next.rules, now: .now)
        let key = Key(kind: top.kind, name: top.name, misfit: misfit)
        var entry = cases[key] ?? ConversationImpact.Case(kind: top.kind, name: top.name, misfit: misfit)
        if let target = carried.frames.last, target != top, target.misfit(in: next.definition) == nil {
            entry.moved["\(target.kind.rawValue) \(target.name)", default: 0] += 1
        } else {
            entry.closed += 1
        }
        cases[key] = entry
    }

    var impact: ConversationImpact {
        ConversationImpact(
            conversations: count,
            cases: cases.values.sorted { ($1.count, $0.name, $0.misfit.description) < ($0.count, $1.name, $1.misfit.description) })
    }
}
