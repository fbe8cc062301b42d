import Synchronization

/// What stand-ins write down, for a test to wait for and to compare.
package final class Journal: Sendable {
    private struct State {
        var lines: [String] = []
        var waiting: [(condition: @Sendable ([String]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }
    private let state = Mutex(State())

    package init() {}

    package var lines: [String] { state.withLock { $0.lines } }

    package func write(_ line: String) {
        state.withLock { state in
            state.lines.append(line)
            let lines = state.lines
            state.waiting.removeAll { waiter in
                guard waiter.condition(lines) else { return false }
                waiter.continuation.resume()
                return true
            }
        }
    }

    /// Returns when the journal fulfils `condition`; the suite's time limit bounds it.
    package func wait(for condition: @escaping @Sendable ([String]) -> Bool) async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if condition(state.lines) { continuation.resume() } else { state.waiting.append((condition, continuation)) }
            }
        }
    }

    /// Returns when somebody has written `line` so many times.
    package func wait(for line: String, times: Int = 1) async {
        await wait { lines in lines.count { $0 == line } >= times }
    }
}
