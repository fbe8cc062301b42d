/// Does something that needs the broker, which may not take longer than `patience`.
///
/// - Throws: ``BusError/Code/unavailable`` when it does, and whatever `body` throws.
package func withPatience<Value: Sendable>(
    _ patience: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
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
