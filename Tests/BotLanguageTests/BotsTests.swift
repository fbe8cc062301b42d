import BotLanguage
import Contracts
import Testing

/// The bots that come with the project.
@Suite struct BotsTests {
    @Test(arguments: ["demo", "count"]) func isValid(bot: String) throws {
        let definition = try Definition(yaml: try Bots.text(bot), file: "bots/\(bot)/bot.yaml")
        #expect(definition.bot == bot)
    }

    @Test func theMenuHasWhatIsDescribedOnce() throws {
        let definition = try Definition(
            yaml: """
                bot: b
                screens:
                  home: {text: hi}
                handlers:
                  - {command: [start, menu], description: Begin, when: "user.id > 0", do: [{go: home}]}
                  - {command: start, description: Begin otherwise, do: [{go: home}]}
                  - {command: hidden, do: [{go: home}]}
                  - {command: /stop, description: "End: it's over", do: [{go: home}]}
                """)
        #expect(definition.menu == [.init(name: "start", description: "Begin"), .init(name: "stop", description: "End: it's over")])
        #expect(definition.commands == ["start", "menu", "hidden", "stop"])
        #expect(try Definition(yaml: Bots.text("demo")).menu.count == 4)
    }
}
