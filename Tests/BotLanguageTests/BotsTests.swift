import BotLanguage
import Testing

/// The bots that come with the project.
@Suite struct BotsTests {
    @Test(arguments: ["demo", "count"]) func isValid(bot: String) throws {
        let definition = try Definition(yaml: try Bots.text(bot), file: "bots/\(bot)/bot.yaml")
        #expect(definition.bot == bot)
    }
}
