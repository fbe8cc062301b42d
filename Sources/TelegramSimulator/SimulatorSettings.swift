package import Runtime
import TelegramSimulatorKit

/// Everything that the simulated Telegram can be told.
package struct SimulatorSettings: SettingsGroup {
    let host: String
    let port: Int
    let showsPage: Bool
    let webhooks: String?
    let simulator: SimulatorConfiguration

    package init(_ settings: SettingsReader) {
        host = settings.value(
            "simulator.host", .text("an address"), default: "127.0.0.1", "Where the Bot API, the control API and the chat page are served.")
        port = settings.value("simulator.port", .integer(0...65_535), default: 8081, "The same; 0 takes any free port.")
        showsPage =
            settings.optional(
                "simulator.page", .boolean,
                "Whether the chat page is served. Without a word it is on `127.0.0.1`, `::1` and `localhost`, and off elsewhere.")
            ?? ["127.0.0.1", "::1", "localhost"].contains(host)
        var simulator = SimulatorConfiguration()
        simulator.bots = settings.value("simulator.bots", .list(of: .botAccount), default: [], "The bots' accounts.")
        simulator.isOpen = settings.value(
            "simulator.open", .boolean, default: simulator.isOpen,
            "Whether any well-formed token becomes a bot at its first use; otherwise unknown ones get 401.")
        simulator.limits.isOn = settings.value(
            "simulator.limits", .boolean, default: simulator.limits.isOn, "Whether flood limits are modelled.")
        simulator.slowsBusyPolling = settings.value(
            "simulator.slow_busy_polling", .boolean, default: simulator.slowsBusyPolling,
            "Whether `getUpdates` is slowed down, like the real one, when it is called again and again with the same offset.")
        simulator.seed = UInt64(
            settings.value(
                "simulator.seed", .integer(0...Int.max), default: Int(simulator.seed),
                "Where ids, dice and shares of faults start from; 0: from somewhere else at each start."))
        simulator.messagesPerChat = settings.value(
            "simulator.messages_per_chat", .integer(1...10_000_000), default: simulator.messagesPerChat,
            "Messages kept per chat; the oldest go first.")
        simulator.fileBytes = settings.value("simulator.file_bytes", .byteSize, default: simulator.fileBytes, "File content kept in all.")
        simulator.webhookRetryBase = settings.value(
            "simulator.webhook_retry", .number(0.001...3600), default: simulator.webhookRetryBase,
            "Seconds before the second repetition of a webhook delivery, doubled from then on.")
        simulator.webhookRetryMaximum = settings.value(
            "simulator.webhook_retry_max", .number(0.001...3600), default: simulator.webhookRetryMaximum,
            "Seconds that repetitions are apart at most.")
        webhooks = settings.optional(
            "simulator.webhooks", .text("a path"), "A file in which webhooks are kept for the next start. Without it they are forgotten.")
        self.simulator = simulator
    }
}

extension SettingForm where Value == SimulatorConfiguration.BotAccount {
    static var botAccount: Self {
        Self(
            expected: "`name:<digits>:<secret>`", placeholder: .init(name: "", token: ""),
            scalar: { text in
                let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
                guard parts.count == 2, World.botID(ofToken: parts[1]) != nil else { return nil }
                return .init(name: parts[0], token: parts[1])
            }, format: { "\($0.name):<redacted>" })
    }
}
