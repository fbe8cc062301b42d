import AMQP
import AMQPEnvelope
import Bus
import CLI
import Contracts
import Glibc
import JSON
import Testing

private let url = getenv("SWITCHBOARD_TEST_AMQP_URL").flatMap { String(validatingCString: $0) }

/// Against a real broker. The names are those of the installation; the bots and queues are the tests' own.
@Suite(
    .enabled(if: url != nil, "SWITCHBOARD_TEST_AMQP_URL is not set: no RabbitMQ to test against"), .serialized, .timeLimit(.minutes(1)))
struct EventsIntegrationTests {
    private let broker: Broker
    private let bot: BotName
    /// Stands for the real queues of this bot, so that what is published has somewhere to go.
    private let real: String

    init() throws {
        broker = try Broker(environment: ["SWITCHBOARD_AMQP_URL": url ?? ""], environmentFile: nil)
        let name = "cli-" + String(UInt32.random(in: 0 ... .max), radix: 16)
        bot = try #require(BotName(name))
        real = "test.\(name)"
    }

    private var realTopology: AMQPTopology {
        AMQPTopology(
            exchanges: Broker.exchanges, queues: [AMQPQueue(real, isDurable: false, isExclusive: true)],
            bindings: [
                AMQPBinding(queue: real, exchange: "inbound", routingKey: "dialog.*.*.\(bot).*.*"),
                AMQPBinding(queue: real, exchange: "outbound", routingKey: "*.\(bot).*.*"),
            ])
    }

    private func templates(_ text: String, chat: String = "1") throws -> [EventTemplate] {
        [try EventTemplate(.says(text), bot: bot, chat: chat, person: chat)]
    }

    /// Publishes while a tail listens, and gives what the tail showed until it had `count`, and what waits in the real queue.
    private func tailing(_ filter: TailFilter, count: Int, publish: @escaping @Sendable (AMQPConnection) async throws -> Void) async throws
        -> (shown: [TailMessage], waiting: Int)
    {
        let tail = EventTail(filter)
        return try await broker.withConnection(realTopology) { [broker, real] publisher in
            try await broker.withConnection(tail.topology) { listener in
                async let shown = Self.collect(count, tail, listener)
                // The queue and its bindings exist since the connection stands; nothing is missed before the first is read.
                try await publish(publisher)
                let messages = await shown
                return (messages, try await publisher.queueStatus(real).messages)
            }
        }
    }

    private static func collect(_ count: Int, _ tail: EventTail, _ connection: AMQPConnection) async -> [TailMessage] {
        let collected = Collected()
        await tail.run(on: connection) { await collected.add($0) < count }
        return await collected.messages
    }

    private actor Collected {
        private(set) var messages: [TailMessage] = []

        func add(_ message: TailMessage) -> Int {
            messages.append(message)
            return messages.count
        }
    }

    @Test func whatIsPublishedArrivesAsFromTheGatewayAndIsSeenWithoutBeingTaken() async throws {
        let publication = EventPublication(try templates("/add ${n}"), count: 3, lane: .normal)
        let result = try await tailing(TailFilter(bots: [bot]), count: 3) { connection in
            let sent = try await publication.run(on: connection) { _, _ in true }
            #expect(sent == 3)
        }
        #expect(result.shown.map(\.brief) == ["/add 1", "/add 2", "/add 3"])
        #expect(result.shown.map(\.lane) == ["normal", "normal", "normal"])
        #expect(result.shown.allSatisfy { $0.exchange == "inbound" && $0.kind == "command" && $0.trace?.count == 32 })
        #expect(Set(result.shown.map(\.id)).count == 3 && Set(result.shown.map(\.trace)).count == 3)
        let partition = Partition(of: "\(bot)/1")
        #expect(result.shown[0].routingKey == "dialog.telegram.command.\(bot).normal.\(partition.name)")
        #expect(result.waiting == 3, "the real queue has lost nothing")
    }

    @Test func bothWaysAreSeenAndOtherChatsAreNot() async throws {
        let bot = bot
        let filter = TailFilter(bots: [bot], chat: "2")
        let mine = EventPublication(try templates("mine", chat: "2"))
        let other = EventPublication(try templates("other", chat: "3"), count: 20)
        let result = try await tailing(filter, count: 2) { connection in
            _ = try await other.run(on: connection) { _, _ in true }
            _ = try await mine.run(on: connection) { _, _ in true }
            let command = Command(bot: bot, platform: .telegram, chat: "2", action: .send(OutgoingMessage(.text("answer"))))
            let envelope = Envelope(id: "x", lane: .interactive, partitionKey: command.partitionKey, type: "command.send")
            try await connection.publish(EnvelopeCoding.message(.command(command, envelope: envelope), from: "test"))
        }
        #expect(result.shown.map(\.brief) == ["mine", "answer"])
        #expect(result.waiting == 22)
    }

    @Test func readersOfOurOwnMessagesUnderstandThem() async throws {
        let publication = EventPublication(try templates("hi"))
        let bot = bot
        try await broker.withConnection(realTopology) { [real] connection in
            _ = try await publication.run(on: connection) { _, _ in true }
            let consumer = connection.consume(AMQPSubscription(queue: real))
            for await batch in consumer {
                let envelope = try #require(EnvelopeCoding.envelope(of: batch[0]))
                let event = try Event(jsonBytes: batch[0].body)
                #expect(event.bot == bot && event.partitionKey == envelope.partitionKey && envelope.type == "event.message")
                #expect(envelope.id == envelope.correlation && envelope.causation == nil && envelope.lane == .interactive)
                consumer.acknowledge(batch)
                consumer.stop()
            }
        }
    }

    @Test func thousandsGoThroughInTheirOrder() async throws {
        let publication = EventPublication(try templates("${n}"), count: 5000)
        let result = try await tailing(TailFilter(bots: [bot], direction: .inbound), count: 5000) { connection in
            let sent = try await publication.run(on: connection) { _, _ in true }
            #expect(sent == 5000)
        }
        #expect(result.shown.map(\.brief) == (1...5000).map(String.init))
    }

    @Test func aBrokerThatIsNotThereIsToldWithoutThePassword() async throws {
        let away = try Broker(environment: ["SWITCHBOARD_AMQP_URL": "amqp://me:topsecret@127.0.0.1:1/x"], environmentFile: nil)
        let error = await #expect(throws: CLIError.self) { try await away.withConnection(AMQPTopology()) { _ in } }
        #expect(error?.exitCode == 69)
        #expect(error?.message.contains("127.0.0.1:1") == true && error?.message.contains("topsecret") == false)
    }
}
