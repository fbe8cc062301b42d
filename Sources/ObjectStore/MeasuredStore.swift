import Runtime

/// Another store, timed.
package struct MeasuredStore: ObjectStore {
    private let store: any ObjectStore

    package init(_ store: any ObjectStore) { self.store = store }

    package func put(_ key: ObjectKey, _ content: ObjectContent) async throws(ObjectStoreError) {
        try await measured("put") { () throws(ObjectStoreError) in try await store.put(key, content) }
    }

    package func get(_ key: ObjectKey, toFile path: String, maximumSize: Int64) async throws(ObjectStoreError) {
        try await measured("get") { () throws(ObjectStoreError) in try await store.get(key, toFile: path, maximumSize: maximumSize) }
    }

    package func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
        try await measured("delete") { () throws(ObjectStoreError) in try await store.delete(key) }
    }

    package func list(prefix: String, after: ObjectKey?, limit: Int) async throws(ObjectStoreError) -> [ObjectInfo] {
        try await measured("list") { () throws(ObjectStoreError) in try await store.list(prefix: prefix, after: after, limit: limit) }
    }

    private func measured<Value>(
        _ operation: String, _ body: () async throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value {
        let start = Tracing.now
        func record(_ error: ObjectStoreError?) {
            MetricCatalogue.objectStoreDuration
                .tracedTimer([("operation", operation)] + (error.map { [("error.type", $0.code.description)] } ?? []))
                .record(nanoseconds: Tracing.now - start, of: nil)
        }
        do throws(ObjectStoreError) {
            let value = try await body()
            record(nil)
            return value
        } catch {
            record(error)
            throw error
        }
    }
}
