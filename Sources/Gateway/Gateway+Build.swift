import HTTPClient
import Hummingbird
import NIOCore
import RabbitBus
import Registry
import Runtime
import ServiceLifecycle
import Telegram

extension Gateway {
    /// What the process is made of.
    static func build(_ settings: GatewaySettings, process: ServiceProcess) throws -> [any Service] {
        let bus = try RabbitBus(settings.amqp, process: process.name, health: process.health.check("amqp"), logger: process.logger("amqp"))
        let intake = UpdateIntake(publisher: bus, settings: settings.intake, logger: process.logger("intake"))
        let http = try HTTPClient(.forTelegram(polling: settings.bots.count { if case .polling = $0.updates { true } else { false } }))
        let bots = settings.bots.map { (bot: $0, client: TelegramClient(http: http, server: $0.account.server, token: $0.account.token)) }
        var services: [any Service] = [bus]
        for (bot, client) in bots {
            guard case .polling = bot.updates else { continue }
            services.append(
                Poller(
                    bot: bot.account, client: client, intake: intake, leases: bus, settings: settings.poller,
                    logger: process.logger("poller")))
        }
        if let server = webhookServer(settings, intake: intake, process: process) {
            services.append(server)
            services.append(WebhookRegistrar(bots: bots, removesAtEnd: settings.removesWebhooks, logger: process.logger("webhook")))
        }
        return services
    }

    /// Above the longest wait for a confirm, so that it ends only connections on which nobody says anything.
    private static let idleTimeout = TimeAmount.seconds(120)

    /// Nil when no bot has a webhook.
    private static func webhookServer(_ settings: GatewaySettings, intake: UpdateIntake, process: ServiceProcess) -> (any Service)? {
        let bots = settings.bots.filter { if case .webhook = $0.updates { true } else { false } }
        guard !bots.isEmpty else { return nil }
        let router = Router(context: WebhookController.Context.self)
        WebhookController(intake: intake, bodyLimit: settings.http.bodyLimit, logger: process.logger("webhook")).addRoutes(
            for: bots, to: router)
        let health = process.health.check("http")
        return Application(
            router: router, server: .http1(configuration: .init(idleTimeout: idleTimeout)),
            configuration: .init(address: .hostname(settings.http.host, port: settings.http.port), serverName: nil),
            onServerRunning: { _ in health.up() }, logger: process.logger("http"))
    }
}
