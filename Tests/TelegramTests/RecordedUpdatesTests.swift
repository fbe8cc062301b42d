import Contracts
import Foundation
import JSON
import Telegram
import Testing

/// Update documents written by others, one file each, from the folder that `SWITCHBOARD_UPDATES` names.
@Suite(.enabled(if: RecordedUpdates.folder != nil, "SWITCHBOARD_UPDATES names no folder of update documents"))
struct RecordedUpdatesTests {
    @Test(arguments: RecordedUpdates.names)
    func becomesAnEvent(name: String) throws {
        let bytes = try RecordedUpdates.bytes(name)
        let bot = TelegramBot(name: try #require(BotName("demo")), id: "100001")
        let update = try TelegramUpdate(parsing: bytes)
        let (event, problem) = update.event(for: bot, receivedAt: Timestamp(milliseconds: 0))
        #expect(problem == nil)
        #expect(try Event(jsonBytes: event.jsonBytes) == event)
        if case .native(let native) = event.content { #expect(native.payload == update.payload) }
    }
}

enum RecordedUpdates {
    static let folder = ProcessInfo.processInfo.environment["SWITCHBOARD_UPDATES"].map { URL(fileURLWithPath: $0) }
        .flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }

    static let names: [String] =
        folder
        .flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0.path).filter { $0.hasSuffix(".json") }.sorted() } ?? []

    static func bytes(_ name: String) throws -> [UInt8] {
        guard let folder else { return [] }
        return [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }
}
