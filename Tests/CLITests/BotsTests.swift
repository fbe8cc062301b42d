import CLI
import JSON
import Testing

struct BotCatalogueTests {
    private func catalogue(_ environment: [String: String] = [:], running: [String: String]? = nil, folders: [String] = ["demo"])
        -> BotCatalogue
    {
        BotCatalogue(root: "/checkout", environment: environment, running: running) { $0 == "/checkout/bots" ? folders : [] }
    }

    @Test func botsAreThoseThatLieThereAndThoseThatAreNamed() {
        let bots = catalogue(["SWITCHBOARD_BOTS": "shop, demo"], folders: ["demo", "count"]).bots
        #expect(bots.map(\.name) == ["count", "demo", "shop"])
        #expect(bots.map(\.file) == ["count", "demo", "shop"].map { "/checkout/bots/\($0)/bot.yaml" })
        #expect(bots.allSatisfy { !$0.runs && $0.isSimulated == nil })
    }

    @Test func aRunningGatewayTellsHowBotsGetTheirUpdates() {
        let bots = catalogue(running: [
            "SWITCHBOARD_BOTS": "demo,my-bot", "SWITCHBOARD_BOT_DEMO_UPDATES": "webhook",
            "SWITCHBOARD_BOT_DEMO_SERVER": "http://127.0.0.1:8081", "SWITCHBOARD_BOT_MY_BOT_DEFINITION": "elsewhere/x.yaml",
        ])
        #expect(bots["demo"] == .init(name: "demo", file: "/checkout/bots/demo/bot.yaml", updates: "webhook", isSimulated: true))
        #expect(bots["my-bot"] == .init(name: "my-bot", file: "/checkout/elsewhere/x.yaml", updates: "polling", isSimulated: false))
    }

    @Test func anotherFolderIsLookedInto() {
        let environment = ["SWITCHBOARD_BOTS_FOLDER": "/srv/bots"]
        let bots = BotCatalogue(root: "/checkout", environment: environment, running: nil) { $0 == "/srv/bots" ? ["a"] : [] }
        #expect(bots.bots.map(\.file) == ["/srv/bots/a/bot.yaml"])
    }

    @Test func secretsOfARunningProcessAreNotTaken() {
        let block = Array(
            "HOME=/root\0SWITCHBOARD_BOTS=a\0SWITCHBOARD_BOT_A_TOKEN=1:x\0SWITCHBOARD_BOT_A_WEBHOOK_SECRET=y\0SWITCHBOARD_BOT_A_UPDATES=polling\0odd\0"
                .utf8)
        #expect(BotCatalogue.environment(parsing: block) == ["SWITCHBOARD_BOTS": "a", "SWITCHBOARD_BOT_A_UPDATES": "polling"])
    }
}

struct DefinitionReportTests {
    private static let output = """
        b.yaml:3:48: there is no screen 'nowhere'
             3 |   home: {text: "b.yaml:1:1: no"}
               |                ^~~~
        b.yaml:4:11: a screen has no key 'txt'; did you mean 'text': that?
             4 |   other: {txt: "x"}
               |           ^~~
        2 mistakes
        """

    @Test func mistakesHaveTheirPlaces() throws {
        let report = try DefinitionReport(file: "b.yaml", output: Self.output, isValid: false)
        #expect(
            report.mistakes == [
                .init(file: "b.yaml", line: 3, column: 48, message: "there is no screen 'nowhere'"),
                .init(file: "b.yaml", line: 4, column: 11, message: "a screen has no key 'txt'; did you mean 'text': that?"),
            ])
        #expect(report.mistakes[0].json["column"] == 48)
        #expect(!report.isValid)
    }

    @Test func whatCanRunHasNone() throws {
        #expect(try DefinitionReport(file: "b.yaml", output: "b.yaml: the bot 'b', version 1, can run", isValid: true).isValid)
    }

    @Test(arguments: [("dyld: something is missing", false), (output, true)])
    func anAnswerThatContradictsItselfIsAnError(output: String, isValid: Bool) {
        let error = #expect(throws: CLIError.self) { try DefinitionReport(file: "b.yaml", output: output, isValid: isValid) }
        #expect(error?.exitCode == 70)
    }
}
