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
            ("bot", outcome.bot.rawValue), ("kind", outcome.kind), ("outcome", outcome.isPublished ? "published" : "flood"),
        ])
    }

    private struct Outcome: Hashable, Sendable {
        var bot: BotName
        var kind: String
        var isPublished: Bool
    }

    package init(publisher: any BusPublisher, settings: Settings, logger: Logger) {
        self.publisher = publisher
        self.settings = settings
        self.logger = logger
        floods = Mutex(FloodGuard(settings.flood))
    }

    /// Returns when the broker has every event that the updates became; those of who floods are dropped.
    ///
    /// - Throws: ``BusError``: deliver all of them again.
    package func accept(_ updates: [TelegramUpdate], for bot: BotAccount, at now: Timestamp) async throws(BusError) {
        var messages: [BusMessage] = []
        var verdicts: [EnvelopeID: FloodGuard.Verdict] = [:]
        messages.reserveCapacity(updates.count)
        for update in updates {
            let read = read(update, bot: bot, at: now)
            messages += read.messages
            verdicts[read.id] = read.verdict
        }
        guard !messages.isEmpty else { return }
        do throws(BusError) { try await publisher.publish(messages) } catch {
            remember(verdicts)
            throw error
        }
    }

    private static let rememberedVerdicts = 50_000

    private func remember(_ verdicts: [EnvelopeID: FloodGuard.Verdict]) {
        judged.withLock { judged in
            if judged.count > Self.rememberedVerdicts { judged = [:] }
            judged.merge(verdicts) { $1 }
        }
    }

    private typealias Read = (id: EnvelopeID, verdict: FloodGuard.Verdict, messages: [BusMessage])

    private func read(_ update: TelegramUpdate, bot: BotAccount, at now: Timestamp) -> Read {
        let trace = TraceParent()
        return withTrace(trace) {
            let (event, problem) = update.event(for: bot.telegram, receivedAt: now)
            if let problem {
                logger.warning("an update is not as documented and passes on as it came", metadata: ["bot": "\(bot.name)", "problem": "\(problem)"])
            }
            let envelope = Envelope(
                id: update.envelopeID(for: bot.name), traceparent: trace.description, lane: .interactive, partitionKey: event.partitionKey,
                type: "event.\(event.kind)")
            let verdict = judged.withLock { $0.removeValue(forKey: envelope.id) } ?? verdict(on: event, at: now)
            counters[Outcome(bot: bot.name, kind: event.kind, isPublished: verdict == .pass)].increment()
            logger.info("update", metadata: ["bot": "\(bot.name)", "kind": "\(event.kind)", "message_id": "\(envelope.id)", "verdict": "\(verdict)"])
            switch verdict {
            case .pass: return (envelope.id, verdict, [.event(event, envelope: envelope)])
            case .notice: return (envelope.id, verdict, notice(about: event, envelope: envelope))
            case .drop: return (envelope.id, verdict, [])
            }
        }
    }

    // MARK: Floods

    /// Only what a person does on purpose counts: losing a membership change or a payment would help nobody.
    private func verdict(on event: Event, at now: Timestamp) -> FloodGuard.Verdict {
        switch event.content {
        case .message, .messageEdited, .command, .button:
            guard let person = event.person else { return .pass }
            return floods.withLock { $0.admit(person.id, of: event.bot, at: now) }
        case .poll, .pollAnswer, .membership, .receipt, .native: return .pass
        }
    }

    /// In a group the others would have to read it: there the silence has to be enough.
    private func notice(about event: Event, envelope: Envelope) -> [BusMessage] {
        guard let chat = event.chat, chat.kind == .direct else { return [] }
        let command = Command(
            bot: event.bot, platform: event.platform, chat: chat.id, action: .send(OutgoingMessage(.text(settings.floodNotice))), receipt: .never)
        return [.command(command, envelope: envelope.causing(0, type: "command.send", lane: .interactive, partitionKey: command.partitionKey))]
    }
}
