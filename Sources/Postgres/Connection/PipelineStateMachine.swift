import DequeModule

/// Which answer belongs to which statement of which unit.
///
/// A unit is what is sent up to one Sync. Answers come in the order of sending, one per step; after the first error the
/// server skips the rest of the unit and answers "aborted" for each step. Knows nothing of sockets or libpq.
package struct PipelineStateMachine {
    package enum Step: Equatable, Sendable {
        case prepare(StatementCache.ID, statement: Int)
        case execute(statement: Int)

        var statement: Int {
            switch self {
            case .prepare(_, let statement), .execute(let statement): statement
            }
        }
    }

    /// What it means for data when a unit's fate is unknown.
    package enum Effect: Equatable, Sendable {
        /// No transaction around it: it takes effect by itself.
        case autocommit
        /// Inside an open transaction: without a later COMMIT it has no effect.
        case open
        /// The COMMIT is this statement of the unit.
        case commit(statement: Int)
    }

    package enum Incoming: Equatable, Sendable {
        case success
        /// `isFatal`: the server is closing the connection with it, so it says nothing about the statement.
        case error(isFatal: Bool)
        case aborted
        case sync
        /// libpq's "nothing more for this command".
        case end
    }

    package enum Action: Equatable, Sendable {
        case none
        /// The answer is the result of this statement.
        case deliver(statement: Int)
        /// The answer is the error of this statement; `preparing` names a statement that is not prepared after all.
        case fail(statement: Int, preparing: StatementCache.ID?)
        /// Skipped before it was prepared.
        case unprepared(StatementCache.ID)
        /// The first unit is over; `failed` tells whether any of it went wrong.
        case complete(failed: Bool)
        /// An answer that cannot come here; the connection is of no more use.
        case violation
    }

    /// Why a unit ended when its connection did.
    package enum Loss: Equatable, Sendable {
        /// Its COMMIT had been answered before.
        case committed
        /// It had failed before, or belonged to an open transaction: nothing of it lasts.
        case noEffect
        case mayHaveExecuted
        case commitUnknown
    }

    private struct Unit {
        var steps: [Step]
        var effect: Effect
        var isScript: Bool
        var next = 0
        var failed = false
        var committed = false
    }

    private var units: Deque<Unit> = []

    package init() {}

    /// Units that were sent and not completely answered.
    package var count: Int { units.count }
    package var isIdle: Bool { units.isEmpty }

    package mutating func sent(_ steps: [Step], effect: Effect) {
        units.append(Unit(steps: steps, effect: effect, isScript: false))
    }

    /// A text of any number of statements in the simple protocol: any number of answers, then the end.
    package mutating func sentScript(effect: Effect) {
        units.append(Unit(steps: [], effect: effect, isScript: true))
    }

    package mutating func receive(_ incoming: Incoming) -> Action {
        guard !units.isEmpty else { return incoming == .end ? .none : .violation }
        return units[0].isScript ? receiveInScript(incoming) : receiveInUnit(incoming)
    }

    private mutating func receiveInScript(_ incoming: Incoming) -> Action {
        switch incoming {
        case .success: return .none
        case .error:
            units[0].failed = true
            return .fail(statement: 0, preparing: nil)
        case .end: return complete()
        case .aborted, .sync: return .violation
        }
    }

    private mutating func receiveInUnit(_ incoming: Incoming) -> Action {
        let position = units[0].next
        switch incoming {
        case .end:
            return .none
        case .sync:
            return position == units[0].steps.count ? complete() : .violation
        case .error(isFatal: true) where position == units[0].steps.count:
            // The server says good-bye between the last answer and the Sync; the loss of the connection follows.
            return .none
        case .success, .error, .aborted:
            guard position < units[0].steps.count else { return .violation }
        }
        let step = units[0].steps[position]
        units[0].next += 1
        switch (incoming, step) {
        case (.success, _) where units[0].failed:
            return .violation
        case (.success, .prepare):
            return .none
        case (.success, .execute(let statement)):
            if units[0].effect == .commit(statement: statement) { units[0].committed = true }
            return .deliver(statement: statement)
        case (.error(let isFatal), _):
            // A fatal error may come after the statement, even after COMMIT, has taken effect.
            if !isFatal { units[0].failed = true }
            if case .prepare(let id, let statement) = step { return .fail(statement: statement, preparing: id) }
            return .fail(statement: step.statement, preparing: nil)
        case (.aborted, .prepare(let id, _)):
            return .unprepared(id)
        default:
            return .none
        }
    }

    private mutating func complete() -> Action {
        .complete(failed: units.removeFirst().failed)
    }

    /// The connection is gone: what became of each unit, in the order of sending.
    package mutating func connectionLost() -> [Loss] {
        defer { units.removeAll() }
        return units.map { unit in
            switch unit.effect {
            case .commit: unit.committed ? .committed : unit.failed ? .noEffect : .commitUnknown
            case .open: .noEffect
            case .autocommit: unit.failed ? .noEffect : .mayHaveExecuted
            }
        }
    }
}
