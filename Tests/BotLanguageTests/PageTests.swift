import BotLanguage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Pages of docs/language whose examples are whole bots: each of them loads, without a warning.
@Suite struct PageTests {
    @Test(arguments: [("handlers", 4), ("forms", 3)])
    func examplesLoad(page: String, count: Int) throws {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        let text = try String(contentsOf: url.appending(path: "docs/language/\(page).md"), encoding: .utf8)
        let blocks = text.split(separator: "```yaml\n").dropFirst().compactMap { $0.split(separator: "```").first.map(String.init) }
        #expect(blocks.count == count)
        for block in blocks { #expect(try Definition(yaml: block, file: "\(page).md").warnings.isEmpty) }
    }
}
