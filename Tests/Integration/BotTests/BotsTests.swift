import BotTests
import Glibc
import Testing

/// The bots of the project, and those that new ones begin with, do what is written beside them.
@Suite(.enabled(if: TestBench.url != nil, TestBench.isMissing), .timeLimit(.minutes(2)))
struct BotsTests {
    static let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    static let bots = ["bots", "templates"].flatMap { folder in list("\(root)/\(folder)").map { "\(folder)/\($0)" } }

    private static func list(_ folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } }
            if access("\(folder)/\(name)/bot.yaml", F_OK) == 0 { names.append(name) }
        }
        return names.sorted()
    }

    @Test func thereAreSome() { #expect(Self.bots.count >= 4) }

    @Test(arguments: bots) func doesWhatIsWritten(_ bot: String) async throws {
        let session = TestSession(files: ["\(Self.root)/\(bot)/bot.yaml"])
        let name = "bot_tests_\(getpid())_\(UInt32.random(in: 0 ... .max))"
        let outcome = try await session.play(server: try #require(TestBench.url), databases: name)
        #expect(outcome.exitCode == 0, "\(outcome.mistakeTexts.joined(separator: "\n"))")
        #expect(outcome.untested == [])
        for result in outcome.report.failures { Issue.record("\(TestReport.text(result, colours: false))") }
    }
}
