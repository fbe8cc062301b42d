public import Bus
import Contracts
import DequeModule
public import Logging
public import Metrics
public import ServiceLifecycle
import Synchronization

/// The loop that every worker shares: consume, keep order within a key, hand over in batches, publish what comes out,
/// acknowledge last.
///
/// Infrastructure that is away pauses the intake. A delivery that fails by itself is tried alone, so that it takes no
/// others with it, and then goes to the dead letters. A graceful shutdown finishes what is in hand and gives the rest
/// back in order.
public final class Worker<Handler: DeliveryHandler, Consumer: BusConsumer>: Service {
    public struct Settings: Sendable {
        /// The most deliveries in one ``DeliveryHandler/handle(_:)``. Default 50: beyond it a transaction gains little.
        public var batchSize = 50
        /// Batches being handled at one time. Default 2: one computes while the other waits for the database.
        public var concurrency = 2
        /// Attempts of a delivery that fails alone before it goes to the dead letters.
        public var attempts = 3
        /// How long the effects wait for the broker before they are left to the sweep.
        public var publishPatience: Duration = .seconds(10)

        public init() {}
    }

    private struct State {
        var intake = OrderedIntake<BusDelivery>()
        var waiters: Deque<CheckedContinuation<Void, Never>> = []
        /// Who handles what was put off, while there is nothing.
        var apartWaiter: CheckedContinuation<Void, Never>?
        var isStopping = false
    }

    private let state = Mutex(State())
    private let consumers: [Consumer]
    let publisher: any BusPublisher
    let handler: Handler
    let settings: Settings
    let logger: Logger
    let durations: Timer
    let batchSizes: Recorder
    let deadLetters: [DeadLetter: Counter]
    let effectsLeft: Counter
    let clock: ContinuousClock

    public init(
        name: String, consumers: [Consumer], publisher: any BusPublisher, handler: Handler, settings: Settings = Settings(), logger: Logger,
        clock: ContinuousClock = ContinuousClock(), metricsFactory: any MetricsFactory = MetricsSystem.factory
    ) {
        self.consumers = consumers
        self.publisher = publisher
        self.handler = handler
        self.settings = settings
        self.logger = logger
        self.clock = clock
        durations = Timer(
            label: "messaging.process.duration", dimensions: [("messaging.system", "rabbitmq"), ("worker", name)], factory: metricsFactory)
        batchSizes = Recorder(label: "switchboard.worker.batch.size", dimensions: [("worker", name)], factory: metricsFactory)
        deadLetters = Dictionary(
            uniqueKeysWithValues: DeadLetter.allCases.map {
                (
                    $0,
                    Counter(
                        label: "switchboard.worker.dead_letters", dimensions: [("worker", name), ("reason", $0.rawValue)],
                        factory: metricsFactory)
                )
            })
        effectsLeft = Counter(label: "switchboard.worker.effects.left", dimensions: [("worker", name)], factory: metricsFactory)
    }

    /// Runs until a graceful shutdown (drains) or cancellation (stops at once; the broker delivers again).
    public func run() async {
        await withGracefulShutdownHandler {
            await withTaskGroup { group in
                for consumer in consumers { group.addTask { await self.fill(from: consumer) } }
                for _ in 0..<settings.concurrency { group.addTask { await self.work() } }
                group.addTask { await self.workApart() }
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
            _ = $0.intake.removeWaiting()
            Self.wakeAll(&$0)
        }
    }

    // MARK: Intake

    private func fill(from consumer: Consumer) async {
        for await batch in consumer.batches {
            state.withLock { state in
                guard !state.isStopping else { return }
                for delivery in batch { state.intake.put(delivery, key: delivery.orderKey) }
                if state.intake.hasReady { state.waiters.popFirst()?.resume() }
            }
        }
    }

    /// Nil when there is nothing more to do.
    func nextBatch() async -> [BusDelivery]? {
        while !Task.isCancelled {
            let taken = state.withLock { state -> [BusDelivery] in
                let taken = state.intake.take(upTo: settings.batchSize).map(\.item)
                if state.intake.hasReady { state.waiters.popFirst()?.resume() }
                return taken
            }
            var batch: [BusDelivery] = []
            for delivery in taken {
                // The broker delivers it again, and perhaps somebody else has it by now: not handling it twice keeps its order too.
                if delivery.isCurrent() { batch.append(delivery) } else { complete(delivery) }
            }
            guard batch.isEmpty else { return batch }
            if !taken.isEmpty { continue }
            let isFinished = state.withLock { $0.isStopping && $0.intake.isEmpty }
            if isFinished { return nil }
            await waitForWork()
        }
        return nil
    }

    private func waitForWork() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.intake.hasReady || Task.isCancelled || (state.isStopping && state.intake.isEmpty) { return true }
                    state.waiters.append(continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { Self.wakeAll(&$0) }
        }
    }

    /// The next one that was put off; nil when there is nothing more to do.
    func nextApart() async -> BusDelivery? {
        while !Task.isCancelled {
            let (taken, isFinished) = state.withLock { state in
                (state.intake.takeApart()?.item, state.isStopping && state.intake.isEmpty)
            }
            if let taken {
                if taken.isCurrent() { return taken }
                complete(taken)
                continue
            }
            if isFinished { return nil }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isReady = state.withLock { state in
                        if state.intake.hasApart || Task.isCancelled || (state.isStopping && state.intake.isEmpty) { return true }
                        state.apartWaiter = continuation
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            } onCancel: {
                state.withLock { Self.wakeAll(&$0) }
            }
        }
        return nil
    }

    /// It is handled again, apart from others; the next of its key wait for it.
    func putOff(_ delivery: BusDelivery) {
        let isStopping = state.withLock { state in
            guard !state.isStopping else { return true }
            state.intake.putOff(delivery, key: delivery.orderKey)
            state.apartWaiter?.resume()
            state.apartWaiter = nil
            return false
        }
        // The broker delivers it to the next consumer.
        if isStopping { complete(delivery) }
    }

    func complete(_ delivery: BusDelivery) {
        state.withLock { state in
            state.intake.complete(delivery.orderKey)
            if state.intake.hasReady { state.waiters.popFirst()?.resume() }
            if state.isStopping && state.intake.isEmpty { Self.wakeAll(&state) }
        }
    }

    /// Whether waiting for better times has lost its sense.
    var isGivingUp: Bool { Task.isCancelled || state.withLock { $0.isStopping } }

    private static func wakeAll(_ state: inout State) {
        state.apartWaiter?.resume()
        state.apartWaiter = nil
        while let waiter = state.waiters.popFirst() { waiter.resume() }
    }
}

/// Why a message was given up.
enum DeadLetter: String, CaseIterable {
    /// By the handler's verdict.
    case rejected
    /// At every attempt.
    case failed
}

extension BusDelivery {
    /// What has no partition key has no order: each is a line of its own.
    fileprivate var orderKey: String { envelope.partitionKey ?? envelope.id.rawValue }
}
