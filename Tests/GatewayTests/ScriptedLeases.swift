import Bus
import Synchronization
import TestSupport

/// Leases that a test grants and takes away.
final class ScriptedLeases: BusLeases {
    struct Refused: Error {}

    private let journal: Journal
    private let grants: AsyncStream<Void>
    private let grantOne: AsyncStream<Void>.Continuation
    private let holder = Mutex<AsyncStream<Void>.Continuation?>(nil)

    init(journal: Journal) {
        self.journal = journal
        (grants, grantOne) = AsyncStream.makeStream()
    }

    func grant() { grantOne.yield() }
    func lose() { holder.withLock { $0 }?.finish() }

    /// Like the broker's, it speaks of a cancellation with an error of its own.
    func withLease<Result: Sendable>(_ name: String, _ body: @escaping @Sendable () async throws -> Result) async throws -> Result? {
        journal.write("wants \(name)")
        var iterator = grants.makeAsyncIterator()
        guard await iterator.next() != nil else { throw Refused() }
        let (loss, lost) = AsyncStream.makeStream(of: Void.self)
        holder.withLock { $0 = lost }
        let result = try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in loss {}
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        journal.write("gives back \(name)")
        return result
    }
}
