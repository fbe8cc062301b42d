import BotLanguage
import FoundationEssentials
import Testing

/// What `bot new` begins with runs.
@Suite struct TemplateTests {
    static let folder = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/templates"
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()

    @Test func thereAreSome() { #expect(Self.names == ["desk", "game", "hello", "list", "survey"]) }

    @Test(arguments: names) func loads(_ name: String) throws {
        // The line that names the bot is the one that `bot new` replaces.
        #expect(try Definition(file: "\(Self.folder)/\(name)/bot.yaml").bot == name)
    }
}
