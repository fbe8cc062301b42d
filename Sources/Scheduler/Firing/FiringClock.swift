package import Contracts
package import Schedules
import Synchronization

/// Sleeps until it is time to look for due timers, and is woken when one is stored that comes earlier.
package final class FiringClock: Sendable {
    package typealias Rhythm = FiringRhythm.Settings

    private struct State {
        var rhythm: FiringRhythm
        var sleeper: Task<Void, Never>?
        var isStopped = false
    }

    private let state: Mutex<State>

    package init(_ rhythm: Rhythm = Rhythm()) { state = Mutex(State(rhythm: FiringRhythm(rhythm))) }

    /// Returns when it is time, at once when it is stopped or the task is cancelled.
    package func wait() async {
        while !Task.isCancelled {
            let sleeper = state.withLock { state -> Task<Void, Never>? in
                let pause = state.rhythm.pause(at: .now)
                guard !state.isStopped, pause > .zero else { return nil }
                let sleeper = Task { _ = try? await Task.sleep(for: pause) }
                state.sleeper = sleeper
                return sleeper
            }
            guard let sleeper else { return }
            await withTaskCancellationHandler {
                await sleeper.value
            } onCancel: {
                sleeper.cancel()
            }
        }
    }

    package var isStopped: Bool { state.withLock { $0.isStopped } || Task.isCancelled }

    /// To be told before the look asks the database.
    package func begins() { state.withLock { $0.rhythm.begins() } }

    /// See ``FiringRhythm/expects(at:)``.
    func expects(at now: Timestamp) -> Bool { state.withLock { $0.rhythm.expects(at: now) } }

    /// See ``FiringRhythm/looked(at:due:foundAll:)``.
    package func looked(at moment: Timestamp, due: Timestamp?, foundAll: Bool) {
        state.withLock { $0.rhythm.looked(at: moment, due: due, foundAll: foundAll) }
    }

    func failed() { state.withLock { $0.rhythm.failed(at: .now) } }

    /// A timer was stored.
    package func announce(_ due: Timestamp) {
        state.withLock { if $0.rhythm.announced(due, at: .now) { $0.sleeper?.cancel() } }
    }

    /// No more looks, but what is in hand is finished.
    package func stop() {
        state.withLock {
            $0.isStopped = true
            $0.sleeper?.cancel()
        }
    }
}
