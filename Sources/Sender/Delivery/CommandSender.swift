package import Bus
package import Contracts
import JSON
package import Logging
import Metrics
import Runtime
import ServiceLifecycle
import Synchronization
package import Telegram
import WorkerKit

/// Takes commands from the broker and does them on their platform, as fast as its limits allow.
///
/// A command is acknowledged when its outcome is final and its receipt, if one is wanted, is with the broker. A call is
/// never repeated when it may have been done, unless the command says that it may.
package final class CommandSender<Consumer: BusConsumer>: Service {
    package struct Bot: Sendable {
        package var client: TelegramClient
        /// The path of a file of the bot's folder; nil when there is none.
        package var asset: @Sendable (String) -> String?

        package init(client: TelegramClient, asset: @escaping @Sendable (String) -> String?) {
            self.client = client
            self.asset = asset
        }
    }

    private struct State {
        var outbox: Outbox
        var isStopping = false
        /// The earliest moment at which somebody will wake the loop.
        var alarm: Instant?
    }

    private struct Labels: Hashable, Sendable {
        var bot: BotName
        var kind: String
        var lane: Lane
        var outcome: String
    }

    private let counters = InstrumentCache<Labels, Counter> { labels in
        MetricCatalogue.senderCommands.counter([
            ("bot", labels.bot.rawValue), ("kind", labels.kind), ("lane", labels.lane.rawValue), ("outcome", labels.outcome),
        ])
    }
    private let bots: [BotName: Bot]
    private let consumers: [Consumer]
    private let publisher: any BusPublisher
    private let logger: Logger
    private let state: Mutex<State>
    private let wakeups: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    package init(bots: [BotName: Bot], consumers: [Consumer], publisher: any BusPublisher, limits: SendLimits, logger: Logger) {
        self.bots = bots
        self.consumers = consumers
        self.publisher = publisher
        self.logger = logger
        state = Mutex(State(outbox: Outbox(limits: limits)))
        (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Until a graceful shutdown, which finishes the calls under way and gives the rest back in order.
    package func run() async {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for consumer in consumers { group.addTask { await self.fill(from: consumer) } }
                for await _ in wakeups {
                    if startWhatIsDue(in: &group) { break }
                }
            }
        } onGracefulShutdown: {
            self.stop()
        }
        for consumer in consumers { await consumer.close() }
    }

    private func stop() {
        for consumer in consumers { consumer.stop() }
        state.withLock {
            $0.isStopping = true
            $0.outbox.removeWaiting(at: .now)
        }
        wake.yield()
    }

    // MARK: In

    private func fill(from consumer: Consumer) async {
        for await batch in consumer.batches {
            for delivery in batch { await take(delivery) }
            wake.yield()
        }
    }

    private func take(_ delivery: BusDelivery) async {
        let command: Command
        do throws(JSONError) { command = try Command(jsonBytes: delivery.body) } catch {
            logger.error("unreadable command, to the dead letters", metadata: ["message_id": "\(delivery.envelope.id)", "error": "\(error)"])
            return delivery.reject()
        }
        let put = state.withLock { state -> Outbox.Put? in
            state.isStopping ? nil : state.outbox.put(command, delivery, at: .now)
        }
        switch put {
        case nil: return
        case .known: delivery.acknowledge()
        case .accepted(let needless):
            for task in needless { await conclude(task, .dropped(reason: "a later edit took its place")) }
        }
    }

    // MARK: Out

    /// - Returns: whether everything is done and the loop may end.
    private func startWhatIsDue(in group: inout DiscardingTaskGroup) -> Bool {
        while true {
            let (next, isDone) = state.withLock { state in
                (state.outbox.next(at: .now, wall: .now), state.isStopping && state.outbox.isEmpty)
            }
            if isDone { return true }
            switch next {
            case .send(let task): group.addTask { await self.send(task) }
            case .drop(let task, let reason): group.addTask { await self.conclude(task, .dropped(reason: reason)) }
            case .wait(let moment):
                if let moment { setAlarm(at: moment, in: &group) }
                return false
            }
        }
    }

    private func setAlarm(at moment: Instant, in group: inout DiscardingTaskGroup) {
        let isEarliest = state.withLock { state in
            if let alarm = state.alarm, alarm <= moment { return false }
            state.alarm = moment
            return true
        }
        guard isEarliest else { return }
        group.addTask {
            try? await Task.sleep(for: .nanoseconds(max(0, moment.nanoseconds - Instant.now.nanoseconds)))
            self.state.withLock { if $0.alarm == moment { $0.alarm = nil } }
            self.wake.yield()
        }
    }

    private func send(_ task: Outbox.Task) async {
        await withTrace(task.delivery.envelope.traceparent.flatMap { TraceParent($0)?.child() }) {
            let verdict = Verdict(await call(task), of: task.command, attempts: task.attempts)
            logger.info("sent", metadata: metadata(task, verdict))
            state.withLock { $0.outbox.finish(task, verdict, at: .now) }
            wake.yield()
            if case .done(let outcome) = verdict { await conclude(task, outcome) }
        }
    }

    private func call(_ task: Outbox.Task) async -> Result<[MessageID], TelegramError> {
        guard let bot = bots[task.command.bot] else {
            return .failure(TelegramError(.rejected, reason: "no bot of this name is configured here"))
        }
        var command = task.command
        if let chat = task.chat { command.chat = chat }
        do throws(TelegramError) {
            let result = try await bot.client.call(try TelegramRequest(command, asset: bot.asset))
            return .success(result.sentMessages)
        } catch {
            return .failure(error)
        }
    }

    /// The receipt first, the acknowledgement last.
    private func conclude(_ task: Outbox.Task, _ outcome: Receipt.Outcome) async {
        count(task, outcome)
        if let receipt = task.receipt(outcome, at: .now) {
            guard await publish(receipt) else { return }
        }
        state.withLock { $0.outbox.conclude(task) }.acknowledge()
        if state.withLock({ $0.isStopping }) { wake.yield() }
    }

    /// Tries until the broker takes it; false when cancelled meanwhile.
    private func publish(_ receipt: BusMessage) async -> Bool {
        var backoff = Backoff()
        while !Task.isCancelled {
            do throws(BusError) {
                try await publisher.publish(receipt)
                return true
            } catch {
                logger.warning("can't publish a receipt, trying again", metadata: ["message_id": "\(receipt.envelope.id)", "error": "\(error)"])
                try? await Task.sleep(for: backoff.next())
            }
        }
        return false
    }

    private func count(_ task: Outbox.Task, _ outcome: Receipt.Outcome) {
        counters[Labels(bot: task.command.bot, kind: task.command.kind, lane: task.job.lane, outcome: outcome.name)].increment()
    }

    private func metadata(_ task: Outbox.Task, _ verdict: Verdict) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "bot": "\(task.command.bot)", "kind": "\(task.command.kind)", "message_id": "\(task.delivery.envelope.id)", "attempt": "\(task.attempts)",
        ]
        switch verdict {
        case .done(let outcome): metadata["outcome"] = "\(outcome)"
        case .again(let result): metadata["again"] = "\(result)"
        }
        return metadata
    }
}

extension JSON {
    /// The ids of the messages that a call has made: none, one, or those of an album.
    fileprivate var sentMessages: [MessageID] {
        if let messages = array { return messages.compactMap { $0["message_id"]?.int.map { MessageID($0) } } }
        return (self["message_id"]?.int).map { [MessageID($0)] } ?? []
    }
}
