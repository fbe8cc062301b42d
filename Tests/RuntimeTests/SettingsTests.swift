import Runtime
import Testing

private struct Broker: SettingsGroup {
    let url: ConnectionURL
    let prefetch: Int
    let timeout: Duration
    let key: Secret?

    init(_ settings: SettingsReader) {
        url = settings.required("amqp.url", .url(schemes: ["amqp", "amqps"], example: "amqp://user:password@host/vhost"), "The broker.")
        prefetch = settings.value("amqp.prefetch", .integer(1...1000), default: 50, "Messages in hand.")
        timeout = settings.value("amqp.timeout", .duration, default: .seconds(5), "Patience.")
        key = settings.optional("amqp.key", .secret, "A key.")
    }
}

private struct Bot: Sendable, Hashable {
    var name: String
    var token: Secret
    var updates: Updates

    enum Updates: String, CaseIterable, Sendable { case polling, webhook }
}

private struct Bots: SettingsGroup {
    let bots: [Bot]

    init(_ settings: SettingsReader) {
        bots = settings.family("bots", each: "bot", "Names of the bots.") { name, bot in
            let updates = bot.value("updates", .choice(placeholder: Bot.Updates.polling), default: .polling, "How updates come.")
            if updates == .webhook, bot.optional("webhook.url", .text, "Where Telegram sends updates.") == nil {
                bot.reject("webhook.url", "is needed with updates = webhook")
            }
            return Bot(name: name, token: bot.required("token", .secret, "From @BotFather."), updates: updates)
        }
    }
}

@Suite struct SettingsTests {
    private let good = ["SWITCHBOARD_AMQP_URL": "amqp://u:hunter22@broker"]

    @Test func defaults() throws {
        let broker = try Settings<Broker>.read(from: SettingsSources(environment: good)).values
        #expect(broker.prefetch == 50)
        #expect(broker.timeout == .seconds(5))
        #expect(broker.key == nil)
        #expect(broker.url.host == "broker")
    }

    @Test(arguments: [
        "amqp:\n  prefetch: 7\n  timeout: 2s\n", #"{"amqp": {"prefetch": 7, "timeout": "2s"}}"#, "amqp.prefetch: 7\namqp.timeout: 2s\n",
    ])
    func environmentOverFileOverDefault(_ text: String) throws {
        let file = (name: "settings.yaml", text: text)
        var environment = good
        #expect(try Settings<Broker>.read(from: SettingsSources(environment: environment, file: file)).values.prefetch == 7)
        environment["SWITCHBOARD_AMQP_PREFETCH"] = "9"
        let settings = try Settings<Broker>.read(from: SettingsSources(environment: environment, file: file))
        #expect(settings.values.prefetch == 9)
        #expect(settings.values.timeout == .seconds(2))
        #expect(settings.found.map(\.origin) == ["the environment", "the environment", "settings.yaml", "default"])
    }

    @Test func anEmptyVariableIsNotSet() throws {
        let environment = good.merging(["SWITCHBOARD_AMQP_PREFETCH": ""]) { $1 }
        #expect(try Settings<Broker>.read(from: SettingsSources(environment: environment)).values.prefetch == 50)
    }

    @Test func everyProblemAtOnce() throws {
        let environment = ["SWITCHBOARD_AMQP_PREFETCH": "many", "SWITCHBOARD_AMQP_TIMEOUT": "30", "SWITCHBOARD_BOTS": "demo"]
        let error = try #require(throws: RuntimeError.self) {
            _ = try Settings<SettingsPair<Broker, Bots>>.read(from: SettingsSources(environment: environment))
        }
        #expect(error.code == .settings)
        #expect(error.exitStatus == .configuration)
        #expect(
            error.message.split(separator: "\n") == [
                "amqp.url (SWITCHBOARD_AMQP_URL) is missing; it must be an address such as `amqp://user:password@host/vhost`. The broker.",
                "amqp.prefetch (SWITCHBOARD_AMQP_PREFETCH) must be a whole number from 1 to 1000; the environment has `many`",
                "amqp.timeout (SWITCHBOARD_AMQP_TIMEOUT) must be a duration such as `250ms`, `30s` or `1m30s`; the environment has `30`",
                "bot.demo.token (SWITCHBOARD_BOT_DEMO_TOKEN) is missing; it must be a secret text. From @BotFather.",
            ])
    }

    @Test func whatTwoGroupsMissIsSaidOnce() throws {
        let error = try #require(throws: RuntimeError.self) {
            _ = try Settings<SettingsPair<Broker, Broker>>.read(from: SettingsSources(environment: [:]))
        }
        #expect(error.message.split(separator: "\n").count == 1)
        #expect(Settings<SettingsPair<Broker, Broker>>.declarations().count == 4)
    }

    @Test func secretsAreNotQuoted() throws {
        let error = try #require(throws: RuntimeError.self) {
            _ = try Settings<Broker>.read(from: SettingsSources(environment: ["SWITCHBOARD_AMQP_URL": "ftp://u:hunter22@h"]))
        }
        #expect(!error.message.contains("hunter22"))
        let environment = good.merging(["SWITCHBOARD_AMQP_KEY": "hunter33"]) { $1 }
        let redactor = Redactor()
        let settings = try Settings<Broker>.read(from: SettingsSources(environment: environment), redactor: redactor)
        #expect(!"\(settings.found)".contains("hunter"))
        #expect(redactor.redacted("a hunter33 b hunter22") == "a <redacted> b <redacted>")
    }

    @Test func families() throws {
        let environment = [
            "SWITCHBOARD_BOTS": "demo, second-bot", "SWITCHBOARD_BOT_DEMO_TOKEN": "1:a", "SWITCHBOARD_BOT_SECOND_BOT_TOKEN": "2:b",
            "SWITCHBOARD_BOT_SECOND_BOT_UPDATES": "webhook", "SWITCHBOARD_BOT_SECOND_BOT_WEBHOOK_URL": "https://example.org",
        ]
        let bots = try Settings<Bots>.read(from: SettingsSources(environment: environment)).values.bots
        #expect(
            bots == [
                Bot(name: "demo", token: Secret("1:a"), updates: .polling),
                Bot(name: "second-bot", token: Secret("2:b"), updates: .webhook),
            ])
        let file = (name: "f", text: "bots: [one]\nbot:\n  one:\n    token: '3:c'\n")
        #expect(try Settings<Bots>.read(from: SettingsSources(environment: [:], file: file)).values.bots.map(\.name) == ["one"])
    }

    @Test(arguments: [
        ("a-b,a_b", "can't be told apart"), ("Demo", "small letters"), ("9x", "begins with a letter"),
    ])
    func refusedNames(_ names: String, _ why: String) throws {
        let error = try #require(throws: RuntimeError.self) {
            _ = try Settings<Bots>.read(from: SettingsSources(environment: ["SWITCHBOARD_BOTS": names]))
        }
        #expect(error.message.contains(why))
    }

    @Test func combinationsAreRefused() throws {
        let environment = ["SWITCHBOARD_BOTS": "demo", "SWITCHBOARD_BOT_DEMO_TOKEN": "1:a", "SWITCHBOARD_BOT_DEMO_UPDATES": "webhook"]
        let error = try #require(throws: RuntimeError.self) {
            _ = try Settings<Bots>.read(from: SettingsSources(environment: environment))
        }
        #expect(error.message == "bot.demo.webhook.url (SWITCHBOARD_BOT_DEMO_WEBHOOK_URL) is needed with updates = webhook")
    }

    @Test func declarationsOfAFamily() {
        #expect(
            Settings<Bots>.declarations().map(\.variable) == [
                "SWITCHBOARD_BOTS", "SWITCHBOARD_BOT_<NAME>_UPDATES", "SWITCHBOARD_BOT_<NAME>_TOKEN",
            ])
    }

    @Test func conflictingDeclarationsAreFound() {
        struct Twice: SettingsGroup {
            init(_ settings: SettingsReader) {
                _ = settings.value("a.b", .integer(0...9), default: 1, "One.")
                _ = settings.value("a_b", .integer(0...9), default: 2, "Other.")
            }
        }
        #expect(Settings<Twice>.conflicts().count == 1)
        #expect(Settings<ProcessSettings>.conflicts() == [])
    }

    @Test func aBrokenFileIsNamed() throws {
        for text in ["a: [1", "- 1\n- 2\n", ""] {
            let error = try #require(throws: RuntimeError.self) { _ = try SettingsSources(environment: [:], file: ("my.yaml", text)) }
            #expect(error.code == .settingsFile)
            #expect(error.message.hasPrefix("my.yaml "))
        }
        let error = try #require(throws: RuntimeError.self) {
            _ = try SettingsSources.process(environment: ["SWITCHBOARD_CONFIG": "/nowhere/at/all.yaml"])
        }
        #expect(error.message.contains("/nowhere/at/all.yaml"))
    }

    @Test(
        arguments: [
            "key: hunter22: more", "key: \"hunter22", "key: 'hunter22\nother: [", "- hunter22", "? [hunter22\n", "key: %hunter22\n\tx: y",
            "a: &hunter22 x\nb: *hunter2",
        ])
    func aBrokenFileIsNotShown(text: String) throws {
        let error = try #require(throws: RuntimeError.self) { _ = try SettingsSources(environment: [:], file: ("my.yaml", text)) }
        #expect(!error.message.contains("hunter22") && !error.debugDescription.contains("hunter22"))
        #expect(!error.message.contains("\n"))
    }

    @Test(arguments: [
        ("SWITCHBOARD_BOTZ", "SWITCHBOARD_BOTS"), ("SWITCHBOARD_AMPQ_URL", "SWITCHBOARD_AMQP_URL"),
        ("SWITCHBOARD_BOT_DEMO_TOKN", "SWITCHBOARD_BOT_DEMO_TOKEN"), ("SWITCHBOARD_BOT_MY_BTO_TOKEN", "SWITCHBOARD_BOT_MY_BOT_TOKEN"),
        ("SWITCHBOARD_STATEFOLDER", "SWITCHBOARD_STATE_FOLDER"), ("SWITCHBOARD_SOMETHING_ELSE", nil), ("SWITCHBOARD_", nil),
    ])
    func misspeltVariables(name: String, suggestion: String?) {
        let strangers = KnownVariables.strangers(in: ["SWITCHBOARD_BOTS": "demo, my-bot", name: "x"])
        #expect(strangers.map(\.name) == [name] && strangers.map(\.suggestion) == [suggestion])
    }

    @Test(arguments: [
        "SWITCHBOARD_BOT_DEMO_TOKEN", "SWITCHBOARD_BOT_ANOTHER_TOKEN", "SWITCHBOARD_CONFIG", "SWITCHBOARD_TEST_LONG", "PATH",
        "SWITCHBOARDS",
        "SWITCHBOARD_STATE_FOLDER",
    ])
    func variablesThatMeanSomethingOrAreNotOurs(name: String) {
        #expect(KnownVariables.strangers(in: ["SWITCHBOARD_BOTS": "demo", name: "x"]).isEmpty)
        #expect(KnownVariables.strangers(in: ["SWITCHBOARD_BOTZ": ""]).isEmpty)
    }
}
