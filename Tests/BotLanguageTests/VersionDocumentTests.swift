import BotLanguage
import FoundationEssentials
import Testing

/// The examples of docs/language/versions.md are definitions.
@Suite struct VersionDocumentTests {
    @Test func examplesLoad() throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let page = try String(contentsOfFile: root + "/docs/language/versions.md", encoding: .utf8)
        let blocks = page.split(separator: "```yaml\n").dropFirst().compactMap { $0.split(separator: "```").first.map(String.init) }
        #expect(blocks.count == 2)
        for block in blocks { _ = try Definition(yaml: block, file: "versions.md") }
    }
}
