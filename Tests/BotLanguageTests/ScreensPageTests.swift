import BotLanguage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What docs/language/screens.md shows can be loaded as it stands there.
@Suite struct ScreensPageTests {
    static let examples: [String] = {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        let page = try? String(contentsOf: url.appending(path: "docs/language/screens.md"), encoding: .utf8)
        return (page ?? "").split(separator: "```yaml\n").dropFirst().compactMap { $0.split(separator: "```").first.map(String.init) }
    }()

    @Test func thereAreExamples() { #expect(Self.examples.count == 5) }

    @Test(arguments: examples)
    func isADefinition(yaml: String) throws { _ = try Definition(yaml: yaml) }
}
