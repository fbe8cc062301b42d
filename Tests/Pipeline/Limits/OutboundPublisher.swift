import Bus
import Contracts
import RabbitBus
import Runtime

/// Publishes commands as a worker does.
struct OutboundPublisher: Sendable {
    /// A text to one person, in a lane, with its place among those of the same chat and lane.
    struct Text: Sendable {
        var bot: BotName
        var chat: Int64
        var lane: Lane
        var index: Int

        var text: String { Self.text(lane, index) }

        static func text(_ lane: Lane, _ index: Int) -> String { "\(lane.rawValue) \(index)" }
    }

    private let bus: RabbitBus

    /// Runs the body with a connection to the broker.
    static func run<Value: Sendable>(_ url: String, _ body: @Sendable (OutboundPublisher) async throws -> Value) async throws -> Value {
        let settings = try Settings.read(AMQPSettings.self, from: try SettingsSources(environment: ["SWITCHBOARD_AMQP_URL": url])).values
        let bus = try RabbitBus(settings, process: "tests", logger: .quiet)
        return try await withThrowingTaskGroup { group in
            group.addTask { await bus.run() }
            defer { group.cancelAll() }
            return try await body(OutboundPublisher(bus: bus))
        }
    }

    /// Returns when the broker has all of them.
    func publish(_ texts: [Text]) async throws {
        for start in stride(from: 0, to: texts.count, by: 500) {
            try await bus.publish(texts[start..<min(start + 500, texts.count)].map(Self.message))
        }
    }

    private static func message(_ text: Text) -> BusMessage {
        let command = Command(bot: text.bot, platform: .telegram, chat: ChatID(text.chat), action: .send(OutgoingMessage(.text(text.text))))
        return .command(
            command,
            envelope: Envelope(
                id: EnvelopeID("test:\(text.chat):\(text.lane.rawValue):\(text.index)"), lane: text.lane,
                partitionKey: command.partitionKey,
                type: "command.\(command.kind)"))
    }
}
