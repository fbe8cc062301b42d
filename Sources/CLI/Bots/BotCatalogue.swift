import DevServices

/// The bots of a checkout: those whose definitions lie there, and those that run.
package struct BotCatalogue: Sendable, Hashable {
    package struct Bot: Sendable, Hashable {
        package var name: String
        /// Of its definition.
        package var file: String
        /// How it gets its updates, `webhook` or `polling`; nil when it doesn't run.
        package var updates: String?
        /// Whether it lives on the simulated Telegram; nil when it doesn't run.
        package var isSimulated: Bool?

        package init(name: String, file: String, updates: String? = nil, isSimulated: Bool? = nil) {
            self.name = name
            self.file = file
            self.updates = updates
            self.isSimulated = isSimulated
        }

        package var runs: Bool { updates != nil }
    }

    /// By name.
    package let bots: [Bot]

    /// - Parameters:
    ///   - root: of the checkout; relative paths mean it.
    ///   - folders: the names in the folder `bots` that hold a definition, given the folder's path.
    ///   - environment: says where definitions lie, as it does for the dialog worker (`SWITCHBOARD_BOTS_FOLDER`…).
    ///   - running: the environment of the gateway that runs; nil: none does.
    package init(root: String, environment: [String: String], running: [String: String]?, folders: (String) -> [String]) {
        let settings = running ?? environment
        func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : root + "/" + path }
        func setting(_ bot: String, _ name: String) -> String? {
            settings[Self.variable(of: bot, name)].flatMap { $0.isEmpty ? nil : $0 }
        }
        let folder = absolute(settings["SWITCHBOARD_BOTS_FOLDER"].flatMap { $0.isEmpty ? nil : $0 } ?? "bots")
        let active = running.map(Self.names) ?? []
        bots = Set(folders(folder) + active + Self.names(environment)).sorted().map { name in
            let runs = active.contains(name)
            return Bot(
                name: name, file: absolute(setting(name, "DEFINITION") ?? "\(folder)/\(name)/bot.yaml"),
                updates: runs ? setting(name, "UPDATES") ?? "polling" : nil,
                isSimulated: runs ? setting(name, "SERVER")?.hasPrefix("http://127.0.0.1:") ?? false : nil)
        }
    }

    package subscript(name: String) -> Bot? { bots.first { $0.name == name } }

    /// Of a setting of one bot.
    static func variable(of bot: String, _ setting: String) -> String {
        "SWITCHBOARD_BOT_" + String(bot.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }) + "_" + setting
    }

    static func names(_ environment: [String: String]) -> [String] {
        (environment["SWITCHBOARD_BOTS"] ?? "").split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }.filter { !$0.isEmpty }
    }
}

extension BotCatalogue {
    init(_ checkout: Checkout) {
        self.init(root: checkout.root, environment: currentEnvironment(), running: Self.running(in: checkout)) { folder in
            Files.list(folder).filter { Files.exists("\(folder)/\($0)/bot.yaml") }
        }
    }

    /// The settings of the gateway that runs in this checkout; nil: none does, or it is somebody else's.
    static func running(in checkout: Checkout) -> [String: String]? {
        guard let gateway = RunningInstance(checkout).record?.processes.first(where: { $0.name == "gateway" })?.identity,
            gateway.isAlive, let block = try? Files.read("/proc/\(gateway.pid)/environ"), !block.isEmpty
        else { return nil }
        return environment(parsing: block)
    }

    /// From what `/proc/<pid>/environ` holds. Tokens and secrets are left where they are.
    package static func environment(parsing block: [UInt8]) -> [String: String] {
        var result: [String: String] = [:]
        for entry in block.split(separator: 0) {
            let parts = entry.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let name = String(decoding: parts[0], as: UTF8.self)
            guard name.hasPrefix("SWITCHBOARD_BOT"), !name.hasSuffix("_TOKEN"), !name.hasSuffix("_SECRET") else { continue }
            result[name] = String(decoding: parts[1], as: UTF8.self)
        }
        return result
    }
}
