import CPostgres
import Glibc
import Synchronization

/// Messages to the I/O thread, from any thread. The thread is woken by one write to an eventfd, and only when it sleeps.
final class Inbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var isSleeping = false
        var isClosed = false
    }

    private let state = Mutex(State())
    let wakeup: Int32

    init() throws {
        wakeup = cpostgres_eventfd_create()
        if wakeup < 0 { throw PostgresError(.connection, "eventfd failed (errno \(errno))") }
    }

    deinit { close(wakeup) }

    /// False when the I/O thread has ended; the message is then not taken.
    func send(_ message: Message) -> Bool {
        let (accepted, wake) = state.withLock { state in
            if state.isClosed { return (false, false) }
            state.messages.append(message)
            let wake = state.isSleeping
            state.isSleeping = false
            return (true, wake)
        }
        if wake { cpostgres_eventfd_signal(wakeup) }
        return accepted
    }

    /// Swaps everything waiting into `messages`, which must be empty.
    func takeAll(into messages: inout [Message]) {
        state.withLock { swap(&$0.messages, &messages) }
    }

    /// Announces that the thread is about to sleep. False when there is something to do first.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            guard state.messages.isEmpty else { return false }
            state.isSleeping = true
            return true
        }
    }

    func wokeUp() { state.withLock { $0.isSleeping = false } }

    /// Takes no more messages and returns those that were still waiting.
    func closeAndTakeAll() -> [Message] {
        state.withLock { state in
            state.isClosed = true
            defer { state.messages = [] }
            return state.messages
        }
    }
}
