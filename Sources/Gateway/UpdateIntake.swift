package import Bus
package import Contracts
import JSON
package import Logging
import Metrics
package import Registry
import Runtime
import Synchronization
package import Telegram

/// Turns updates into events and hands them to the broker: the same way for a webhook and for polling.
package final class UpdateIntake: Sendable {
    package struct Settings: Sendable {
        package var flood: FloodGuard.Limits
        /// What who floods a bot is told, once.
        package var floodNotice: String

        package init(flood: FloodGuard.Limits, floodNotice: String) {
            self.flood = flood
            self.floodNotice = floodNotice
        }
    }

    private let publisher: any BusPublisher
    private let settings: Settings
    private let floods: Mutex<FloodGuard>
    /// What was decided about updates that the broker didn't take: they come again and must not be charged twice.
    private let judged = Mutex<[EnvelopeID: FloodGuard.Verdict]>([:])
    private let logger: Logger
    private let counters = InstrumentCache<Outcome, Counter> { outcome in
        MetricCatalogue.gatewayUpdates.counter([
            ("bot", outcome.bot.rawValue), ("kind", outcome.kind), ("outcome", outcome.fate.rawValue),
        ])
    }

    private let durations = MetricCatalogue.pipelineDuration.tracedTimer([("stage", "published")])

    private struct Outcome: Hashable, Sendable {
        var bot: BotName
        var kind: String
        var fate: Fate

        enum Fate: String { case published, flood, unreadable }
    }

    package init(publisher: any BusPublisher, settings: Settings, logger: Logger) {
        self.publisher = publisher
        self.settings = settings
        self.logger = logger
        floods = Mutex(FloodGuard(settings.flood))
    }

    /// How updates come in.
    package enum Way: Sendable {
        /// Telegram calls.
        case webhook
        /// The gateway has asked.
        case polling
    }

    /// Returns when the broker has every event that the updates became; those of who floods are dropped.
    ///
    /// - Throws: ``BusError``: deliver all of them again.
    package func accept(_ updates: [TelegramUpdate], for bot: BotAccount, by way: Way = .polling, at now: Timestamp) async throws(BusError)
    {
        let start = Tracing.now
        let events = updates.map { read($0, bot: bot, at: now) }
        let messages = events.flatMap(\.messages)
        if !messages.isEmpty {
            do throws(BusError) { try await publisher.publish(messages) } catch {
                remember(events)
                for event in events { event.span(bot, way, since: start)?.finish(error: "not_published") }
                throw error
            }
        }
        let end = Tracing.now
        for event in events {
            counters[event.outcome].increment()
            if !event.messages.isEmpty { durations.record(nanoseconds: end - start, of: event.trace) }
            event.span(bot, way, since: start)?.finish(at: end)
        }
    }

    /// Something that should be an update and has no `update_id`.
    func countUnreadable(of bot: BotAccount) { counters[Outcome(bot: bot.name, kind: "unknown", fate: .unreadable)].increment() }

    private static let rememberedVerdicts = 50_000

    private func remember(_ updates: [Read]) {
        judged.withLock { judged in
            if judged.count > Self.rememberedVerdicts { judged = [:] }
            for update in updates { judged[update.id] = update.verdict }
        }
    }

    private struct Read {
        let id: EnvelopeID
        let trace: TraceParent
        let verdict: FloodGuard.Verdict
        let outcome: Outcome
        let messages: [BusMessage]

        /// The first of the trace; nil while no spans are recorded.
        func span(_ bot: BotAccount, _ way: Way, since start: Int64) -> Span? {
            var span = Tracing.begin("receive telegram", way == .webhook ? .server : .consumer, at: trace, since: start)
            span?.attributes = [
                ("switchboard.bot", .text(bot.name.rawValue)), ("switchboard.event.kind", .text(outcome.kind)),
                ("switchboard.outcome", .text(outcome.fate.rawValue)), ("messaging.message.id", .text(id.rawValue)),
            ]
            if way == .webhook { span?.attributes += [("http.request.method", "POST"), ("http.route", "webhook"), ("url.scheme", "http")] }
            return span
        }
    }

    private func read(_ update: TelegramUpdate, bot: BotAccount, at now: Timestamp) -> Read {
        let trace = Tracing.newTrace()
        return withTrace(at: trace) {
            let (event, problem) = update.event(for: bot.telegram, receivedAt: now)
            if let problem {
                logger.warning(
                    "an update is not as documented and passes on as it came", metadata: ["bot": "\(bot.name)", "problem": "\(problem)"])
            }
            let envelope = Envelope(
                id: update.envelopeID(for: bot.name), traceparent: trace.description, origin: now, lane: .interactive,
                partitionKey: event.partitionKey,
                type: "event.\(event.kind)")
            let verdict = judged.withLock { $0.removeValue(forKey: envelope.id) } ?? verdict(on: event, at: now)
            let outcome = Outcome(bot: bot.name, kind: event.kind, fate: verdict == .pass ? .published : .flood)
            logger.info(
                "update",
                metadata: ["bot": "\(bot.name)", "kind": "\(event.kind)", "message_id": "\(envelope.id)", "verdict": "\(verdict)"])
            let messages: [BusMessage] =
                switch verdict {
                case .pass: [.event(event, envelope: envelope)]
                case .notice: notice(about: event, envelope: envelope)
                case .drop: []
                }
            return Read(id: envelope.id, trace: trace, verdict: verdict, outcome: outcome, messages: messages)
        }
    }

    // MARK: Floods

    /// Only what a person does on purpose counts: losing a membership change or a payment would help nobody.
    private func verdict(on event: Event, at now: Timestamp) -> FloodGuard.Verdict {
        switch event.content {
        case .message, .messageEdited, .command, .button:
            guard let person = event.person else { return .pass }
            return floods.withLock { $0.admit(person.id, of: event.bot, at: now) }
        case .poll, .pollAnswer, .membership, .receipt, .signal, .post, .rowChange, .timer, .operation, .native: return .pass
        }
    }

    /// In a group the others would have to read it: there the silence has to be enough.
    private func notice(about event: Event, envelope: Envelope) -> [BusMessage] {
        guard let chat = event.chat, chat.kind == .direct else { return [] }
        let command = Command(
            bot: event.bot, platform: event.platform, chat: chat.id, action: .send(OutgoingMessage(.text(settings.floodNotice))),
            receipt: .never)
        return [
            .command(command, envelope: envelope.causing(0, type: "command.send", lane: .interactive, partitionKey: command.partitionKey))
        ]
    }
}
