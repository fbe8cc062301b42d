package import Contracts
package import Runtime
package import Telegram

/// A bot of this installation: who it is on its platform and how its updates come.
package struct BotAccount: Sendable {
    package enum Updates: Sendable {
        /// The gateway asks for them.
        case polling
        /// The platform brings them.
        case webhook(WebhookSettings)
    }

    package var name: BotName
    package var token: TelegramToken
    /// Scheme, host and port of the Bot API server.
    package var server: String
    package var updates: Updates

    package init(name: BotName, token: TelegramToken, server: String, updates: Updates) {
        self.name = name
        self.token = token
        self.server = server
        self.updates = updates
    }

    package var telegram: TelegramBot { TelegramBot(name: name, id: token.account) }
}

/// How the platform brings updates.
package struct WebhookSettings: Sendable {
    /// The path that the gateway serves.
    package var path: String
    /// Stands in the `X-Telegram-Bot-Api-Secret-Token` header of every genuine update.
    package var secret: Secret
    /// The public address to be registered; nil: somebody else registers it.
    package var url: String?
    /// Connections that Telegram may open at one time, 1–100. Default 40, Telegram's own.
    package var maxConnections: Int

    package init(path: String, secret: Secret, url: String?, maxConnections: Int = 40) {
        self.path = path
        self.secret = secret
        self.url = url
        self.maxConnections = maxConnections
    }
}

/// The bots that are set by configuration.
package struct BotsSettings: SettingsGroup {
    package let bots: [BotAccount]

    package init(_ settings: SettingsReader) {
        let server = settings.value(
            "telegram.server", .text("scheme, host and port of a Bot API server"), default: TelegramClient.publicServer,
            "The Bot API server for bots that name none of their own.")
        bots = settings.family("bots", each: "bot", "Names of the bots that run here.") { name, settings in
            BotAccount(name: name, server: server, settings)
        }.compactMap { $0 }
    }
}

extension BotAccount {
    /// Nil when something is missing or wrong, which the reader then knows.
    fileprivate init?(name: String, server: String, _ settings: SettingsReader) {
        let token = settings.required("token", .secret, "From @BotFather.")
        let own = settings.optional("server", .text("scheme, host and port of a Bot API server"), "Without it `telegram.server`.")
        let updates = settings.value(
            "updates", .choice(placeholder: UpdatesMode.polling), default: .polling, "Whether the gateway asks for updates or Telegram brings them.")
        let webhook = WebhookSettings(bot: name, isUsed: updates == .webhook, settings)
        let parsed = TelegramToken(token.reveal())
        if parsed == nil, !token.isEmpty { settings.reject("token", "is no token: it must look like `123456:letters-and-digits`") }
        guard let parsed, let bot = BotName(name) else { return nil }
        self.init(name: bot, token: parsed, server: own ?? server, updates: updates == .webhook ? .webhook(webhook) : .polling)
    }
}

extension WebhookSettings {
    fileprivate init(bot: String, isUsed: Bool, _ settings: SettingsReader) {
        path = settings.value("webhook.path", .text("a path such as `/telegram/demo`"), default: "/telegram/\(bot)", "The path that the gateway serves.")
        secret =
            settings.optional(
                "webhook.secret", .secret, "1–256 of `A-Z a-z 0-9 _ -`; updates without it are refused. Needed for a webhook.") ?? Secret("")
        url = settings.optional(
            "webhook.url", .text("an https address"), "Registered with Telegram at start. Without it somebody else registers the webhook.")
        maxConnections = settings.value("webhook.max_connections", .integer(1...100), default: 40, "Connections that Telegram may open at one time.")
        if isUsed && secret.isEmpty { settings.reject("webhook.secret", "is missing: without it anybody could send updates") }
        if !path.hasPrefix("/") { settings.reject("webhook.path", "must begin with `/`") }
    }
}

private enum UpdatesMode: String, CaseIterable, Sendable {
    case polling, webhook
}
