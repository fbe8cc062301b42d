import Bus
import Contracts
import JSON
import Logging
import Sender
import ServiceLifecycle
import Synchronization
import Telegram
import TestSupport
import Testing

/// A sender between a scripted broker and a scripted Bot API, which write down what happens.
struct Bench {
    let journal = Journal()
    let api: ScriptedAPI
    let publisher: ScriptedPublisher
    private let consumer: ScriptedConsumer
    private let demo: BotName

    init() throws {
        demo = try #require(BotName("demo"))
        api = ScriptedAPI(journal: journal)
        publisher = ScriptedPublisher(journal: journal)
        consumer = ScriptedConsumer(journal: journal)
    }

    func command(
        to chat: ChatID = "1", receipt: Command.ReceiptPolicy = .never, isRepeatable: Bool = false, notAfter: Timestamp? = nil
    ) -> Command {
        Command(
            bot: demo, platform: .telegram, chat: chat, person: "9", action: .send(OutgoingMessage(.text("hello"))), receipt: receipt,
            isRepeatable: isRepeatable, notAfter: notAfter)
    }

    func deliver(_ id: EnvelopeID, _ command: Command) { deliver(id, body: command.jsonBytes) }

    func deliver(_ id: EnvelopeID, body: [UInt8]) {
        let journal = journal
        consumer.deliver([
            BusDelivery(
                envelope: Envelope(id: id, lane: .interactive, partitionKey: nil, type: "command.send"), routingKey: "", body: body,
                isRedelivered: false, isCurrent: { true }, acknowledge: { journal.write("ack \(id)") },
                reject: { journal.write("reject \(id)") })
        ])
    }

    /// Runs the sender during `body`, then shuts it down gracefully.
    func run(during body: () async -> Void, whileDraining: () async -> Void = {}) async throws {
        let group = ServiceGroup(configuration: .init(services: [sender], logger: logger))
        async let running: Void = group.run()
        await body()
        await group.triggerGracefulShutdown()
        await whileDraining()
        try await running
    }

    /// Runs the sender during `body`, then cancels it, as when a shutdown takes too long.
    func runAndCancel(during body: () async -> Void) async {
        let sender = sender
        let running = Task { await sender.run() }
        await body()
        running.cancel()
        await running.value
    }

    private var logger: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }

    private var sender: CommandSender<ScriptedConsumer> {
        let api = api
        let bot = CommandSender<ScriptedConsumer>.Bot(
            call: { request throws(TelegramError) in try await api.call(request) }, asset: { _ in nil })
        return CommandSender(bots: [demo: bot], consumers: [consumer], publisher: publisher, limits: SendLimits(), logger: logger)
    }
}

/// Answers calls with what was laid out for them, in turn; with a new message when there is nothing more.
final class ScriptedAPI: Sendable {
    private struct State {
        var errors: [TelegramError] = []
        var isClosed = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let journal: Journal

    init(journal: Journal) { self.journal = journal }

    func fail(with errors: TelegramError...) { state.withLock { $0.errors += errors } }

    func call(_ request: TelegramRequest) async throws(TelegramError) -> JSON {
        journal.write("call \(request.method) \(request.parameters["chat_id"]?.int ?? 0)")
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if state.isClosed { state.waiting.append(continuation) }
                    return !state.isClosed
                }
                if isOpen { continuation.resume() }
            }
        } onCancel: {
            open()
        }
        if let error = state.withLock({ $0.errors.isEmpty ? nil : $0.errors.removeFirst() }) { throw error }
        return ["message_id": 7]
    }

    /// From now on calls stay without an answer until ``open()``, or until they are cancelled.
    func close() { state.withLock { $0.isClosed = true } }

    func open() {
        let waiting = state.withLock { state in
            state.isClosed = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

final class ScriptedPublisher: BusPublisher {
    /// So many publishes fail.
    let outages = Mutex(0)
    /// What was published.
    let events = Mutex<[Event]>([])
    private let journal: Journal

    init(journal: Journal) { self.journal = journal }

    func publish(_ messages: [BusMessage]) async throws(BusError) {
        let isAway = outages.withLock { count in
            defer { count = max(0, count - 1) }
            return count > 0
        }
        if isAway { throw BusError(.unavailable, "away") }
        for message in messages {
            if let event = try? Event(jsonBytes: message.body) { events.withLock { $0.append(event) } }
            journal.write("publish \(message.envelope.id)")
        }
    }
}
