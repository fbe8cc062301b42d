import Bus
import Synchronization

/// A broker that can be away.
final class CollectingPublisher: BusPublisher {
    private let collected = Mutex<[BusMessage]>([])
    private let isAway: Mutex<Bool>
    private let published: @Sendable ([BusMessage]) async -> Void

    /// - Parameter published: runs before the confirm.
    init(isAway: Bool = false, published: @escaping @Sendable ([BusMessage]) async -> Void = { _ in }) {
        self.isAway = Mutex(isAway)
        self.published = published
    }

    func comeBack() { isAway.withLock { $0 = false } }

    var messages: [BusMessage] { collected.withLock { $0 } }

    func publish(_ messages: [BusMessage]) async throws(BusError) {
        if isAway.withLock({ $0 }) { throw BusError(.unavailable, "away") }
        collected.withLock { $0 += messages }
        await published(messages)
    }
}
