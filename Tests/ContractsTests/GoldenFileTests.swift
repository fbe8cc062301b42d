import Contracts
import Foundation
import JSON
import Testing

/// The wire format may grow, it must not change: what an older process wrote is still read, and what this one writes is
/// the same to the letter. `SWITCHBOARD_WRITE_GOLDEN=1 swift test --filter GoldenFileTests` writes the files anew into
/// the source folder; look at their difference before committing it.
@Suite struct GoldenFileTests {
    private static let isWriting = ProcessInfo.processInfo.environment["SWITCHBOARD_WRITE_GOLDEN"] != nil
    private static let sourceFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
    private static let folder = isWriting ? sourceFolder : Bundle.module.resourceURL?.appendingPathComponent("Golden") ?? sourceFolder

    @Test func events() throws {
        try check((Samples.events + Samples.replies).map { ("event-\($0.name)", $0.event) })
    }

    @Test func commands() throws {
        try check(Samples.commands.map { ("command-\($0.name)", $0.command) })
    }

    @Test func requests() throws {
        try check(Samples.setTimers.map { ("request-timers.set-\($0.name)", $0.request) })
        try check(Samples.cancelTimers.map { ("request-timers.cancel-\($0.name)", $0.request) })
        try check(Samples.requests.map { ("request-\($0.name)", $0.request) })
    }

    @Test func everyFileHasItsSample() throws {
        let names =
            (Samples.events + Samples.replies).map { "event-\($0.name).json" } + Samples.commands.map { "command-\($0.name).json" }
            + Samples.setTimers.map { "request-timers.set-\($0.name).json" }
            + Samples.cancelTimers.map { "request-timers.cancel-\($0.name).json" } + Samples.requests.map { "request-\($0.name).json" }
        #expect(Set(names).count == names.count)
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: Self.folder.path)) == Set(names))
    }

    private func check<Value: JSONCodable & Equatable>(_ samples: [(String, Value)]) throws {
        for (name, value) in samples {
            let url = Self.folder.appendingPathComponent("\(name).json")
            if Self.isWriting { try Data(value.jsonBytes + [0x0A]).write(to: url) }
            let golden = try [UInt8](Data(contentsOf: url)).dropLast()
            #expect(String(decoding: value.jsonBytes, as: UTF8.self) == String(decoding: golden, as: UTF8.self), "\(name)")
            #expect(try Value(jsonBytes: Array(golden)) == value, "\(name)")
        }
    }
}
