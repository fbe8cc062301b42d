import BotEngine
import BotLanguage
import BotStore
import Bus
import Contracts
import Dialog
import JSON
import Postgres
import Scheduler
import Synchronization
import Testing
import WorkerKit
import WorkerStore

/// What the dialog worker asks of the scheduler, in a real database; messages are handed over at once.
@Suite(.enabled(if: TestServices.postgres != nil, TestServices.noPostgres), .timeLimit(.minutes(2)))
struct TimersOfRowsTests {
    private static let items = """
        bot: shop
        data:
          users: {quiet: {type: bool, default: "false"}}
          items: {owner: {type: users, default: user}, due: timestamp, box: boxes?}
          boxes: {name: {type: string, max: 20}}
        handlers:
          - {command: box, do: [{insert: boxes, set: {name: "'b'"}}]}
          - {command: unbox, do: [{each: b in boxes, do: [{delete: b}]}]}
          - command: add
            args: {hours: int}
            do:
              - {insert: items, set: {due: "now + duration(string(hours) + 'h')", box: "boxes.one(b, true)"}}
          - {command: clear, do: [{delete: i in items, where: i.owner == user}]}
          - {command: quiet, do: [{update: user, set: {quiet: "!user.quiet"}}]}
          - {command: fail, do: [{update: user, set: {quiet: "!user.quiet"}}, {insert: items, set: {due: now}}, {let: {x: "1 / (user.id - user.id)"}}]}
        """
    private static let timers = """

        timers:
          remind:
            each: i in items
            where: "!i.owner.quiet && i.box != null"
            at: "[i.due - duration('24h'), i.due - duration('1h')]"
            as: i.owner
            do: [{show: {text: "Due ${i.due}"}}]
          welcome: {each: u in users, at: "u.created + duration('1h')", as: u, do: [{show: {text: Welcome}}]}
          tick: {cron: "0 * * * *", tz: "'UTC'", do: [{stop: true}]}
        """

    @Test func areSetMovedAndCancelledWithTheirRows() async throws {
        try await SchedulerBench.run { bench in
            var desk = try await Desk(Self.items + Self.timers, bench)
            try await desk.say("/box", "ann")
            #expect(try await desk.keys() == ["cron/tick", "rows/welcome/1"])
            for hours in [48, 12] { try await desk.say("/add \(hours)", "ann") }
            try await desk.say("/add 48", "bob")
            #expect(
                try await desk.keys("rows/") == ["rows/remind/1", "rows/remind/2", "rows/remind/3", "rows/welcome/1", "rows/welcome/2"])
            try await desk.say("/quiet", "ann")
            #expect(try await desk.keys("rows/remind/") == ["rows/remind/3"])
            try await desk.say("/fail", "ann")
            #expect(try await desk.keys("rows/remind/") == ["rows/remind/3"], "nothing of a failure is kept")
            try await desk.say("/quiet", "ann")
            #expect(try await desk.keys("rows/remind/").count == 3)
            try await desk.say("/clear", "ann")
            #expect(try await desk.keys("rows/remind/") == ["rows/remind/3"])
            // The item's reference becomes null.
            try await desk.say("/unbox", "ann")
            #expect(try await desk.keys("rows/remind/") == [])
        }
    }

    /// A definition that has timers only now, that has others, and none any more.
    @Test func followTheDefinition() async throws {
        try await SchedulerBench.run { bench in
            var desk = try await Desk(Self.items, bench)
            try await desk.say("/box", "ann")
            for _ in 0..<230 { try await desk.say("/add 48", "ann") }
            try await desk.plan()
            #expect(try await desk.keys() == [])
            try await desk.replace(Self.items + Self.timers)
            #expect(try await desk.keys("rows/remind/").count == 230)
            #expect(try await desk.keys("cron/") == ["cron/tick"])
            #expect(try await desk.keys("rows/welcome/") == ["rows/welcome/1"])
            let before = try await bench.pending()
            try await desk.plan()
            #expect(try await bench.pending() == before, "nothing has changed")
            let other = Self.timers.split(separator: "welcome").first.map(String.init) ?? ""
            let later = other.split(separator: "24h").joined(separator: "23h")
            try await desk.replace(Self.items + later)
            #expect(try await desk.keys() == before.keys.filter { $0.hasPrefix("rows/remind/") }.sorted())
            #expect(try await bench.pending().values.allSatisfy { $0 > (before.values.max() ?? 0) })
            try await desk.replace(Self.items)
            #expect(try await desk.keys() == [])
        }
    }

    private static let alarm = """
        bot: shop
        handlers:
          - {command: set, do: [{at: now + duration('1h'), signal: wake}]}
          - {command: cancel, do: [{cancel: wake}]}
        signals:
          wake: {do: [{show: {text: Wake up}}]}
        """

    /// A moment that is on its way while it is moved or cancelled.
    @Test func lastWordsCount() async throws {
        try await SchedulerBench.run { bench in
            var desk = try await Desk(Self.alarm, bench)
            func fired(_ name: String = "wake") async throws -> [BusDelivery] {
                try await bench.pool.query("SELECT request::text FROM scheduler.timers WHERE claim_at IS NOT NULL").decode(String.self).map
                {
                    let request = try SetTimer(jsonBytes: Array($0.utf8))
                    let due = DueTimer(key: request.key, revision: request.revision, name: request.name, due: .now)
                    return desk.delivery(request.event(due: due.due, now: .now), due.id(bot: bench.bot))
                }
            }
            try await desk.say("/set", "ann")
            let first = try await fired()
            #expect(first.count == 1)
            try await desk.say("/set", "ann")
            let second = try await fired()
            try await desk.handle(first)
            #expect(desk.heard == [])
            try await desk.handle(second)
            #expect(desk.heard == ["ann: Wake up"])
            try await desk.handle(second)
            #expect(desk.heard == ["ann: Wake up", "ann: Wake up"], "a repeat has the same effects again")
            try await desk.say("/set", "ann")
            let third = try await fired()
            try await desk.say("/cancel", "ann")
            try await desk.handle(third)
            #expect(desk.heard.count == 2)
            #expect(try await desk.keys() == [])
            #expect(try await bench.pool.query("SELECT count(*) FROM dialog.moments").decodeOne(Int64.self) == 0)
        }
    }
}

/// A dialog worker and a scheduler that hand each other everything at once.
struct Desk {
    let bench: SchedulerBench
    private var handler: DialogHandler
    private var bot: DialogHandler.Bot
    private var count = 0
    /// What people saw.
    private(set) var heard: [String] = []

    init(_ yaml: String, _ bench: SchedulerBench) async throws {
        self.bench = bench
        try await PostgresMigrations(schema: ConversationTable.schema, DialogHandler.migrations).apply(to: bench.pool)
        (handler, bot) = try await Self.load(yaml, bench)
        try await plan()
    }

    static func load(_ yaml: String, _ bench: SchedulerBench) async throws -> (DialogHandler, DialogHandler.Bot) {
        let definition = try Definition(yaml: yaml)
        let bot = DialogHandler.Bot(engine: BotEngine(definition), tables: BotTables(bot: bench.bot, store: definition.store))
        try await bot.tables.create(in: bench.pool)
        let handler = DialogHandler(
            bots: [bench.bot: bot], pool: bench.pool, handled: HandledTable(schema: ConversationTable.schema, handler: "dialog"),
            logger: SchedulerBench.silent)
        return (handler, bot)
    }

    /// Another definition from now on.
    mutating func replace(_ yaml: String) async throws {
        (handler, bot) = try await Self.load(yaml, bench)
        try await plan()
    }

    mutating func plan() async throws {
        let bus = KeepingBus()
        try await handler.planTimers(of: bench.bot, bot, bus)
        try await pass(bus.messages)
    }

    mutating func say(_ text: String, _ person: String) async throws {
        count += 1
        let words = text.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
        let command = BotCommand(name: words[0], arguments: words.count > 1 ? words[1] : "")
        let event = Event(
            bot: bench.bot, platform: .telegram, at: .now, chat: Chat(id: ChatID(person), kind: .direct),
            person: Person(id: PersonID(person), firstName: person),
            content: .command(command, Message(id: "1", content: .text(FormattedText(text)))))
        try await handle([delivery(event, EnvelopeID("e\(count)"))])
    }

    func delivery(_ event: Event, _ id: EnvelopeID) -> BusDelivery {
        delivery(
            BusMessage.event(
                event, envelope: Envelope(id: id, lane: .normal, partitionKey: event.partitionKey, type: "event.\(event.kind)")))
    }

    private func delivery(_ message: BusMessage) -> BusDelivery {
        BusDelivery(
            envelope: message.envelope, routingKey: message.routingKey, body: message.body, isRedelivered: false, isCurrent: { true },
            acknowledge: {}, reject: {})
    }

    mutating func handle(_ deliveries: [BusDelivery]) async throws {
        for outcome in try await handler.handle(deliveries) {
            guard case .effects(let messages) = outcome else {
                Issue.record("an event was refused")
                return
            }
            try await pass(messages)
        }
    }

    private mutating func pass(_ messages: [BusMessage]) async throws {
        for message in messages {
            switch message.exchange {
            case .requests:
                for case .reject in try await bench.handler().handle([delivery(message)]) { Issue.record("a request was refused") }
            case .outbound:
                let command = try Command(jsonBytes: message.body)
                if case .send(let outgoing) = command.action, case .text(let text) = outgoing.content {
                    heard.append("\(command.chat?.rawValue ?? ""): \(text)")
                }
            default: try await handle([delivery(message)])
            }
        }
    }

    /// Of the timers that wait.
    func keys(_ prefix: String = "") async throws -> [String] {
        try await bench.pending().keys.filter { $0.hasPrefix(prefix) }.sorted()
    }
}

private final class KeepingBus: BusPublisher {
    private let kept = Mutex<[BusMessage]>([])
    var messages: [BusMessage] { kept.withLock { $0 } }

    func publish(_ messages: [BusMessage]) async throws(BusError) { kept.withLock { $0 += messages } }
}
