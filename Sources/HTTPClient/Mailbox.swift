internal import CCurl
internal import Synchronization

/// Orders for the I/O thread. It is woken only when it sleeps: under load it finds them by itself.
final class Mailbox: Sendable {
    enum Command: Sendable {
        case start(Submission)
        case cancel(UInt64)
        /// The reader of a paused body wants more.
        case resume(UInt64)
        /// Finish what is in hand until the deadline, then stop; resumes the continuation when the thread is done.
        case drain(until: ContinuousClock.Instant, CheckedContinuation<Void, Never>)
        /// Stop now.
        case stop
    }

    /// The multi handle. Safe to pass around: libcurl allows `curl_multi_wakeup` from any thread, the mailbox makes no other call and none
    /// after ``close()``, and every other use is on the I/O thread, which frees it after closing the mailbox.
    struct WakeupHandle: @unchecked Sendable {
        let multi: UnsafeMutableRawPointer
    }

    fileprivate struct State {
        var commands: [Command] = []
        var isAsleep = false
        /// nil once the thread has ended and the handle is freed.
        var handle: WakeupHandle?
    }

    private let state: Mutex<State>
    private let ids = Atomic<UInt64>(0)

    init(handle: WakeupHandle) {
        state = Mutex(State(handle: handle))
    }

    /// - Returns: false when the thread has ended; the command is dropped.
    func post(_ command: Command) -> Bool {
        state.withLock { $0.add(command) }
    }

    /// Unique; orders may still arrive a little out of its order.
    func nextID() -> UInt64 {
        ids.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// Takes everything posted, in order.
    func take(into buffer: inout [Command]) {
        state.withLock { swap(&$0.commands, &buffer) }
    }

    /// The thread is about to sleep. False: there is something to do first.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.commands.isEmpty
            return state.isAsleep
        }
    }

    func wakeUp() {
        state.withLock { $0.isAsleep = false }
    }

    /// No wakeup is tried after this. Returns what nobody will serve any more.
    func close() -> [Command] {
        state.withLock { state in
            state.handle = nil
            defer { state.commands = [] }
            return state.commands
        }
    }
}

extension Mailbox.State {
    /// Wakes inside the lock: ``Mailbox/close()`` must not free the handle between the look and the call.
    fileprivate mutating func add(_ command: Mailbox.Command) -> Bool {
        guard let handle else { return false }
        commands.append(command)
        if isAsleep {
            isAsleep = false
            curl_multi_wakeup(handle.multi)
        }
        return true
    }
}
