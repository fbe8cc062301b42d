import Contracts
import FoundationEssentials
import JSON
import ObjectStore
import Sender
import Telegram
import Testing

/// What the platform doesn't know any more is uploaded from the object store.
@Suite struct StoredFileTests {
    private let wrong = TelegramError(.rejected, status: 400, reason: "Bad Request: wrong file identifier/HTTP URL specified")

    private func request(_ source: FileSource) throws -> TelegramRequest {
        try TelegramRequest(
            Command(
                bot: try #require(BotName("demo")), platform: .telegram, chat: "42",
                action: .send(OutgoingMessage(.media(.photo, source, caption: "Soup")))), asset: { _ in nil })
    }

    /// - Parameter failing: how the first call ends.
    private func calls(
        _ request: TelegramRequest, failing: TelegramError? = nil, store: Bool = true
    ) async throws -> (calls: [TelegramRequest], contents: [[UInt8]], failure: TelegramError?) {
        let folder = "/tmp/sender-store-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let objects = FolderStore(folder + "/store")
        for key in ["demo/soup", "other/soup"] { try await objects.put(try #require(ObjectKey(key)), .bytes(Array(key.utf8))) }
        let files = StoredFiles(store: store ? objects : nil, bot: try #require(BotName("demo")), folder: folder)
        var calls: [TelegramRequest] = []
        var contents: [[UInt8]] = []
        var failure: TelegramError?
        do throws(TelegramError) {
            _ = try await files.call(request) { request throws(TelegramError) in
                calls.append(request)
                contents += request.uploads.compactMap { FileManager.default.contents(atPath: $0.path).map { [UInt8]($0) } }
                if calls.count == 1, let failing { throw failing }
                return .null
            }
        } catch { failure = error }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["store"], "nothing is left on the way")
        return (calls, contents, failure)
    }

    @Test func theIdIsTriedFirst() async throws {
        let done = try await calls(try request(.stored(key: "demo/soup", id: "F1")))
        #expect(done.calls.map { $0.parameters["photo"] } == ["F1"])
        #expect(done.failure == nil)
    }

    @Test func anUnknownIdIsUploaded() async throws {
        let done = try await calls(try request(.stored(key: "demo/soup", id: "F1")), failing: wrong)
        #expect(done.calls.map { $0.parameters["photo"] } == ["F1", "attach://stored0"])
        #expect(done.calls.last?.parameters["caption"] == "Soup")
        #expect(done.contents == [Array("demo/soup".utf8)])
        #expect(done.failure == nil)
    }

    @Test func withoutAnIdItIsUploadedAtOnce() async throws {
        let done = try await calls(try request(.stored(key: "demo/soup", id: nil)))
        #expect(done.calls.map { $0.parameters["photo"] } == ["attach://stored0"])
    }

    @Test func otherFailuresStay() async throws {
        let blocked = TelegramError(.rejected, status: 403, reason: "Forbidden: bot was blocked by the user")
        let done = try await calls(try request(.stored(key: "demo/soup", id: "F1")), failing: blocked)
        #expect(done.calls.count == 1)
        #expect(done.failure?.isBlocked ?? false)
    }

    @Test(arguments: ["other/soup", "demo/absent", "demo/../other/soup", "demo"])
    func whatIsNotThereOrAnotherBotsIsRefused(key: String) async throws {
        let done = try await calls(try request(.stored(key: key, id: nil)))
        #expect(done.calls.isEmpty)
        #expect(done.failure?.code == .rejected)
    }

    @Test func withoutAStoreItIsRefused() async throws {
        #expect(try await calls(try request(.stored(key: "demo/soup", id: "F1")), failing: wrong, store: false).failure?.code == .rejected)
    }

    @Test func commandsReadAndWriteIt() throws {
        for source in [FileSource.stored(key: "demo/a", id: nil), .stored(key: "demo/a", id: "F1")] {
            #expect(try FileSource(jsonBytes: source.jsonBytes) == source)
        }
    }
}
