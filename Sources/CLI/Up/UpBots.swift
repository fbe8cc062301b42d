/// The bots that `up` runs: on the simulated Telegram, but for those that were given a token.
struct UpBots {
    /// What gateway, dialog and sender are told.
    private(set) var settings: [String: String] = [:]
    /// `name:token,…`, the accounts of the simulated Telegram.
    private(set) var simulated = ""
    private(set) var simulatedNames: [String] = []
    let names: [String]

    /// Without `SWITCHBOARD_BOTS`. The first gets its updates by webhook and the others are polled, so that both ways
    /// are seen; `SWITCHBOARD_BOT_<NAME>_UPDATES` says otherwise.
    static let standard = ["demo", "count"]

    /// With the bots that run when none are named.
    static func completed(_ environment: [String: String]) -> [String: String] {
        guard BotCatalogue.names(environment).isEmpty else { return environment }
        return environment.merging(["SWITCHBOARD_BOTS": standard.joined(separator: ",")]) { $1 }
    }

    /// What the simulated Telegram calls a bot: usernames of bots end in "bot".
    static func simulatedUsername(_ name: String) -> String { name.lowercased().hasSuffix("bot") ? name : name + "_bot" }

    /// - Parameters:
    ///   - environment: of the caller, whose settings win.
    ///   - simulator: the simulated Bot API server.
    ///   - gateway: where webhooks arrive.
    ///   - secret: of all webhooks.
    init(environment: [String: String], simulator: String, gateway: String, secret: String) {
        let named = BotCatalogue.names(environment)
        names = named.isEmpty ? Self.standard : named
        settings["SWITCHBOARD_BOTS"] = names.joined(separator: ",")
        var accounts: [String] = []
        for (index, name) in names.enumerated() {
            func variable(_ setting: String) -> String { BotCatalogue.variable(of: name, setting) }
            guard environment[variable("TOKEN"), default: ""].isEmpty else { continue }
            let token = "\(100_001 + index):simulated_\(name)"
            accounts.append("\(name):\(token)")
            simulatedNames.append(name)
            settings[variable("TOKEN")] = token
            settings[variable("SERVER")] = simulator
            let username = environment[variable("USERNAME"), default: ""]
            settings[variable("USERNAME")] = username.isEmpty ? Self.simulatedUsername(name) : username
            let updates = environment[variable("UPDATES"), default: ""]
            settings[variable("UPDATES")] = updates.isEmpty ? (index == 0 ? "webhook" : "polling") : updates
            settings[variable("WEBHOOK_URL")] = "\(gateway)/telegram/\(name)"
            settings[variable("WEBHOOK_SECRET")] = secret
        }
        simulated = accounts.joined(separator: ",")
    }
}
