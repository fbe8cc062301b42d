import Gateway
import Runtime
import Testing

@Suite struct GatewaySettingsTests {
    private static let common = [
        "SWITCHBOARD_AMQP_URL": "amqp://localhost", "SWITCHBOARD_BOTS": "one,two", "SWITCHBOARD_BOT_ONE_TOKEN": "1:ONE",
        "SWITCHBOARD_BOT_TWO_TOKEN": "2:TWO", "SWITCHBOARD_BOT_ONE_UPDATES": "webhook", "SWITCHBOARD_BOT_ONE_WEBHOOK_SECRET": "right",
    ]

    private func problems(_ changes: [String: String]) -> String {
        do {
            _ = try Settings<GatewaySettings>.read(
                from: .process(environment: Self.common.merging(changes) { $1 }), redactor: Redactor())
            return ""
        } catch { return error.message }
    }

    @Test func theseAreFine() { #expect(problems([:]) == "") }

    @Test(arguments: [
        ("WEBHOOK_SECRET", "with space", "must be 1–256 of"), ("WEBHOOK_SECRET", "", "without it anybody could send updates"),
        ("WEBHOOK_PATH", "telegram", "must begin with `/`"), ("WEBHOOK_PATH", "/a/:id", "must begin with `/`"),
        ("WEBHOOK_PATH", "/a/**", "must begin with `/`"), ("WEBHOOK_URL", "bots.example.org", "must begin with `https://`"),
    ])
    func whatTelegramOrTheServerWouldRefuseIsSaidAtTheStart(key: String, value: String, complaint: String) {
        #expect(problems(["SWITCHBOARD_BOT_ONE_\(key)": value]).contains(complaint))
    }

    @Test(arguments: ["/telegram/one", "/telegram//one/"])
    func twoBotsCannotShareAPath(path: String) {
        let changes = [
            "SWITCHBOARD_BOT_TWO_UPDATES": "webhook", "SWITCHBOARD_BOT_TWO_WEBHOOK_SECRET": "right",
            "SWITCHBOARD_BOT_TWO_WEBHOOK_PATH": path,
        ]
        #expect(problems(changes).contains("bot.two.webhook.path"))
        #expect(problems(changes).contains("is the path of `one` already"))
    }

    @Test func twoBotsCannotShareAnAccount() {
        #expect(problems(["SWITCHBOARD_BOT_TWO_TOKEN": "1:OTHER"]).contains("is of the same account as that of `one`"))
    }

    @Test(arguments: ["SWITCHBOARD_TELEGRAM_SERVER", "SWITCHBOARD_BOT_ONE_SERVER"])
    func aServerIsAnAddress(variable: String) {
        #expect(problems([variable: "api.telegram.org"]).contains("an address such as `https://api.telegram.org`"))
        #expect(problems([variable: "http://localhost:8081/"]) == "")
    }

    @Test func aLongPollIsBounded() { #expect(problems(["SWITCHBOARD_POLLING_TIMEOUT": "51s"]).contains("at most 50s")) }
}
