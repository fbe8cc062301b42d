import AMQP
import Bus
import CEL
import Contracts
import Dialog
import JSON
import Logging
import Postgres
import RabbitBus
import Runtime
import Scheduler
import ServiceLifecycle
import Synchronization
import Testing
import WorkerKit

extension BrokerTests {
    /// A dialog worker and a scheduler that know each other over a real broker alone.
    @Suite(
        .enabled(
            if: TestServices.postgres != nil && TestServices.amqp != nil,
            "SWITCHBOARD_TEST_POSTGRES_URL or SWITCHBOARD_TEST_AMQP_URL is not set"), .timeLimit(.minutes(2)))
    struct CalendarTests {
        private static let calendar = """
            bot: calendar
            data:
              items:
                owner: {type: users, default: user, index: true}
                name: {type: string, max: 40}
                due: timestamp
            timers:
              remind:
                each: i in items
                at: "[i.due - duration('24h'), i.due - duration('12h'), i.due - duration('1h')]"
                as: i.owner
                do: [{show: {text: "${i.name}: ${i.due - due}"}}]
            handlers:
              - command: add
                args: {name: string, left: string}
                do: [{insert: items, set: {name: name, due: now + duration(left)}}]
              - command: move
                args: {name: string, left: string}
                do: [{each: i in items, where: i.name == name, do: [{update: i, set: {due: now + duration(left)}}]}]
              - command: drop
                args: {name: string}
                do: [{delete: i in items, where: i.name == name}]
            """

        /// Reminders a day, twelve hours and an hour before; moved when the item moves, gone when it is deleted.
        @Test func remindsAndMovesAndForgets() async throws {
            try await Office.run(Self.calendar) { office in
                try await office.say("/add day 24h2s")
                try await office.say("/add half 12h3s")
                try await office.say("/add hour 1h4s")
                try await office.say("/add moved 1h2s")
                try await office.say("/add dropped 1h2s")
                try await office.say("/move moved 1h5s")
                try await office.say("/drop dropped")
                try await office.wait(for: 4)
                #expect(office.heard == ["ann: day: 86400s", "ann: half: 43200s", "ann: hour: 3600s", "ann: moved: 3600s"])
            }
        }

        private static let digest = """
            bot: digest
            data:
              users: {zone: {type: string, max: 40, default: "'UTC'"}, digest: time?}
            screens:
              stats: {text: "${user.digest == null ? '' : user.digest} in ${user.zone}"}
            timers:
              digest:
                each: u in users
                where: u.digest != null
                daily: {at: u.digest, tz: u.zone}
                as: u
                do: [{show: stats}]
            handlers:
              - command: at
                args: {zone: string, time: string}
                do: [{update: user, set: {zone: zone, digest: time}}]
            """

        @Test func wakesInTheZoneOfThePerson() async throws {
            try await Office.run(Self.digest) { office in
                let zone = "Asia/Kolkata"
                let seconds = Timestamp.now.milliseconds / 1000 + 3
                let local = (seconds + Int64(try CELTimeZone.named(zone).offset(at: seconds))) % 86_400
                let time = try #require(
                    TimeOfDay(hour: Int(local / 3600), minute: Int(local / 60 % 60), second: Int(local % 60))
                ).description
                // The same clock elsewhere is hours away.
                try await office.say("/at UTC \(time)", "bob")
                try await office.say("/at \(zone) \(time)")
                try await office.wait(for: 1)
                #expect(office.heard == ["ann: \(time) in \(zone)"])
                #expect(Timestamp.now.milliseconds / 1000 >= seconds)
            }
        }
    }
}

/// The workers around one bot.
private final class Office: Sendable {
    private let bus: RabbitBus
    private let bot: BotName
    private let seen = Mutex<[String]>([])
    private let count = Mutex(0)

    private init(_ bus: RabbitBus, _ bot: BotName) {
        self.bus = bus
        self.bot = bot
    }

    /// What people saw, in the order in which it was sent.
    var heard: [String] { seen.withLock { $0 } }

    static func run(_ yaml: String, _ body: @Sendable (Office) async throws -> Void) async throws {
        try await SchedulerBench.run { bench in
            let url = try #require(TestServices.amqp)
            let bot = try #require(BotName("office-\(UInt32.random(in: 0 ... .max))"))
            var bench = bench
            bench.bot = bot
            var events = Topology.deadQueue
            events.name = "test.\(bot).in"
            var commands = Topology.deadQueue
            commands.name = "test.\(bot).out"
            let bus = try RabbitBus(AMQPSettings(url: #require(ConnectionURL(url))), process: "test", logger: SchedulerBench.silent)
            let quorum = AMQPTable([AMQPTable.Entry("x-queue-type", "quorum")])
            let connection = AMQPConnection(
                configuration: try AMQPConfiguration(url: url, connectionName: "test"),
                topology: AMQPTopology(
                    exchanges: [AMQPExchange("inbound", kind: .topic), AMQPExchange("outbound", kind: .topic)],
                    queues: [AMQPQueue(events.name, arguments: quorum), AMQPQueue(commands.name, arguments: quorum)],
                    bindings: [
                        AMQPBinding(queue: events.name, exchange: "inbound", routingKey: "dialog.*.*.\(bot).*.*"),
                        AMQPBinding(queue: commands.name, exchange: "outbound", routingKey: "*.\(bot).*.*"),
                    ]), logger: SchedulerBench.silent)
            let life = Task { await connection.run() }
            try await connection.waitUntilReady()
            let office = Office(bus, bot)
            try await PostgresMigrations(schema: "dialog", DialogHandler.migrations).apply(to: bench.pool)
            let (handler, own) = try await Desk.load(yaml, bench)
            let clock = FiringClock(FiringSettings().rhythm)
            let services: [any Service] = [
                bus, bench.firing(bus, clock: clock),
                Worker(
                    name: Topology.scheduler, consumers: Lane.allCases.map { bus.consume(Topology.schedulerQueue($0), prefetch: 100) },
                    publisher: bus, handler: bench.handler { clock.announce($0) }, logger: SchedulerBench.silent),
                Worker(
                    name: "dialog", consumers: [bus.consume(events, prefetch: 100)], publisher: bus, handler: handler,
                    logger: SchedulerBench.silent),
                Worker(
                    name: "sender", consumers: [bus.consume(commands, prefetch: 100)], publisher: bus, handler: Ears(office),
                    logger: SchedulerBench.silent),
            ]
            let group = ServiceGroup(services: services, logger: SchedulerBench.silent)
            let running = Task { try await group.run() }
            let result: Result<Void, any Error>
            do {
                try await handler.planTimers(of: bot, own, bus)
                result = .success(try await body(office))
            } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            _ = await running.result
            for queue in [events, commands] { try? await connection.deleteQueue(queue.name) }
            await connection.close()
            await life.value
            try result.get()
        }
    }

    func say(_ text: String, _ person: String = "ann") async throws {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let words = text.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
        let command = BotCommand(name: words[0], arguments: words.count > 1 ? words[1] : "")
        let event = Event(
            bot: bot, platform: .telegram, at: .now, chat: Chat(id: ChatID(person), kind: .direct),
            person: Person(id: PersonID(person), firstName: person),
            content: .command(command, Message(id: "1", content: .text(FormattedText(text)))))
        try await bus.publish([
            .event(
                event,
                envelope: Envelope(
                    id: EnvelopeID("\(bot)-\(number)"), lane: .interactive, partitionKey: event.partitionKey, type: "event.\(event.kind)"))
        ])
    }

    func wait(for count: Int) async throws {
        try await eventually("\(count) messages") { self.heard.count >= count }
        // Nothing comes behind them that was due before.
        try await Task.sleep(for: .milliseconds(500))
    }

    /// Stands for a sender.
    private final class Ears: DeliveryHandler {
        let office: Office
        init(_ office: Office) { self.office = office }

        func handle(_ batch: [BusDelivery]) async throws -> [DeliveryOutcome] {
            for delivery in batch {
                let command = try Command(jsonBytes: delivery.body)
                guard case .send(let message) = command.action, case .text(let text) = message.content else { continue }
                office.seen.withLock { $0.append("\(command.chat?.rawValue ?? ""): \(text)") }
            }
            return batch.map { _ in .effects([]) }
        }

        func isTransient(_ error: any Error) -> Bool { false }
        func didDispatch(_ delivery: BusDelivery) {}
    }
}
