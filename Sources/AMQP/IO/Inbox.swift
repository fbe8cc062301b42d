import CRabbitMQ
import Glibc
import Synchronization

/// Commands for the I/O thread, from any thread, without waiting.
///
/// The eventfd is written only while the thread sleeps: under load a command costs a lock and an append.
final class Inbox: Sendable {
    private struct Storage {
        var commands: [Command] = []
        var isSleeping = false
        var isClosed = false
    }

    private let storage = Mutex(Storage())
    /// Readable when the thread should wake; -1 when the system had no descriptor left.
    let eventDescriptor: Int32

    init() { eventDescriptor = crabbitmq_eventfd() }

    deinit { if eventDescriptor >= 0 { Glibc.close(eventDescriptor) } }

    /// - Returns: false when the connection is closed: nobody will read it.
    func send(_ command: Command) -> Bool {
        let (accepted, mustWake) = storage.withLock { storage -> (Bool, Bool) in
            guard !storage.isClosed else { return (false, false) }
            storage.commands.append(command)
            defer { storage.isSleeping = false }
            return (true, storage.isSleeping)
        }
        if mustWake { wake() }
        return accepted
    }

    /// Takes back a command that the I/O thread has not seen.
    func withdraw(id: UInt64) -> Command? {
        storage.withLock { storage in
            guard let index = storage.commands.firstIndex(where: { $0.cancellationID == id }) else { return nil }
            return storage.commands.remove(at: index)
        }
    }

    /// Exchanges the waiting commands for `emptied`, whose memory is used again.
    ///
    /// - Parameter sleeping: the caller goes to sleep if this gives nothing; the next command then wakes it.
    func take(into emptied: inout [Command], sleeping: Bool) {
        storage.withLock { storage in
            swap(&storage.commands, &emptied)
            storage.isSleeping = sleeping && emptied.isEmpty
        }
    }

    /// The thread is awake again for another reason; forgets wake-ups that came meanwhile.
    func awoke(drain: Bool) {
        storage.withLock { $0.isSleeping = false }
        guard drain else { return }
        var count: UInt64 = 0
        _ = read(eventDescriptor, &count, 8)
    }

    /// From now on nothing is accepted.
    ///
    /// - Returns: what nobody has read.
    func close() -> [Command] {
        storage.withLock { storage in
            storage.isClosed = true
            defer { storage.commands = [] }
            return storage.commands
        }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(eventDescriptor, &one, 8)
    }
}
