import DequeModule

/// One call to publish: its messages, how far they got, and who waits.
package final class PublishBatch {
    package typealias Completion = UnsafeContinuation<[AMQPPublishOutcome], Never>

    package let id: UInt64
    package let messages: [AMQPMessage]
    package let enqueued: MonotonicTime
    /// After this, messages without a confirm are reported as ``AMQPError/Code/timedOut``.
    package let deadline: MonotonicTime
    /// After this, messages that could not be sent for want of a ready connection are reported unsent.
    package let unsentDeadline: MonotonicTime
    /// nil only in tests.
    package let completion: Completion?

    fileprivate(set) var outcomes: [AMQPPublishOutcome?]
    fileprivate var next = 0
    fileprivate var remaining: Int
    package fileprivate(set) var isFinished = false

    package init(
        id: UInt64, messages: [AMQPMessage], enqueued: MonotonicTime, deadline: MonotonicTime,
        unsentDeadline: MonotonicTime, completion: Completion?
    ) {
        self.id = id
        self.messages = messages
        self.enqueued = enqueued
        self.deadline = deadline
        self.unsentDeadline = min(unsentDeadline, deadline)
        self.completion = completion
        outcomes = [AMQPPublishOutcome?](repeating: nil, count: messages.count)
        remaining = messages.count
    }

    /// One per message once the batch is finished.
    package var results: [AMQPPublishOutcome] {
        outcomes.map { $0 ?? .unconfirmed(AMQPError(.cancelled, "no outcome")) }
    }

    fileprivate func settle(_ index: Int, _ outcome: AMQPPublishOutcome) {
        guard !isFinished, outcomes[index] == nil else { return }
        outcomes[index] = outcome
        remaining -= 1
        if remaining == 0 { isFinished = true }
    }

    fileprivate func settleRest(from start: Int = 0, _ outcome: (_ wasSent: Bool) -> AMQPPublishOutcome) {
        for index in start..<outcomes.count where outcomes[index] == nil { settle(index, outcome(index < next)) }
    }
}

/// The way of messages to the broker: waiting, sent within the window, confirmed.
///
/// Finished batches collect in ``takeFinished()``, so that their callers are resumed together.
package struct PublishPipeline {
    private struct Ticket {
        let batch: PublishBatch
        let index: Int
    }

    /// How a message went out, counted for metrics.
    package struct Counts: Equatable {
        package var sent = 0
        package var returned = 0
        package var nacked = 0
        package var unconfirmed = 0

        package init(sent: Int = 0, returned: Int = 0, nacked: Int = 0, unconfirmed: Int = 0) {
            self.sent = sent
            self.returned = returned
            self.nacked = nacked
            self.unconfirmed = unconfirmed
        }
    }

    /// Batches with messages still to send, in order.
    private var waiting: Deque<PublishBatch> = []
    /// All unfinished batches in order of arrival; finished ones leave lazily.
    private var live: Deque<PublishBatch> = []
    private var tracker = ConfirmTracker<Ticket>()
    private var finished: [PublishBatch] = []
    private var nextExpiry = MonotonicTime.distantFuture
    private let window: Int
    /// One slow batch must not keep the finished ones behind it in memory: beyond this many they are swept out.
    private var compaction = Self.minimumCompaction
    private static let minimumCompaction = 4096
    package private(set) var counts = Counts()

    package init(window: Int) { self.window = max(1, window) }

    package var hasWaiting: Bool { !waiting.isEmpty }
    package var unconfirmed: Int { tracker.count }
    package var isIdle: Bool { waiting.isEmpty && tracker.count == 0 }
    package var canSend: Bool { !waiting.isEmpty && tracker.count < window }
    /// When ``expire(now:reason:)`` has something to do; nil while nothing waits.
    package var expiry: MonotonicTime? { nextExpiry == .distantFuture ? nil : nextExpiry }

    package mutating func enqueue(_ batch: PublishBatch) {
        guard !batch.messages.isEmpty else {
            finished.append(batch)
            return
        }
        if live.count >= compaction {
            live.removeAll { $0.isFinished }
            compaction = max(Self.minimumCompaction, live.count * 2)
        }
        waiting.append(batch)
        live.append(batch)
        nextExpiry = min(nextExpiry, batch.unsentDeadline)
    }

    /// Sends while the window has room.
    ///
    /// - Parameters:
    ///   - send: encodes the message under the given tag; an error means it cannot be sent at all.
    ///   - isFull: no more for now.
    package mutating func pump(_ send: (AMQPMessage, _ tag: UInt64) throws(AMQPError) -> Void, until isFull: () -> Bool) {
        while tracker.count < window, let batch = waiting.first {
            while batch.next < batch.messages.count, tracker.count < window, !batch.isFinished {
                if isFull() { return }
                let index = batch.next
                batch.next += 1
                do throws(AMQPError) {
                    try send(batch.messages[index], tracker.nextTag)
                    tracker.append(Ticket(batch: batch, index: index))
                    counts.sent += 1
                } catch {
                    settle(batch, index, .unconfirmed(error))
                }
            }
            guard batch.next == batch.messages.count || batch.isFinished else { return }
            waiting.removeFirst()
        }
    }

    /// - Returns: false when the broker confirmed what was never sent.
    package mutating func confirm(
        _ tag: UInt64, multiple: Bool, isAck: Bool, settled: (_ enqueued: MonotonicTime) -> Void
    ) -> Bool {
        var done = finished
        finished = []
        var counts = counts
        let isKnown = tracker.settle(tag, multiple: multiple, isAck: isAck) { ticket, fate in
            let wasFinished = ticket.batch.isFinished
            switch fate {
            case .confirmed:
                ticket.batch.settle(ticket.index, .confirmed)
                settled(ticket.batch.enqueued)
            case .nacked:
                ticket.batch.settle(ticket.index, .nacked)
                counts.nacked += 1
            case .returned(let code, let text):
                ticket.batch.settle(ticket.index, .returned(code: code, text: text))
                counts.returned += 1
            }
            if ticket.batch.isFinished, !wasFinished { done.append(ticket.batch) }
        }
        self.counts = counts
        finished = done
        return isKnown
    }

    /// Notes a returned message; its ack follows.
    ///
    /// - Parameter sequence: ``OutboundBuffer/publishSequenceHeader`` as it came back.
    package mutating func returned(_ method: ReturnMethod, messageID: String?, sequence: UInt64?) -> Bool {
        let tag = tracker.markReturned(code: method.code, text: method.text) { tag, ticket in
            if let sequence, messageID == nil { return tag == sequence }
            let message = ticket.batch.messages[ticket.index]
            return message.properties.messageID == messageID && message.routingKey == method.routingKey
                && message.exchange == method.exchange
        }
        return tag != nil
    }

    /// The channel is gone: what was sent on it will never be confirmed. What was not sent keeps waiting.
    package mutating func channelLost(_ error: AMQPError) {
        var open: [Ticket] = []
        tracker.reset { open.append($0) }
        for ticket in open { settle(ticket.batch, ticket.index, .unconfirmed(error)) }
    }

    /// The caller no longer waits.
    package mutating func cancel(_ id: UInt64) {
        guard let batch = live.first(where: { $0.id == id }), !batch.isFinished else { return }
        finish(batch) { wasSent in
            .unconfirmed(AMQPError(.cancelled, wasSent ? "cancelled before the confirm came" : "cancelled before it was sent"))
        }
    }

    /// Gives up on what has waited too long.
    ///
    /// - Parameter unsent: why nothing can be sent just now; nil while sending is possible, then only the
    ///   overall deadline counts.
    package mutating func expire(now: MonotonicTime, unsent: AMQPError?) {
        guard now >= nextExpiry else { return }
        nextExpiry = .distantFuture
        for batch in live where !batch.isFinished {
            if now >= batch.deadline {
                finish(batch) { wasSent in
                    if !wasSent, let unsent { return .unconfirmed(unsent) }
                    return .unconfirmed(AMQPError(.timedOut, wasSent ? "no confirm in time" : "could not be sent in time"))
                }
            } else if now >= batch.unsentDeadline, let unsent, batch.next < batch.messages.count {
                let before = batch.isFinished
                counts.unconfirmed += batch.messages.count - batch.next
                let next = batch.next
                batch.next = batch.messages.count
                batch.settleRest(from: next) { _ in .unconfirmed(unsent) }
                if batch.isFinished, !before { finished.append(batch) }
            }
            if !batch.isFinished {
                let due = batch.next < batch.messages.count && now < batch.unsentDeadline ? batch.unsentDeadline : batch.deadline
                // A stopped broker can come back at any time: look again soon rather than only at the deadline.
                let again = unsent == nil && batch.next < batch.messages.count ? min(due, now + .milliseconds(250)) : due
                nextExpiry = min(nextExpiry, again)
            }
        }
        waiting.removeAll { $0.isFinished || $0.next == $0.messages.count }
        live.removeAll { $0.isFinished }
    }

    /// The end: nothing is left waiting.
    package mutating func closeAll(_ error: AMQPError) {
        channelLost(error)
        for batch in live where !batch.isFinished { finish(batch) { _ in .unconfirmed(error) } }
        waiting.removeAll()
        live.removeAll()
    }

    package mutating func takeFinished() -> [PublishBatch] {
        while let batch = live.first, batch.isFinished { live.removeFirst() }
        guard !finished.isEmpty else { return [] }
        defer { finished = [] }
        return finished
    }

    package mutating func takeCounts() -> Counts {
        defer { counts = Counts() }
        return counts
    }

    private mutating func settle(_ batch: PublishBatch, _ index: Int, _ outcome: AMQPPublishOutcome) {
        guard !batch.isFinished else { return }
        counts.unconfirmed += 1
        batch.settle(index, outcome)
        if batch.isFinished { finished.append(batch) }
    }

    private mutating func finish(_ batch: PublishBatch, _ outcome: (_ wasSent: Bool) -> AMQPPublishOutcome) {
        counts.unconfirmed += batch.remaining
        batch.settleRest(outcome)
        finished.append(batch)
    }
}
