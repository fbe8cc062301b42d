import BotEngine
import BotLanguage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The examples of docs/language/data.md are one bot, which runs.
@Suite struct DataPageTests {
    private func conversation() throws -> Conversation {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        let page = try String(contentsOf: url.appending(path: "docs/language/data.md"), encoding: .utf8)
        func blocks(_ kind: String) -> [String] {
            page.split(separator: "```\(kind)\n").dropFirst().compactMap { $0.split(separator: "```").first.map(String.init) }
        }
        let file = try #require(blocks("csv").first)
        let definition = try Definition(yaml: blocks("yaml").joined(), file: "bot.yaml") { $0 == "dishes.csv" ? Array(file.utf8) : nil }
        let config = try BotConfig(definition) { ["api_key": .text("secret"), "much": .text("200")][$0] }
        return try Conversation(definition, config: config)
    }

    @Test func examplesRun() throws {
        let chat = try conversation()
        #expect(try chat.say("/zone Europe/Berlin") == ["It is 03:40"])
        #expect(try chat.say("/zone Mars") == ["Write one such as Europe/Berlin"])
        #expect(try chat.say("/start") == ["This week: 0 kcal\n\nnothing yet [Top] [Dear]"])
        #expect(try chat.tap("Dear") == ["toast", "edit: Not every day\n\nCake: 900\nSoup of the day: 250 [Cake] [Soup of the day]"])
        try chat.tap("Cake")
        try chat.tap("Soup of the day")
        #expect(try chat.say("/start") == ["This week: 1150 kcal\n2026-02-02: 1150\n575 [Top] [Dear]"])
        #expect(try chat.tap("Top") == ["toast", "edit: Who eats most\n\nAnn: 1150"])
        try chat.say("/start", "bob")
        #expect(try chat.say("/share") == ["Shared with Bob"])
    }
}
