import Synchronization

/// How a subscription is doing.
public enum AMQPConsumerState: Sendable {
    /// Waiting for the connection or for the broker's answer.
    case subscribing
    /// The broker delivers. The epoch is the connection's.
    case active(epoch: UInt64)
    /// The broker cancelled the consumer or closed its channel, or the connection was lost; it is renewed with back-off.
    case interrupted(AMQPError)
    case closed

    var isClosed: Bool { if case .closed = self { true } else { false } }
}

/// Reads one queue: an asynchronous sequence of batches, each what had arrived together.
///
/// The subscription survives reconnects and cancellation by the broker; its deliveries are then numbered anew and the
/// unacknowledged ones of before come again, marked as redelivered. The sequence ends after ``close(within:)`` or when the
/// connection is closed. Several tasks may iterate; each batch goes to one of them.
public final class AMQPConsumer: AsyncSequence, Sendable {
    public typealias Element = [AMQPDelivery]
    public typealias Failure = Never

    let core: ConsumerCore
    private let inbox: Inbox

    init(core: ConsumerCore, inbox: Inbox) {
        self.core = core
        self.inbox = inbox
    }

    public var subscription: AMQPSubscription { core.subscription }
    public var state: AMQPConsumerState { core.hub.current }
    /// The current state and then every change; ends with ``AMQPConsumerState/closed``.
    public var states: AsyncStream<AMQPConsumerState> { core.hub.stream() }
    /// Deliveries handed out and not yet settled.
    public var inHand: Int { core.mailbox.withLock { $0.inHand } }

    /// Whether the delivery can still be settled: its channel lives. Once it is gone the broker delivers it again.
    public func isCurrent(_ delivery: borrowing AMQPDelivery) -> Bool {
        let generation = delivery.generation
        return core.mailbox.withLock { $0.generation == generation }
    }

    // MARK: Reading

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let core: ConsumerCore

        /// The next batch; nil after the end, or when the task is cancelled.
        public mutating func next() async -> [AMQPDelivery]? { await core.next() }

        public mutating func next(isolation actor: isolated (any Actor)?) async -> [AMQPDelivery]? { await core.next() }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(core: core) }

    // MARK: Settling

    /// Counts of an acknowledgement.
    public struct Settled: Sendable, Equatable {
        /// The broker is being told.
        public var accepted: Int
        /// Nothing was done: their channel is gone, so the broker delivers them again, or they were settled before.
        public var stale: Int

        public init(accepted: Int, stale: Int) {
            self.accepted = accepted
            self.stale = stale
        }
    }

    /// Takes deliveries off the queue. Returns at once; the I/O thread tells the broker, neighbours together.
    @discardableResult
    public func acknowledge(_ deliveries: some Sequence<AMQPDelivery>) -> Settled {
        settle { mailbox, settled in
            for delivery in deliveries { mailbox.acknowledge(delivery, &settled) }
        }
    }

    @discardableResult
    public func acknowledge(_ delivery: AMQPDelivery) -> Settled {
        settle { mailbox, settled in mailbox.acknowledge(delivery, &settled) }
    }

    /// Refuses a delivery.
    ///
    /// - Parameter requeue: true: the broker delivers it again, on a quorum queue without delivery limit after all
    ///   others, so this is no means of flow control; false: it is dead-lettered, or dropped where there is no dead-letter exchange.
    @discardableResult
    public func reject(_ delivery: AMQPDelivery, requeue: Bool) -> Settled {
        settle { mailbox, settled in mailbox.reject(delivery, requeue: requeue, &settled) }
    }

    private typealias Mailbox = ConsumerMailbox<ConsumerCore.Waiter>

    private func settle(_ body: (inout Mailbox, inout Mailbox.Settled) -> Void) -> Settled {
        let (settled, mustFlush) = core.mailbox.withLock { mailbox in
            var settled = Mailbox.Settled()
            body(&mailbox, &settled)
            return (settled, mailbox.scheduleFlush())
        }
        if mustFlush { _ = inbox.send(.flush(core)) }
        return Settled(accepted: settled.accepted, stale: settled.stale)
    }

    // MARK: Ending

    /// Ends dispatching at once: iteration ends, what has not been handed out goes back to the queue with the channel.
    public func stop() {
        for waiter in core.mailbox.withLock({ $0.stop() }) { waiter.resume(returning: nil) }
    }

    /// Ordered hand-over: stops dispatching, waits until all that was handed out is settled, then closes the channel, on
    /// which the broker returns the rest to the queue in its order and lets the next consumer begin.
    ///
    /// - Parameter bound: how long to wait for settlements; what is unsettled then also goes back to the queue. Default
    ///   30 s. Cancelling the task ends the wait at once.
    public func close(within bound: Duration = .seconds(30)) async {
        stop()
        guard inbox.send(.unsubscribe(core, deadline: .now() + bound)) else { return core.finish() }
        await withTaskCancellationHandler {
            await core.waitUntilClosed()
        } onCancel: {
            _ = inbox.send(.unsubscribe(core, deadline: .now()))
        }
    }
}

/// The part of a consumer that its tasks and the I/O thread share.
final class ConsumerCore: Sendable {
    typealias Waiter = UnsafeContinuation<[AMQPDelivery]?, Never>

    let id: UInt64
    let subscription: AMQPSubscription
    let mailbox: Mutex<ConsumerMailbox<Waiter>>
    let hub = StateHub<AMQPConsumerState>(.subscribing)
    private let waiterIDs = Atomic<UInt64>(0)

    init(id: UInt64, subscription: AMQPSubscription) {
        self.id = id
        self.subscription = subscription
        mailbox = Mutex(ConsumerMailbox(maximumBatch: subscription.maximumBatch))
    }

    func next() async -> [AMQPDelivery]? {
        if let batch = mailbox.withLock({ $0.nextBatch() }) { return batch }
        let id = waiterIDs.wrappingAdd(1, ordering: .relaxed).newValue
        return await withTaskCancellationHandler {
            // Every waiter leaves the mailbox exactly once: by a batch, by the stop, or by cancellation; whoever takes it
            // out resumes it. So the check that a CheckedContinuation makes is not needed on this hot path.
            await withUnsafeContinuation { (waiter: Waiter) in
                let immediate: [AMQPDelivery]?? = mailbox.withLock { mailbox in
                    // A handler that ran before the waiter was stored found nothing to take out.
                    if mailbox.isStopped || Task.isCancelled { return .some(nil) }
                    if let batch = mailbox.nextBatch() { return batch }
                    mailbox.wait(id: id, waiter)
                    return nil
                }
                if let immediate { waiter.resume(returning: immediate) }
            }
        } onCancel: {
            mailbox.withLock { $0.removeWaiter(id: id) }?.resume(returning: nil)
        }
    }

    func waitUntilClosed() async {
        for await state in hub.stream() where state.isClosed { return }
    }

    /// The end of the subscription.
    func finish() {
        let waiters = mailbox.withLock { mailbox in
            mailbox.interrupted()
            return mailbox.stop()
        }
        for waiter in waiters { waiter.resume(returning: nil) }
        hub.finish(.closed)
    }
}
