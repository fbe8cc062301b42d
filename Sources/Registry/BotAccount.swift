package import Contracts
package import Runtime
package import Telegram

/// A bot of this installation: who it is, and where its platform is.
package struct BotAccount: Sendable {
    package var name: BotName
    package var token: TelegramToken
    /// Scheme, host and port of the Bot API server, perhaps a path; without a slash at its end.
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
            "telegram.server", .botAPIServer, default: ConnectionURL(scheme: "https", host: "api.telegram.org"),
            "The Bot API server for bots that name none of their own.")
        let bots = family("bots", each: "bot", "Names of the bots that run here.") { name, settings in
            (account: BotAccount(name: name, server: server, settings), details: details(name, settings))
        }.compactMap { bot in bot.account.map { (account: $0, details: bot.details) } }
        rejectSharedTokens(bots.map(\.account))
        return bots
    }

    /// Two bots of one account would take each other's updates.
    private func rejectSharedTokens(_ accounts: [BotAccount]) {
        var owners: [PersonID: BotName] = [:]
        for account in accounts {
            if let owner = owners.updateValue(account.name, forKey: account.token.account) {
                reject("bot.\(account.name).token", "is of the same account as that of `\(owner)`")
            }
        }
    }
}

extension SettingForm where Value == ConnectionURL {
    fileprivate static var botAPIServer: Self { .url(schemes: ["https", "http"], example: "https://api.telegram.org") }
}

extension BotAccount {
    /// Nil when something is missing or wrong, which the reader then knows.
    fileprivate init?(name: String, server: ConnectionURL, _ settings: SettingsReader) {
        let token = settings.required("token", .secret, "From @BotFather.")
        let own = settings.optional("server", .botAPIServer, "Without it `telegram.server`.")
        let parsed = TelegramToken(token.reveal())
        if parsed == nil, !token.isEmpty { settings.reject("token", "is no token: it must look like `123456:letters-and-digits`") }
        guard let parsed, let bot = BotName(name) else { return nil }
        var address = (own ?? server).reveal()
        while address.hasSuffix("/") { address.removeLast() }
        self.init(name: bot, token: parsed, server: address)
    }
}
