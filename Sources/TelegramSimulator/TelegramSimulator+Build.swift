import Glibc
import HTTPClient
import Hummingbird
import Logging
import Runtime
import ServiceLifecycle
import TelegramSimulatorKit

extension TelegramSimulator {
    /// What the process is made of.
    static func build(_ settings: SimulatorSettings, process: ServiceProcess) throws -> [any Service] {
        let logger = process.logger("telegram-simulator")
        let health = process.health.check("http")
        var configuration = settings.simulator
        if configuration.seed == 0 { configuration.seed = .random(in: 1 ... .max) }
        let simulator = Simulator(configuration, realTime: realTime)
        let webhooks = settings.webhooks.map { WebhookFile(path: $0, simulator: simulator, logger: logger) }
        webhooks?.restore()
        let recorder = RequestRecorder()
        let curl = CurlTransport(client: try HTTPClient())
        let transport: any WebhookTransport =
            settings.showsPage ? RecordingTransport(curl, simulator: simulator, recorder: recorder) : curl
        let application = Application(
            responder: Server(simulator: simulator, transport: transport, recorder: recorder, page: settings.showsPage ? try Page() : nil),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: "switchboard-telegram-simulator"),
            onServerRunning: { channel in
                health.up()
                logger.notice("listening", metadata: ["address": "http://\(settings.host):\(channel.localAddress?.port ?? settings.port)/"])
            },
            logger: process.logger("http"))
        return [application, WebhookService(simulator: simulator, transport: transport)] + (webhooks.map { [$0] } ?? [])
    }

    /// Seconds since 1970.
    static let realTime: @Sendable () -> Double = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// The loop that delivers webhooks. It is stopped before the server, and then lets go whoever waits on the server: event
/// streams and long polls would hold the shutdown up for as long as they last.
private struct WebhookService: Service {
    let simulator: Simulator
    let transport: any WebhookTransport

    func run() async throws {
        await cancelWhenGracefulShutdown { await simulator.deliverWebhooks(over: transport) }
        simulator.endWaiting()
    }
}
