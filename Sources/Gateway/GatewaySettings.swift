import Contracts
package import RabbitBus
import Registry
package import Runtime

/// Everything that the gateway can be told.
package struct GatewaySettings: SettingsGroup {
    package let bots: [BotIntake]
    package let amqp: AMQPSettings
    package let http: HTTP
    package let intake: UpdateIntake.Settings
    package let poller: Poller.Settings
    package let removesWebhooks: Bool

    package struct HTTP: Sendable {
        package var host: String
        package var port: Int
        package var bodyLimit: Int
    }

    package init(_ settings: SettingsReader) {
        bots = settings.bots { BotIntake.Updates(bot: $0, $1) }.map { BotIntake(account: $0.account, updates: $0.details) }
        Self.rejectSharedPaths(bots, settings)
        amqp = settings.group()
        http = HTTP(
            host: settings.value("gateway.host", .text("an address"), default: "127.0.0.1", "Where webhooks are served."),
            port: settings.value("gateway.port", .port, default: 8080, "Where webhooks are served."),
            bodyLimit: settings.value("gateway.body_limit", .byteSize, default: 1 << 20, "The largest update that is read."))
        intake = UpdateIntake.Settings(
            flood: FloodGuard.Limits(
                burst: settings.value("flood.burst", .number(1...10_000), default: 20, "Messages and taps of one person in one go."),
                rate: settings.value(
                    "flood.rate", .number(0...10_000), default: 2, "The same per second in the long run; 0 switches the guard off.")),
            floodNotice: settings.value(
                "flood.notice", .text, default: "Not so fast, please. I'll listen again in a moment.",
                "What who floods a bot is told, once."))
        poller = Poller.Settings(
            longPoll: settings.value(
                "polling.timeout", .duration(atLeast: .zero), default: .seconds(50), "How long Telegram may hold a request; at most 50s."),
            limit: settings.value("polling.limit", .integer(1...100), default: 100, "Updates in one answer."))
        if poller.longPoll > .seconds(50) { settings.reject("polling.timeout", "must be at most 50s: Telegram holds no request longer") }
        removesWebhooks = settings.value(
            "gateway.remove_webhooks", .boolean, default: false,
            "Whether a graceful shutdown removes the webhooks. Not with several gateways.")
    }

    private static func rejectSharedPaths(_ bots: [BotIntake], _ settings: SettingsReader) {
        var owners: [String: BotName] = [:]
        for bot in bots {
            guard case .webhook(let webhook) = bot.updates else { continue }
            // As the router does, which makes nothing of empty parts.
            let path = webhook.path.split(separator: "/").joined(separator: "/")
            if let owner = owners.updateValue(bot.account.name, forKey: path) {
                settings.reject("bot.\(bot.account.name).webhook.path", "is the path of `\(owner)` already")
            }
        }
    }
}
