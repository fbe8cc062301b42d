import FoundationEssentials
import ObjectStore
import Testing

@Suite struct FolderStoreTests {
    private func withStore(_ body: (FolderStore, String) async throws -> Void) async throws {
        let folder = "/tmp/object-store-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(FolderStore(folder + "/store/inner"), folder)
    }

    private func key(_ text: String) throws -> ObjectKey { try #require(ObjectKey(text)) }

    @Test func keepsReplacesAndDeletes() async throws {
        try await withStore { store, folder in
            let file = folder + "/out"
            try await store.put(try key("bot/a.jpg"), .bytes([1, 2, 3]))
            try await store.get(try key("bot/a.jpg"), toFile: file, maximumSize: 3)
            #expect(try [UInt8](Data(contentsOf: URL(filePath: file))) == [1, 2, 3])
            let source = folder + "/in"
            try Data((0..<600_000).map { UInt8(truncatingIfNeeded: $0) }).write(to: URL(filePath: source))
            try await store.put(try key("bot/a.jpg"), .file(path: source))
            try await store.get(try key("bot/a.jpg"), toFile: file, maximumSize: 1_000_000)
            #expect(try Data(contentsOf: URL(filePath: file)) == Data(contentsOf: URL(filePath: source)))
            try await store.delete(try key("bot/a.jpg"))
            try await store.delete(try key("bot/a.jpg"))
            await #expect(throws: ObjectStoreError.self) { try await store.get(try key("bot/a.jpg"), toFile: file, maximumSize: 3) }
        }
    }

    @Test func aKeyMayContinueAnother() async throws {
        try await withStore { store, _ in
            for text in ["a", "a/b", "a/b/c", "b", "a.b"] { try await store.put(try key(text), .bytes(Array(text.utf8))) }
            let all = try await store.list(prefix: "", after: nil, limit: 1000)
            #expect(all.map(\.key.text) == ["a", "a.b", "a/b", "a/b/c", "b"])
            #expect(all.map(\.size) == [1, 3, 3, 5, 1])
            #expect(try await store.list(prefix: "a/", after: nil, limit: 10).map(\.key.text) == ["a/b", "a/b/c"])
            #expect(try await store.list(prefix: "a", after: try key("a.b"), limit: 1).map(\.key.text) == ["a/b"])
            #expect(try await store.list(prefix: "../", after: nil, limit: 10) == [])
            #expect(try await store.list(prefix: "none/", after: nil, limit: 10) == [])
        }
    }

    @Test func boundsAndReasons() async throws {
        try await withStore { store, folder in
            try await store.put(try key("a"), .bytes([1, 2, 3]))
            func code(_ body: () async throws -> Void) async -> ObjectStoreError.Code? {
                do { try await body() } catch { return (error as? ObjectStoreError)?.code }
                return nil
            }
            #expect(await code { try await store.get(try key("a"), toFile: folder + "/out", maximumSize: 2) } == .tooLarge)
            #expect(!FileManager.default.fileExists(atPath: folder + "/out"))
            #expect(await code { try await store.get(try key("b"), toFile: folder + "/out", maximumSize: 2) } == .notFound)
            #expect(await code { try await store.put(try key("b"), .file(path: folder + "/absent")) } == .file)
            #expect(try await store.list(prefix: "", after: nil, limit: 10).map(\.key.text) == ["a"], "nothing half is left")
        }
    }

    @Test(arguments: ["a", "bot/2026/a-b_c.jpg", "A.B", "a..b", String(repeating: "x", count: 200)])
    func isAKey(text: String) { #expect(ObjectKey(text)?.text == text) }

    @Test(arguments: [
        "", "/a", "a/", "a//b", ".", "..", "a/../b", ".hidden", "a b", "a\0", "ж", "a~", "a%2f", "a\\b", String(repeating: "x", count: 201),
        String(repeating: "x/", count: 300),
    ])
    func isNoKey(text: String) { #expect(ObjectKey(text) == nil) }
}
