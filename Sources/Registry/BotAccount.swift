package import Contracts
package import Runtime
package import Telegram

/// A bot of this installation: who it is, and where its platform is.
package struct BotAccount: Sendable {
    package var name: BotName
    package var token: TelegramToken
    /// Scheme, host and port of the Bot API server.
    package var server: String

    package init(name: BotName, token: TelegramToken, server: String) {
        self.name = name
        self.token = token
        self.server = server
    }

    package var telegram: TelegramBot { TelegramBot(name: name, id: token.account) }
}

extension SettingsReader {
    /// The bots that are set by configuration, each with what `details` reads below its name.
    ///
    /// - Parameter details: also called for a bot whose account is wrong, so that all problems are reported at once.
    package func bots<Details>(details: (String, SettingsReader) -> Details) -> [(account: BotAccount, details: Details)] {
        let server = value(
            "telegram.server", .text("scheme, host and port of a Bot API server"), default: TelegramClient.publicServer,
            "The Bot API server for bots that name none of their own.")
        return family("bots", each: "bot", "Names of the bots that run here.") { name, settings in
            (account: BotAccount(name: name, server: server, settings), details: details(name, settings))
        }.compactMap { bot in bot.account.map { ($0, bot.details) } }
    }
}

extension BotAccount {
    /// Nil when something is missing or wrong, which the reader then knows.
    fileprivate init?(name: String, server: String, _ settings: SettingsReader) {
        let token = settings.required("token", .secret, "From @BotFather.")
        let own = settings.optional("server", .text("scheme, host and port of a Bot API server"), "Without it `telegram.server`.")
        let parsed = TelegramToken(token.reveal())
        if parsed == nil, !token.isEmpty { settings.reject("token", "is no token: it must look like `123456:letters-and-digits`") }
        guard let parsed, let bot = BotName(name) else { return nil }
        self.init(name: bot, token: parsed, server: own ?? server)
    }
}
