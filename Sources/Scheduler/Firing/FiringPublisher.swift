import Bus
import Schedules

/// Publishes a batch of events, so that one that the broker does not want holds up no other.
struct FiringPublisher: Sendable {
    let bus: any BusPublisher
    /// How long the broker may take.
    let patience: Duration

    /// The places of those that the broker refused; it has all others.
    ///
    /// - Throws: ``BusError``, when it can't be asked or does not answer: perhaps it has some of them.
    func publish(_ messages: [BusMessage]) async throws -> Set<Int> {
        guard !messages.isEmpty else { return [] }
        do {
            try await withPatience(patience) { try await bus.publish(messages) }
            return []
        } catch let error as BusError where error.code != .unavailable {
            return try await oneByOne(messages)
        }
    }

    private func oneByOne(_ messages: [BusMessage]) async throws -> Set<Int> {
        try await withPatience(patience) {
            try await withThrowingTaskGroup(of: Int?.self) { group in
                for (index, message) in messages.enumerated() {
                    group.addTask {
                        do throws(BusError) { try await bus.publish(message) } catch {
                            if error.code == .unavailable { throw error }
                            return index
                        }
                        return nil
                    }
                }
                var refused: Set<Int> = []
                for try await index in group { if let index { refused.insert(index) } }
                return refused
            }
        }
    }
}
