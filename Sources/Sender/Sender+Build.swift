import Contracts
import FoundationEssentials
import HTTPClient
import RabbitBus
import Registry
import Runtime
import ServiceLifecycle
import Telegram

extension Sender {
    /// What the process is made of.
    static func build(_ settings: SenderSettings, process: ServiceProcess) throws -> [any Service] {
        let bus = try RabbitBus(settings.amqp, process: process.name, health: process.health.check("amqp"), logger: process.logger("amqp"))
        var http = HTTPClient.Configuration()
        http.maxConnectionsPerHost = settings.limits.inFlight
        http.allowsHTTP2 = settings.usesHTTP2
        let client = try HTTPClient(http)
        var bots: [BotName: CommandSender<RabbitConsumer>.Bot] = [:]
        for bot in settings.bots {
            let folder = "\(settings.botsFolder)/\(bot.name)"
            bots[bot.name] = .init(client: TelegramClient(http: client, server: bot.server, token: bot.token)) { name in
                asset(name, in: folder)
            }
        }
        let consumers = Lane.allCases.flatMap { lane in
            (0..<Topology.outboundShards).map { shard in
                bus.consume(Topology.senderQueue(lane, shard: shard), prefetch: UInt16(clamping: settings.prefetch))
            }
        }
        let sender = CommandSender(bots: bots, consumers: consumers, publisher: bus, limits: settings.limits, logger: process.logger("sender"))
        return [bus, sender]
    }

    /// Only what lies inside the bot's folder: the name comes with a message.
    private static func asset(_ name: String, in folder: String) -> String? {
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else { return nil }
        let path = "\(folder)/\(name)"
        return FileManager.default.isReadableFile(atPath: path) ? path : nil
    }
}
