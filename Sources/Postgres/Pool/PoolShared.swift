import Synchronization

/// What other threads may read about the pool.
final class PoolShared: Sendable {
    private let idle = Atomic(0)
    private let used = Atomic(0)
    private let waiting = Atomic(0)
    private let ready = Atomic(false)
    private let connectError = Mutex<PostgresError?>(nil)

    func update(idle: Int, used: Int, waiting: Int) {
        self.idle.store(idle, ordering: .relaxed)
        self.used.store(used, ordering: .relaxed)
        self.waiting.store(waiting, ordering: .relaxed)
    }

    func becameReady() { ready.store(true, ordering: .relaxed) }
    func note(connectError error: PostgresError?) { connectError.withLock { $0 = error } }

    var status: PostgresPool.Status {
        PostgresPool.Status(
            idle: idle.load(ordering: .relaxed), used: used.load(ordering: .relaxed),
            waiting: waiting.load(ordering: .relaxed), hasConnected: ready.load(ordering: .relaxed),
            connectError: connectError.withLock { $0 })
    }
}
