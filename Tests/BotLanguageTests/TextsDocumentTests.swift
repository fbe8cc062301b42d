import BotLanguage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// docs/language/texts.md is true: its examples load.
@Suite struct TextsDocumentTests {
    @Test func examplesLoad() throws {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        let page = try String(contentsOf: url.appending(path: "docs/language/texts.md"), encoding: .utf8)
        let blocks = page.split(separator: "```yaml\n").dropFirst().compactMap { $0.split(separator: "```").first.map(String.init) }
        #expect(blocks.count == 2)
        for block in blocks { _ = try Definition(yaml: block, file: "docs/language/texts.md") }
    }
}
