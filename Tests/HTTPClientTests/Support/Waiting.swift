import Dispatch
import Synchronization

/// Counts events and lets a test wait, bounded, for the nth.
final class Counter: Sendable {
    private struct State {
        var count = 0
        var nextID = 0
        var waiters: [Int: (threshold: Int, continuation: CheckedContinuation<Bool, Never>)] = [:]
    }

    private let state = Mutex(State())

    var value: Int { state.withLock { $0.count } }

    func increment() -> Int {
        let (count, ready) = state.withLock { state in
            state.count += 1
            let ready = state.waiters.filter { $0.value.threshold <= state.count }
            for id in ready.keys { state.waiters[id] = nil }
            return (state.count, ready.values.map(\.continuation))
        }
        for continuation in ready { continuation.resume(returning: true) }
        return count
    }

    func reaches(_ threshold: Int, within bound: Duration = .seconds(20)) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let timer = Task {
            try await Task.sleep(for: bound)
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: false)
        }
        let reached = await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.count >= threshold { return true }
                state.waiters[id] = (threshold, continuation)
                return false
            }
            if isDone { continuation.resume(returning: true) }
        }
        timer.cancel()
        if !reached { throw ServerError.timedOut }
    }
}

/// Holds a server's thread until the test opens it.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() {
        semaphore.signal()
    }

    func wait() throws {
        guard semaphore.wait(timeout: .now() + 20) == .success else { throw ServerError.timedOut }
    }
}
