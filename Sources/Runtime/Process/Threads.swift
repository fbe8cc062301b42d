import Glibc
import SystemPackage

/// A mutex with a condition, for threads that wait for each other.
final class Monitor: @unchecked Sendable {
    // Unchecked: both pointers are constant and their pointees are made for concurrent use.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Wakes everybody who waits. With the lock held.
    func wake() { pthread_cond_broadcast(condition) }

    /// With the lock held; it is free while waiting. May wake up for no reason.
    func wait() { pthread_cond_wait(condition, mutex) }

    /// - Returns: Whether there is time left.
    func wait(until deadline: MonotonicTime) -> Bool {
        var time = timespec(tv_sec: Int(deadline.nanoseconds / 1_000_000_000), tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
        return pthread_cond_timedwait(condition, mutex, &time) != ETIMEDOUT
    }
}

/// A reading of the clock that never jumps.
package struct MonotonicTime: Sendable, Hashable, Comparable {
    var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (time: Self, duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        return MonotonicTime(nanoseconds: time.nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    static func - (later: Self, earlier: Self) -> Duration { .nanoseconds(later.nanoseconds - earlier.nanoseconds) }
}

/// Starts a detached thread; `name` (at most 15 bytes) is what `top -H` shows.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
    final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(name: name, body: body))
    let status = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
            nameThread(work.name)
            work.body()
            return nil
        }, work.toOpaque())
    guard status == 0 else {
        // Out of threads: the work is dropped, and whoever waits for it has a bound.
        work.release()
        return
    }
    pthread_detach(thread)
}

/// As glibc's own function, which its module doesn't show to Swift, does it.
private func nameThread(_ name: String) {
    guard let file = try? FileDescriptor.open("/proc/thread-self/comm", .writeOnly) else { return }
    _ = try? file.closeAfter { try file.writeAll(name.utf8) }
}
