package import Bus
package import Contracts
package import JSON
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
        /// Does a call of the Bot API and gives its result.
        package var call: @Sendable (TelegramRequest) async throws(TelegramError) -> JSON
        /// The path of a file of the bot's folder; nil when there is none.
        package var asset: @Sendable (String) -> String?

        /// Host and port of the Bot API server, for the spans of its calls; nil: they don't say.
        package var server: (host: String, port: Int)?

        package init(
            server: (host: String, port: Int)? = nil, call: @escaping @Sendable (TelegramRequest) async throws(TelegramError) -> JSON,
            asset: @escaping @Sendable (String) -> String?
        ) {
            self.server = server
            self.call = call
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
    private let deadLetters = InstrumentCache<String, Counter> { reason in
        MetricCatalogue.deadLetters.counter([("worker", "sender"), ("reason", reason)])
    }
    private let durations = MetricCatalogue.pipelineDuration.tracedTimer([("stage", "sent")])
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
                // Alarms for what is no longer waited for.
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.stop()
        }
        for consumer in consumers { await consumer.close() }
    }

    /// What waits, for gauges.
    package var census: (waiting: Int, SendScheduler.Census) { state.withLock { $0.outbox.census(at: .now) } }

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
            logger.error(
                "unreadable command, to the dead letters", metadata: ["message_id": "\(delivery.envelope.id)", "error": "\(error)"])
            deadLetters["unreadable"].increment()
            return delivery.reject()
        }
        let put = state.withLock { state -> Outbox.Put? in
            state.isStopping ? nil : state.outbox.put(command, delivery, at: .now)
        }
        switch put {
        case nil, .joined, .stale: return
        case .known: delivery.acknowledge()
        case .accepted(let needless):
            for task in needless { await drop(task, reason: "a later edit took its place") }
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
            case .drop(let task, let reason): group.addTask { await self.drop(task, reason: reason) }
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
        let span = beginSpan(task)
        await traced(task, in: span) {
            let (verdict, poll) = await verdict(of: task)
            // Broken off because the process ends now: it is left to the next sender, as after a kill.
            if case .done(.ambiguous) = verdict, Task.isCancelled {
                span?.finish(error: "cancelled")
                return
            }
            state.withLock {
                $0.outbox.finish(task, verdict, at: .now)
                // What must be tried again is for the next sender.
                if $0.isStopping { $0.outbox.removeWaiting(at: .now) }
            }
            wake.yield()
            switch verdict {
            case .done(let outcome): await conclude(task, outcome, poll: poll)
            case .deadLetter(let code, let reason): await conclude(task, .failed(code: code, reason: reason), isDeadLetter: true)
            case .again(let result): logger.info("not sent yet", metadata: metadata(task, ["again": "\(result)"]))
            }
            span?.finish(error: verdict.errorType)
        }
    }

    private func drop(_ task: Outbox.Task, reason: String) async {
        await traced(task, in: nil) { await conclude(task, .dropped(reason: reason)) }
    }

    /// How the call ended, and the poll that it made.
    private func verdict(of task: Outbox.Task) async -> (Verdict, poll: String?) {
        // A mistake of whoever set this process up, and none of the command's.
        guard let bot = bots[task.command.bot] else {
            return (.deadLetter(code: 0, reason: "no bot of this name is configured here"), nil)
        }
        var command = task.command
        if let chat = task.chat { command.chat = chat }
        var result: Result<[MessageID], TelegramError>
        var poll: String?
        var span = Tracing.begin("POST", .client, below: .current)
        do throws(TelegramError) {
            let request = try TelegramRequest(command, asset: bot.asset)
            span?.attributes = [("http.request.method", "POST"), ("url.template", .text(request.method))]
            if let (host, port) = bot.server {
                span?.attributes += [("server.address", .text(host)), ("server.port", .number(Int64(port)))]
            }
            let answer = try await bot.call(request)
            result = .success(answer.sentMessages)
            poll = answer["poll"]?["id"]?.string
            span?.finish(nil)
        } catch {
            result = .failure(error)
            span?.finish(error)
        }
        return (Verdict(result, of: task.command, sentTo: task.chat, attempts: task.attempts), poll)
    }

    /// The receipt first, the acknowledgement last.
    private func conclude(_ task: Outbox.Task, _ outcome: Receipt.Outcome, poll: String? = nil, isDeadLetter: Bool = false) async {
        count(task, isDeadLetter ? "dead_letter" : outcome.name)
        if case .done = outcome, let origin = task.envelope.origin {
            durations.record(nanoseconds: max(0, Tracing.now - origin.milliseconds * 1_000_000), of: .current)
        }
        if isDeadLetter {
            deadLetters["rejected"].increment()
            logger.error("can't be sent and goes to the dead letters", metadata: metadata(task, ["outcome": "\(outcome)"]))
        } else {
            log(task, outcome)
        }
        if let receipt = task.receipt(outcome, poll: poll, at: .now) {
            guard await publish(receipt) else { return }
        }
        for delivery in state.withLock({ $0.outbox.conclude(task) }) {
            if isDeadLetter { delivery.reject() } else { delivery.acknowledge() }
        }
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
                logger.warning(
                    "can't publish a receipt, trying again", metadata: ["message_id": "\(receipt.envelope.id)", "error": "\(error)"])
                try? await Task.sleep(for: backoff.next())
            }
        }
        return false
    }

    private func count(_ task: Outbox.Task, _ outcome: String) {
        counters[Labels(bot: task.command.bot, kind: task.command.kind, lane: task.job.lane, outcome: outcome)].increment()
    }

    private func log(_ task: Outbox.Task, _ outcome: Receipt.Outcome) {
        let metadata = metadata(task, ["outcome": "\(outcome)"])
        switch outcome {
        case .done: logger.info("sent", metadata: metadata)
        case .ambiguous: logger.warning("perhaps sent, and not repeated", metadata: metadata)
        case .blocked, .failed, .dropped: logger.info("not sent", metadata: metadata)
        }
    }

    private func metadata(_ task: Outbox.Task, _ more: Logger.Metadata) -> Logger.Metadata {
        let common: Logger.Metadata = [
            "bot": "\(task.command.bot)", "kind": "\(task.command.kind)", "message_id": "\(task.envelope.id)",
            "attempt": "\(task.attempts)",
        ]
        return common.merging(more) { $1 }
    }

    private func traced(_ task: Outbox.Task, in span: Span?, _ body: () async -> Void) async {
        await withTrace(task.envelope.traceparent.flatMap { TraceParent($0) }, in: span, body)
    }

    /// Nil while no spans are recorded.
    private func beginSpan(_ task: Outbox.Task) -> Span? {
        var span = Tracing.begin("process sender", .consumer, belowHeader: task.envelope.traceparent)
        span?.attributes = [
            ("messaging.system", "rabbitmq"), ("messaging.operation.name", "process"), ("messaging.operation.type", "process"),
            ("messaging.destination.name", .text("sender.\(task.job.lane.rawValue)")),
            ("messaging.message.id", .text(task.envelope.id.rawValue)),
            ("messaging.message.conversation_id", .text(task.envelope.correlation.rawValue)),
            ("switchboard.bot", .text(task.command.bot.rawValue)), ("switchboard.command.kind", .text(task.command.kind)),
            ("switchboard.attempt", .number(Int64(task.attempts))),
        ]
        return span
    }
}

extension JSON {
    /// The ids of the messages that a call has made: none, one, or those of an album.
    fileprivate var sentMessages: [MessageID] {
        if let messages = array { return messages.compactMap { $0["message_id"]?.int.map { MessageID($0) } } }
        return (self["message_id"]?.int).map { [MessageID($0)] } ?? []
    }
}
