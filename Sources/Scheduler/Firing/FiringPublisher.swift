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
            try await inTime { try await bus.publish(messages) }
            return []
        } catch let error as BusError where error.code != .unavailable {
            return try await oneByOne(messages)
        }
    }

    private func oneByOne(_ messages: [BusMessage]) async throws -> Set<Int> {
        try await inTime {
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

    private func inTime<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: patience)
                throw BusError(.unavailable, "the broker took nothing for \(patience)")
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw BusError(.unavailable, "nothing was published") }
            return value
        }
    }
}
