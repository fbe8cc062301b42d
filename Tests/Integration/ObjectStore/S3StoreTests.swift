import DevServices
import FoundationEssentials
import Glibc
import HTTPClient
import JSON
import ObjectStore
import Testing

/// The store against moto, which plays S3: another's reading of the protocol. It comes from PyPI.
@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled(
        if: ProcessInfo.processInfo.environment["SWITCHBOARD_TEST_CLIENTS"] == "1",
        "SWITCHBOARD_TEST_CLIENTS is not 1: moto, installed from PyPI"))
struct S3StoreTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().path()
    private static let environment =
        ProcessInfo.processInfo.environment["SWITCHBOARD_TEST_MOTO"]
        ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path() + "/switchboard-test-moto"

    /// 0: moto is there; 75: it can't be had here; another status: something is wrong.
    private static let preparation = Result {
        try run(["/bin/sh", folder + "../../Clients/prepare.sh", environment, folder + "requirements.txt"])
    }

    private func withStore(_ body: (S3Store, HTTPClient, String) async throws -> Void, pathStyle: Bool = true) async throws {
        try #require(try Self.preparation.get() == 0, "moto couldn't be installed; see what pip said")
        let port = try #require(try PortBook.free(1).first)
        let server = try ManagedProcess.start(
            ProcessSpec(
                name: "moto", executable: Self.environment + "/bin/moto_server", arguments: ["-H", "127.0.0.1", "-p", String(port)],
                environment: ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "INITIAL_NO_AUTH_ACTION_COUNT": "1"],
                readiness: .http(port: port, path: "/moto-api/"), readyTime: .seconds(60)),
            output: .lines { _ in })
        let client = try HTTPClient()
        let result: Result<Void, any Error>
        do {
            try await server.waitUntilReady()
            let url = "http://127.0.0.1:\(port)"
            _ = try await client.execute(HTTPRequest(.put, url + "/objects"))
            result = .success(try await body(store(client, port), client, url))
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        await server.kill()
        try result.get()
    }

    private func store(_ client: HTTPClient, _ port: UInt16, bucket: String = "objects") -> S3Store {
        S3Store(
            http: client, place: .init(endpoint: "http://127.0.0.1:\(port)/", bucket: bucket),
            signature: S3Signature(accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "secret", region: "eu-central-1"), attempts: 2,
            pause: .milliseconds(10))
    }

    private func key(_ text: String) throws -> ObjectKey { try #require(ObjectKey(text)) }

    @Test(.enabled("moto can't be had here; prepare.sh has said why") { (try? preparation.get()) != 75 })
    func keepsListsAndDeletes() async throws {
        try await withStore { store, _, _ in
            let folder = "/tmp/s3-\(UInt64.random(in: 0 ... .max))"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try await store.put(try key("bot/a.jpg"), .bytes([1, 2, 3]))
            let source = folder + "/in", target = folder + "/out"
            let large = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            try large.write(to: URL(filePath: source))
            try await store.put(try key("bot/large"), .file(path: source))
            try await store.get(try key("bot/large"), toFile: target, maximumSize: 3_000_000)
            #expect(try Data(contentsOf: URL(filePath: target)) == large)
            for number in 0..<5 { try await store.put(try key("many/\(number)"), .bytes([])) }
            #expect(
                try await store.list(prefix: "bot/", after: nil, limit: 10).map { "\($0.key) \($0.size)" } == [
                    "bot/a.jpg 3", "bot/large 3000000",
                ])
            #expect(try await store.list(prefix: "many/", after: try key("many/1"), limit: 2).map(\.key.text) == ["many/2", "many/3"])
            try await store.delete(try key("bot/a.jpg"))
            try await store.delete(try key("bot/a.jpg"))
            #expect(try await store.list(prefix: "bot/", after: nil, limit: 10).map(\.key.text) == ["bot/large"])
            func code(_ body: () async throws -> Void) async -> ObjectStoreError.Code? {
                do { try await body() } catch { return (error as? ObjectStoreError)?.code }
                return nil
            }
            #expect(await code { try await store.get(try key("bot/a.jpg"), toFile: target, maximumSize: 9) } == .notFound)
            #expect(await code { try await store.get(try key("bot/large"), toFile: folder + "/none", maximumSize: 9) } == .tooLarge)
            #expect(!FileManager.default.fileExists(atPath: folder + "/none"))
        }
    }

    @Test(.enabled("moto can't be had here; prepare.sh has said why") { (try? preparation.get()) != 75 })
    func saysWhyNot() async throws {
        try await withStore { _, client, url in
            let port = try #require(UInt16(url.split(separator: ":").last ?? ""))
            func code(_ store: S3Store) async -> ObjectStoreError.Code? {
                do { try await store.put(try key("a"), .bytes([1])) } catch { return (error as? ObjectStoreError)?.code }
                return nil
            }
            #expect(await code(store(client, port, bucket: "elsewhere")) == .denied)
            let closed = try #require(try PortBook.free(1).first)
            #expect(await code(store(client, closed)) == .unavailable)
        }
    }

    private static func run(_ arguments: [String]) throws -> Int32 {
        var process: pid_t = 0
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        let code = posix_spawn(&process, arguments[0], nil, nil, &pointers, environ)
        try #require(code == 0, "\(arguments[0]) doesn't start: \(code)")
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
    }
}
