import Synchronization

/// A value that can be read at any time and watched by any number of tasks.
final class StateHub<State: Sendable>: Sendable {
    private struct Storage {
        var current: State
        var watchers: [UInt64: AsyncStream<State>.Continuation] = [:]
        var nextID: UInt64 = 0
        var isFinished = false
    }

    private let storage: Mutex<Storage>

    init(_ initial: State) { storage = Mutex(Storage(current: initial)) }

    var current: State { storage.withLock { $0.current } }

    func set(_ state: State) {
        storage.withLock { storage in
            guard !storage.isFinished else { return }
            storage.current = state
            for watcher in storage.watchers.values { watcher.yield(state) }
        }
    }

    /// Sets the last state: every stream ends after it.
    func finish(_ state: State) {
        let watchers = storage.withLock { storage -> [AsyncStream<State>.Continuation] in
            guard !storage.isFinished else { return [] }
            storage.isFinished = true
            storage.current = state
            defer { storage.watchers = [:] }
            return Array(storage.watchers.values)
        }
        for watcher in watchers {
            watcher.yield(state)
            watcher.finish()
        }
    }

    /// The current state and then every change. A watcher that is slow misses the eldest of more than 64.
    func stream() -> AsyncStream<State> {
        let (stream, continuation) = AsyncStream.makeStream(of: State.self, bufferingPolicy: .bufferingNewest(64))
        storage.withLock { storage in
            continuation.yield(storage.current)
            guard !storage.isFinished else { return continuation.finish() }
            let id = storage.nextID
            storage.nextID += 1
            storage.watchers[id] = continuation
            continuation.onTermination = { [weak self] _ in self?.remove(id) }
        }
        return stream
    }

    private func remove(_ id: UInt64) {
        // The continuation is released after the lock: dropping the last reference may call back into this.
        let removed = storage.withLock { $0.watchers.removeValue(forKey: id) }
        _ = removed
    }
}
