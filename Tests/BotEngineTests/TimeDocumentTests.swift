import BotEngine
import BotLanguage
import Contracts
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The page about time is true: its bots do what it says.
@Suite struct TimeDocumentTests {
    private func bots() throws -> [String: Conversation] {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        let page = try String(contentsOf: url.appending(path: "docs/language/time.md"), encoding: .utf8)
        var bots: [String: Conversation] = [:]
        for block in page.split(separator: "```yaml\n").dropFirst().compactMap({ $0.split(separator: "```").first }) {
            let definition = try Definition(yaml: String(block), file: "docs/language/time.md")
            let talk = try Conversation(definition)
            talk.clock = try Timestamp(iso: "2026-03-27T12:00:00Z")
            bots[definition.bot] = talk
        }
        return bots
    }

    @Test func itsBotsDoWhatItSays() throws {
        let bots = try bots()
        #expect(bots.keys.sorted() == ["calendar", "calories", "janitor", "kitchen"])
        let calendar = try #require(bots["calendar"])
        try calendar.say("/add party 30")
        #expect(try calendar.advance(to: "2026-03-30T00:00:00Z") == Array(repeating: "party: 2026-03-28 18:00", count: 3))

        let calories = try #require(bots["calories"])
        try calories.say("hello")
        calories.store.change(
            1, [ColumnValue("zone", .string("Europe/Berlin")), ColumnValue("digest", .time(microseconds: 9_000_000_000))])
        try calories.plan()
        #expect(calories.pending == ["rows/digest/1": "2026-03-28T01:30:00Z"])
        #expect(try calories.advance(to: "2026-03-29T12:00:00Z") == ["Meals so far: 0", "Meals so far: 0"])

        let janitor = try #require(bots["janitor"])
        try janitor.plan()
        try janitor.say("/job")
        #expect(janitor.pending == ["cron/sweep": "2026-03-27T12:05:00Z", "cron/weekly": "2026-03-30T07:00:00Z"])
        #expect(try janitor.advance(to: "2026-03-30T12:00:00Z") == ["A new week"])

        let kitchen = try #require(bots["kitchen"])
        #expect(try kitchen.say("/tea 4") == ["I'll tell you"])
        try kitchen.say("/egg")
        #expect(try kitchen.advance(to: "2026-03-27T13:00:00Z") == ["Your tea is ready", "Your egg is ready"])
        try kitchen.say("/tea 4")
        try kitchen.say("/egg")
        try kitchen.say("/stop")
        #expect(kitchen.pending == [:])
    }
}
