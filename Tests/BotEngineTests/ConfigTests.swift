import BotEngine
import BotLanguage
import CEL
import Contracts
import JSON
import Testing

/// `config`: what a bot's owner sets.
@Suite struct ConfigTests {
    private static let yaml = """
        bot: shop
        enums: {Mode: [open, closed]}
        config:
          admins: {type: list<string>, default: "[]"}
          fee: {type: money, default: "500"}
          rate: number
          mode: Mode
          from: time
          days: {type: list<date>, default: "['2026-01-31']"}
          note: string?
          key: {type: string, secret: true}
        data: {orders: {price: {type: money, default: config.fee}}}
        roles: {admin: user.username in config.admins}
        queries: {dear: {from: o in orders, where: o.price > config.fee}}
        handlers:
          - {command: order, do: [{insert: orders}, {insert: orders, set: {price: config.fee + 1}}]}
          - {command: secret, role: admin, do: [{show: {text: yes}}]}
          - command: show
            do:
              - {show: {text: "${money(config.fee)} ${config.rate} ${config.mode == Mode.open} ${config.from} ${config.days.join(',')} ${config.note == null ? '–' : config.note} ${dear().size()} ${orders.count(o, o.price == config.fee)}"}}
        """

    private func config(_ given: [String: BotConfig.Text]) throws -> BotConfig {
        try BotConfig(try Definition(yaml: Self.yaml), variable: { "SWITCHBOARD_BOT_SHOP_CONFIG_\($0.uppercased())" }) { given[$0] }
    }

    private static let needed: [String: BotConfig.Text] = [
        "rate": .text("1,5"), "mode": .text("open"), "from": .text("9:30"), "key": .text("s3cret"),
    ]

    @Test func isSeenEverywhere() throws {
        let given = Self.needed.merging(["admins": .text("ann, bob"), "fee": .text("12.50"), "days": .list(["31.01.2026", "2024-02-29"])]) { $1 }
        let chat = try Conversation(try Definition(yaml: Self.yaml), config: try config(given))
        try chat.say("/order")
        #expect(try chat.say("/show") == ["12.50 1.5 true 09:30 2026-01-31,2024-02-29 – 1 1"])
    }

    @Test func defaultsStandIn() throws {
        let chat = try Conversation(try Definition(yaml: Self.yaml), config: try config(Self.needed))
        #expect(try chat.say("/show") == ["5.00 1.5 true 09:30 2026-01-31 – 0 0"])
    }

    @Test func whatIsMissingIsNamed() {
        let error = #expect(throws: ConfigError.self) { try config(["mode": .text("ajar"), "rate": .text("much"), "key": .list(["a"])]) }
        #expect(
            error?.problems == [
                "bot 'shop': config 'rate' (SWITCHBOARD_BOT_SHOP_CONFIG_RATE) must be a number such as 1.5",
                "bot 'shop': config 'mode' (SWITCHBOARD_BOT_SHOP_CONFIG_MODE) must be one of open, closed",
                "bot 'shop': config 'from' (SWITCHBOARD_BOT_SHOP_CONFIG_FROM) is missing; it must be a time of day such as 09:30",
                "bot 'shop': config 'key' (SWITCHBOARD_BOT_SHOP_CONFIG_KEY) must be a secret text",
            ])
    }

    /// However it is turned, a secret doesn't come out of an expression.
    @Test func secretsStayWithin() throws {
        let secret = try config(Self.needed)
        #expect(secret.secrets == ["s3cret"])
        let value = try #require({ if case .object(let config) = secret.value { config["key"] } else { nil } }())
        #expect(SecretText.text(value) == "s3cret")
        #expect(SecretText.text(.string("s3cret")) == nil)
        for expression in ["dyn(config.key)", "string(dyn(config.key))", "dyn(config.key) + ''", "dyn(config.key).text", "dyn(config.key)['@text']", "string(dyn(config))", "'%s'.format([dyn(config.key)])", "[config.key].map(k, string(dyn(k))).join('')"] {
            let yaml = Self.yaml + "\n  - {command: leak, do: [{show: {text: \"${\(expression)} \"}}]}"
            guard let definition = try? Definition(yaml: yaml) else { continue }
            let chat = try Conversation(definition, config: secret)
            let said = try chat.say("/leak").joined()
            #expect(!said.contains("s3cret"), "\(expression): \(said)")
        }
    }
}
