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
    private static let broken: JSON = [
        "file": "b.yaml", "valid": false,
        "mistakes": [
            [
                "file": "b.yaml", "line": 3, "column": 48, "length": 7, "code": "unknown_name", "message": "there is no screen 'nowhere'",
                "excerpt": "     3 |   home: {}\n       |   ^~~~",
            ],
            [
                "file": "b.yaml", "line": 4, "column": 11, "length": 3, "code": "unknown_key", "message": "a screen has no key 'txt'",
                "suggestion": "did you mean 'text'?", "excerpt": "     4 |   other: {}\n       |   ^~~",
            ],
        ],
    ]

    @Test func mistakesHaveTheirPlacesAndKinds() throws {
        let report = try DefinitionReport(Self.broken)
        #expect(report.mistakes.map(\.line) == [3, 4] && report.mistakes.map(\.column) == [48, 11])
        #expect(report.mistakes.map(\.code) == ["unknown_name", "unknown_key"])
        #expect(report.mistakes.map(\.suggestion) == [nil, "did you mean 'text'?"])
        #expect(report.mistakes[0].json["length"] == 7)
        #expect(!report.isValid && !report.isUnreadable && report.clash(withName: "x") == nil)
        #expect(
            report.text == """
                b.yaml:3:48: there is no screen 'nowhere'
                     3 |   home: {}
                       |   ^~~~
                b.yaml:4:11: a screen has no key 'txt'; did you mean 'text'?
                     4 |   other: {}
                       |   ^~~
                2 mistakes
                """)
    }

    @Test func whatCanRunHasNone() throws {
        let report = try DefinitionReport(["file": "b.yaml", "valid": true, "bot": "b", "version": 3, "mistakes": []])
        #expect(report.isValid)
        #expect(report.text == "b.yaml: the bot 'b', version 3, can run")
        #expect(report.clash(withName: "b") == nil)
        #expect(report.clash(withName: "c") == "it calls its bot 'b' and runs as 'c'")
    }

    @Test func whatIsOnlyWarnedOfCanRun() throws {
        let report = try DefinitionReport([
            "file": "b.yaml", "valid": true, "bot": "b", "version": 1, "mistakes": [],
            "warnings": [
                [
                    "file": "b.yaml", "line": 4, "column": 3, "length": 3, "severity": "warning", "code": "unused",
                    "message": "nothing leads to the screen 'old'", "excerpt": "",
                ]
            ],
        ])
        #expect(report.isValid)
        #expect(
            report.text == """
                b.yaml:4:3: warning: nothing leads to the screen 'old'
                b.yaml: the bot 'b', version 1, can run
                """)
    }

    @Test(
        arguments: [
            ["file": "b.yaml", "valid": true, "mistakes": [[:]]], ["file": "b.yaml", "valid": false, "mistakes": []], ["valid": true], [],
            .null,
        ] as [JSON])
    func anAnswerThatContradictsItselfIsAnError(json: JSON) {
        let error = #expect(throws: CLIError.self) { try DefinitionReport(json) }
        #expect(error?.exitCode == 70)
    }
}
