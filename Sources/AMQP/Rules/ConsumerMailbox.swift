/// What one consumer has received and settled: the place where the I/O thread and the consumer's tasks meet.
///
/// Generic over who waits, so that tests need no task.
package struct ConsumerMailbox<Waiter> {
    package struct Settled: Sendable, Equatable {
        /// Taken; the broker is being told.
        package var accepted = 0
        /// Of a channel that is gone, or settled before: nothing was done.
        package var stale = 0

        package init(accepted: Int = 0, stale: Int = 0) {
            self.accepted = accepted
            self.stale = stale
        }
    }

    private var buffer: [AMQPDelivery] = []
    private var head = 0
    /// Delivered after, or not handed out before, the stop.
    private var withheld = 0
    private var ledger = AcknowledgementLedger()
    private var waiters: [(id: UInt64, waiter: Waiter)] = []
    private var isFlushScheduled = false
    private let maximumBatch: Int
    /// No more deliveries reach the consumer.
    package private(set) var isStopped = false
    /// nil while not subscribed.
    package private(set) var generation: UInt64?

    package init(maximumBatch: Int) { self.maximumBatch = max(1, maximumBatch) }

    /// Deliveries the consumer took and has not settled.
    package var inHand: Int { ledger.open - withheld - (buffer.count - head) }

    // MARK: I/O thread

    package mutating func subscribed(generation: UInt64) {
        interrupted()
        self.generation = generation
    }

    /// The channel is gone: what was not handed out will come again, what was can't be settled any more.
    package mutating func interrupted() {
        generation = nil
        clearBuffer()
        withheld = 0
        ledger = AcknowledgementLedger()
        isFlushScheduled = false
    }

    /// Takes what has arrived.
    ///
    /// - Parameter resume: called with whoever waits and the batch for them.
    /// - Returns: false when the broker skipped or repeated a tag.
    package mutating func deliver(_ deliveries: [AMQPDelivery], resume: (Waiter, [AMQPDelivery]) -> Void) -> Bool {
        // All are of one channel; of one that was given up meanwhile, none counts.
        guard let first = deliveries.first, first.generation == generation else { return true }
        for delivery in deliveries {
            guard ledger.deliver(delivery.deliveryTag) else { return false }
            if isStopped { withheld += 1 }
        }
        guard !isStopped else { return true }
        if buffer.isEmpty { buffer = deliveries } else { buffer.append(contentsOf: deliveries) }
        while !waiters.isEmpty, let batch = nextBatch() { resume(waiters.removeFirst().waiter, batch) }
        return true
    }

    /// Gives the methods that tell the broker what was settled since the last call.
    package mutating func flush() -> [OutboundMethod] {
        isFlushScheduled = false
        return ledger.flush()
    }

    // MARK: Consumer

    /// What is there; nil when there is nothing.
    package mutating func nextBatch() -> [AMQPDelivery]? {
        guard head < buffer.count else { return nil }
        if head == 0, buffer.count <= maximumBatch {
            defer { buffer = [] }
            return buffer
        }
        let end = min(buffer.count, head + maximumBatch)
        let batch = Array(buffer[head..<end])
        head = end
        if head == buffer.count { clearBuffer() }
        return batch
    }

    package mutating func wait(id: UInt64, _ waiter: Waiter) { waiters.append((id, waiter)) }

    package mutating func removeWaiter(id: UInt64) -> Waiter? {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return waiters.remove(at: index).waiter
    }

    /// Ends dispatching.
    ///
    /// - Returns: those who wait for a batch that will not come.
    package mutating func stop() -> [Waiter] {
        isStopped = true
        withheld += buffer.count - head
        clearBuffer()
        defer { waiters = [] }
        return waiters.map(\.waiter)
    }

    package mutating func acknowledge(_ delivery: borrowing AMQPDelivery, _ settled: inout Settled) {
        count(delivery.generation == generation && ledger.acknowledge(delivery.deliveryTag), &settled)
    }

    package mutating func reject(_ delivery: borrowing AMQPDelivery, requeue: Bool, _ settled: inout Settled) {
        count(delivery.generation == generation && ledger.reject(delivery.deliveryTag, requeue: requeue), &settled)
    }

    private func count(_ isAccepted: Bool, _ settled: inout Settled) {
        if isAccepted { settled.accepted += 1 } else { settled.stale += 1 }
    }

    /// Whether the I/O thread must be told that there is something to flush; true once per flush.
    package mutating func scheduleFlush() -> Bool {
        guard !isFlushScheduled, ledger.isDirty else { return false }
        isFlushScheduled = true
        return true
    }

    private mutating func clearBuffer() {
        buffer = []
        head = 0
    }
}
