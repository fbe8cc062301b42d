import BotEngine
import BotStore
import Contracts
import Postgres

// Rows that conversations follow: `live` screens.
extension DialogTransaction {
    /// Writes down what the conversation follows now, and tells those that follow what the event has changed.
    ///
    /// - Parameters:
    ///   - before: the conversation before the event.
    ///   - common: the chat's own, where there is one beside it.
    func effects(
        ofRows outcome: Outcome, since before: ConversationState?, _ common: ConversationState?, _ task: DialogTask
    ) async throws -> [Effect] {
        guard outcome.failure == nil else { return [] }
        var queries: [PostgresQuery] = []
        let own = [
            (key: task.conversation, old: before, new: Optional(outcome.state), drawn: outcome.drawnRows),
            (key: task.common, old: common, new: outcome.common, drawn: outcome.drawnCommonRows),
        ]
        for (key, old, new, _) in own {
            guard let key else { continue }
            let old = old?.liveRows ?? []
            let new = new?.liveRows ?? []
            let kind = task.event.chat?.kind ?? .direct
            if !new.isSubset(of: old) { queries.append(LiveTable.follow(new.subtracting(old), key, kind).named("follow rows")) }
            if !old.isSubset(of: new) { queries.append(LiveTable.unfollow(old.subtracting(new), key).named("unfollow rows")) }
        }
        let isAsking = !outcome.changedRows.isEmpty
        if isAsking {
            let limit = task.bot.engine.limits.events
            queries.append(LiveTable.followers(of: outcome.changedRows, bot: task.event.bot, limit: limit).named("find followers"))
        }
        guard !queries.isEmpty else { return [] }
        guard let found = try await transaction.pipeline(queries).last, isAsking else { return [] }
        let followers = try LiveTable.decode(found, bot: task.event.bot).filter { follower in
            !own.contains { $0.key == follower.key && $0.drawn.contains(follower.row) }
        }
        let lane = task.envelope.lane.forRecipients(followers.count)
        return followers.map { follower in
            .event(
                Event(
                    bot: task.event.bot, platform: task.event.platform, at: task.event.at,
                    chat: Chat(id: follower.key.chat, kind: follower.kind),
                    person: follower.key.person == "" ? nil : Person(id: follower.key.person, firstName: ""),
                    content: .rowChange(RowChange(collection: follower.row.collection, row: follower.row.id))), lane)
        }
    }
}
