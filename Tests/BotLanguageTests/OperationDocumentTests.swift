import BotLanguage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct OperationDocumentTests {
    @Test(arguments: ["operations", "files"]) func examplesLoad(page name: String) throws {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        let page = try String(contentsOf: url.appending(path: "docs/language/\(name).md"), encoding: .utf8)
        let blocks = page.split(separator: "```yaml\n").dropFirst().compactMap { $0.split(separator: "```").first.map(String.init) }
        #expect(!blocks.isEmpty)
        for block in blocks { _ = try Definition(yaml: block, file: "\(name).md") }
    }
}
