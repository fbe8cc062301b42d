import BotEngine
import BotLanguage
import BotStore
package import Bus
package import Contracts
import Logging
import Postgres
import WorkerKit
import WorkerStore

/// Tells the scheduler of timers that are new in a definition, are others now, or are gone.
///
/// What there is to tell is written down as effects, like those of an event, together with what has been told: whoever dies on the way,
/// the sweep publishes the rest. Timers of rows are set by events to the bot itself, a page of rows at a time, so nobody waits.
extension DialogHandler {
    /// For every bot that runs here, until the broker has it or the task is cancelled.
    ///
    /// - Parameter names: these alone; nil: all.
    func publishTimers(_ publisher: any BusPublisher, of names: [BotName]? = nil) async {
        for (name, bot) in running where names?.contains(name) ?? true {
            var backoff = Backoff()
            while !Task.isCancelled {
                do {
                    try await planTimers(of: name, bot, publisher)
                    break
                } catch {
                    logger.warning("can't plan timers, trying again", metadata: ["bot": "\(name)", "error": "\(error)"])
                    do { try await Task.sleep(for: backoff.next()) } catch { return }
                }
            }
        }
    }

    /// For a bot whose tables are there, at its start and whenever it has another definition. Does nothing when nothing has changed.
    package func planTimers(of name: BotName, _ bot: Bot, _ publisher: any BusPublisher) async throws {
        guard let (id, messages) = try await planTimers(of: name, bot) else { return }
        logger.info("timers are set anew", metadata: ["bot": "\(name)", "requests": "\(messages.count)"])
        do { try await publisher.publish(messages) } catch {
            return logger.info("the broker takes timers later", metadata: ["bot": "\(name)", "error": "\(error)"])
        }
        try await pool.query(handled.markDispatched([id]).named("mark dispatched"))
    }

    private func planTimers(of name: BotName, _ bot: Bot) async throws -> (EnvelopeID, [BusMessage])? {
        let plans = Self.plans(bot.engine, of: name)
        // Mostly nothing has changed.
        guard try TimerTable.decode(await pool.query(TimerTable.plans(of: name).named("look at timers"))) != plans else { return nil }
        return try await pool.transaction("plan timers", isolation: .readCommitted) { [handled] transaction in
            let results = try await transaction.pipeline([bot.tables.order, TimerTable.plans(of: name), TimerTable.revision])
            let old = try TimerTable.decode(results[1])
            // Another process was faster.
            guard old != plans else { return nil }
            let revision = try results[2].decodeOne(Int64.self)
            let id = EnvelopeID("timers:\(name):\(revision)")
            let messages = Self.messages(from: old, to: plans, bot.engine, of: name, revision: revision, id: id)
            for query in TimerTable.replace(plans, of: name) { try transaction.atCommit(query) }
            try transaction.atCommit(TimerTable.forget(except: bot.engine.definition.signals.keys.sorted(), of: name))
            try transaction.atCommit(handled.insert([(id, StoredEffects(messages))]).named("insert handled"))
            return (id, messages)
        }
    }

    private static func plans(_ engine: BotEngine, of bot: BotName) -> [TimerTable.Plan] {
        engine.definition.timers.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map { timer in
            TimerTable.Plan(timer: timer.name, place: timer.rows?.collection ?? "", fingerprint: engine.fingerprint(of: timer, in: bot))
        }
    }

    private static func messages(
        from old: [TimerTable.Plan], to new: [TimerTable.Plan], _ engine: BotEngine, of bot: BotName, revision: Int64, id: EnvelopeID
    ) -> [BusMessage] {
        let now = Timestamp.now
        let cause = Envelope(id: id, lane: .bulk, partitionKey: nil, type: "timers")
        var messages: [BusMessage] = []
        for plan in old where !new.contains(where: { $0.timer == plan.timer && $0.place == plan.place }) {
            let target: CancelTimers.Target =
                plan.place.isEmpty ? .key(TimerKey.cron(plan.timer)) : .prefix(TimerKey.rows(plan.timer))
            messages.append(
                .timer(.cancel(CancelTimers(bot: bot, revision: revision, target: target))) {
                    cause.causing(messages.count, type: $0, lane: .bulk, partitionKey: nil)
                })
        }
        for plan in new where !old.contains(plan) {
            let event = engine.resetting(timer: plan.timer, of: bot, on: .telegram, at: now)
            messages.append(
                .event(
                    event,
                    envelope: cause.causing(messages.count, type: "event.\(event.kind)", lane: .bulk, partitionKey: event.partitionKey)))
        }
        return messages
    }
}
