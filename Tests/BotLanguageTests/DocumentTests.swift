import BotLanguage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The reference is true: its examples load.
@Suite struct DocumentTests {
    @Test func examplesOfTheReferenceLoad() throws {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        let page = try String(contentsOf: url.appending(path: "docs/bot-language.md"), encoding: .utf8)
        let blocks = page.split(separator: "```yaml\n").dropFirst().compactMap { $0.split(separator: "```").first.map(String.init) }
        #expect(blocks.count >= 5)
        let data = try #require(blocks.first { $0.hasPrefix("enums:") })
        let forms = try #require(blocks.first { $0.hasPrefix("forms:") })
        let list = try #require(blocks.first { $0.hasPrefix("list:") })
        let first = try #require(blocks.first { $0.hasPrefix("bot:") })
        _ = try Definition(yaml: first, file: "first example")
        let indented = list.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        let fields = "    bought: {type: bool, default: \"false\"}\n    amount: {type: int, default: \"1\"}\n    price: money?\n"
        let whole = """
            bot: page
            \(data.replacing("    unique:", with: fields + "    unique:"))
            \(forms)
            screens:
              home:
                text: Items
            \(indented)
              item: {args: {i: items}, text: "${i.name}"}
            """
        _ = try Definition(yaml: whole, file: "examples")
    }
}

extension String {
    fileprivate func replacing(_ part: String, with other: String) -> String {
        split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
}
