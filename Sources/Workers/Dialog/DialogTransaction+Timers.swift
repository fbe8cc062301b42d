import BotEngine
import BotStore
import Bus
import Contracts
import Postgres

// What the scheduler is asked for, and what it says.
extension DialogTransaction {
    /// Whether a moment that a step has set still counts: it may have been moved or cancelled while its event was on its way. Timers
    /// of rows are judged by their rows.
    func counts(_ event: Event) async throws -> Bool {
        guard case .timer(let due) = event.content, case .signal? = TimerKey(due.key) else { return true }
        let query = TimerTable.take(due.key, revision: due.revision, of: event.bot).named("take moment")
        return try await transaction.query(query).affectedRows > 0
    }

    /// The effects with the numbers of their requests: one for all of the event. The rows and people that they belong to are locked.
    func numbered(_ effects: [Effect], of task: DialogTask) async throws -> [Effect] {
        var set: [String] = []
        var cancelled: [String] = []
        var isAsking = false
        for case .timer(let request, _) in effects {
            isAsking = true
            switch request {
            case .set(let timer): if case .signal? = TimerKey(timer.key) { set.append(timer.key) }
            case .cancel(let cancel):
                if case .key(let key) = cancel.target, case .signal? = TimerKey(key) { cancelled.append(key) }
            }
        }
        guard isAsking else { return effects }
        let query = TimerTable.revision(setting: set, cancelling: cancelled, of: task.event.bot).named("number timers")
        let revision = try await transaction.query(query).decodeOne(Int64.self)
        let isReset = task.event.isTimerReset
        return effects.map { effect in
            guard case .timer(let request, let lane) = effect else { return effect }
            var numbered = request.numbered(revision)
            // What has fired since the timers were to be set anew doesn't fire again.
            if isReset, case .set(var timer) = numbered {
                timer.at = max(timer.at, .now)
                numbered = .set(timer)
            }
            return .timer(numbered, lane)
        }
    }
}

extension BusMessage {
    /// A request to the scheduler.
    static func timer(_ request: TimerRequest, envelope: (String) -> Envelope) -> BusMessage {
        switch request {
        case .set(let timer): .request(.setTimer, timer, envelope: envelope(Operation.setTimer.type))
        case .cancel(let cancel): .request(.cancelTimers, cancel, envelope: envelope(Operation.cancelTimers.type))
        }
    }
}
