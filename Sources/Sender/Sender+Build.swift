import Contracts
package import HTTPClient
import Metrics
import ObjectStore
import RabbitBus
import Registry
import Runtime
import ServiceLifecycle
import Telegram

extension Sender {
    /// For the largest file, 50 MB, at 2 Mbit/s. Broken off, an upload is ambiguous and so not repeated.
    private static let uploadTimeout: Duration = .seconds(240)

    /// What the process is made of.
    static func build(_ settings: SenderSettings, process: ServiceProcess) throws -> [any Service] {
        let bus = try RabbitBus(settings.amqp, process: process.name, health: process.health.check("amqp"), logger: process.logger("amqp"))
        let http = try HTTPClient(HTTPClient.Configuration(settings))
        let objects = settings.objects.store(http)
        var bots: [BotName: CommandSender<RabbitConsumer>.Bot] = [:]
        for bot in settings.bots {
            let folder = BotFolder(path: "\(settings.botsFolder)/\(bot.name)")
            let client = TelegramClient(http: http, server: bot.server, token: bot.token)
            let address = ConnectionURL(bot.server).map { ($0.host, $0.port ?? ($0.scheme == "https" ? 443 : 80)) }
            let files = StoredFiles(store: objects, bot: bot.name)
            bots[bot.name] = CommandSender.Bot(server: address) { request throws(TelegramError) in
                try await files.call(request) { request throws(TelegramError) in
                    try await client.call(request, timeout: request.uploads.isEmpty ? TelegramClient.defaultTimeout : uploadTimeout)
                }
            } asset: { name in
                folder.file(name)
            }
        }
        let consumers = Lane.allCases.flatMap { lane in
            (0..<Topology.outboundShards).map { shard in
                bus.consume(Topology.senderQueue(lane, shard: shard), prefetch: UInt16(clamping: settings.prefetch))
            }
        }
        let sender = CommandSender(
            bots: bots, consumers: consumers, publisher: bus, limits: settings.limits, logger: process.logger("sender"))
        exposeCensus(of: sender, in: process.metrics)
        return [bus, sender]
    }
}

extension Sender {
    private static func exposeCensus(of sender: CommandSender<RabbitConsumer>, in metrics: MetricsRegistry) {
        let waiting = MetricCatalogue.senderWaiting.meter()
        let waitingChats = MetricCatalogue.senderWaitingChats.meter()
        let frozenChats = MetricCatalogue.senderFrozenChats.meter()
        let frozenBots = MetricCatalogue.senderFrozenBots.meter()
        metrics.beforeExposition {
            let (commands, census) = sender.census
            waiting.set(commands)
            waitingChats.set(census.waitingChats)
            frozenChats.set(census.frozenChats)
            frozenBots.set(census.frozenBots)
        }
    }
}

extension HTTPClient.Configuration {
    /// With room for as many calls as the limits allow: one that had to wait here would spend its time-out waiting.
    package init(_ settings: SenderSettings) {
        self.init()
        maxInFlight = settings.limits.inFlight
        maxInFlightPerHost = settings.limits.inFlight
        maxConnections = settings.limits.inFlight
        maxConnectionsPerHost = settings.limits.inFlight
        allowsHTTP2 = settings.usesHTTP2
    }
}
