import Glibc
import Synchronization

/// The socket's descriptor for the one operation that other threads may perform on it: shutting it down.
///
/// The lock keeps the descriptor from being closed, and its number given to another file, in between.
final class GuardedSocket: Sendable {
    private struct Storage {
        var descriptor: Int32?
        /// When the I/O thread went into something that may block; nil while it waits in `poll`.
        var busySince: MonotonicTime?
        var limit = Duration.seconds(10)
    }

    private let storage = Mutex(Storage())

    /// The thread begins something that must end within `limit`.
    func enter(limit: Duration, now: MonotonicTime = .now()) {
        storage.withLock {
            $0.busySince = now
            $0.limit = limit
        }
    }

    func leave() { storage.withLock { $0.busySince = nil } }

    func opened(_ descriptor: Int32) { storage.withLock { $0.descriptor = descriptor } }

    /// To be called before the descriptor is closed.
    func closing() { storage.withLock { $0.descriptor = nil } }

    /// Ends every blocking call on the socket if the thread has been stuck for too long.
    ///
    /// - Returns: whether it had to.
    func shutdownIfStalled(now: MonotonicTime = .now()) -> Bool {
        storage.withLock { storage in
            guard let since = storage.busySince, let descriptor = storage.descriptor, now > since + storage.limit else {
                return false
            }
            storage.busySince = nil
            return Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) == 0
        }
    }

    func shutdownNow() {
        storage.withLock { storage in
            if let descriptor = storage.descriptor { _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }
}
