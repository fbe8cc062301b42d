import Bus
import Contracts
import Sender
import Synchronization
import Telegram
import Testing

/// Commands and the deliveries that they come in.
@Suite struct OutboxTests {
    /// A connection to the broker, and what was acknowledged over it.
    private final class Connection: Sendable {
        let epoch: UInt64
        let isCurrent = Mutex(true)
        let acknowledged = Mutex<[Int]>([])

        init(epoch: UInt64) { self.epoch = epoch }

        /// - Parameter copy: tells deliveries of one message apart.
        func delivery(_ id: EnvelopeID, copy: Int) -> BusDelivery {
            BusDelivery(
                envelope: Envelope(id: id, lane: .interactive, partitionKey: "demo/1", type: "command.send"), routingKey: "", body: [],
                isRedelivered: copy > 1, epoch: epoch, isCurrent: { [self] in isCurrent.withLock { $0 } },
                acknowledge: { [self] in acknowledged.withLock { $0.append(copy) } }, reject: {})
        }
    }

    private let command: Command
    private let now = Instant(nanoseconds: 0)

    init() throws {
        command = Command(
            bot: try #require(BotName("demo")), platform: .telegram, chat: "1", action: .send(OutgoingMessage(.text("hello"))))
    }

    private func isKnown(_ put: Outbox.Put) -> Bool { if case .known = put { true } else { false } }

    @Test func aSecondCopyOfWhatIsInHandIsAcknowledgedAndTheFirstStaysToBe() throws {
        var outbox = Outbox(limits: SendLimits())
        let connection = Connection(epoch: 1)
        #expect(!isKnown(outbox.put(command, connection.delivery("a", copy: 1), at: now)))
        #expect(isKnown(outbox.put(command, connection.delivery("a", copy: 2), at: now)))
        guard case .send(let task) = outbox.next(at: now, wall: Timestamp(milliseconds: 0)) else {
            Issue.record("nothing to send")
            return
        }
        #expect(isKnown(outbox.put(command, connection.delivery("a", copy: 3), at: now)))
        outbox.finish(task, .done(.done(messages: [])), at: now)
        outbox.conclude(task).acknowledge()
        #expect(connection.acknowledged.withLock { $0 } == [1])
        #expect(isKnown(outbox.put(command, connection.delivery("a", copy: 4), at: now)))
        #expect(outbox.isEmpty)
    }

    @Test func whatComesAgainOverANewConnectionIsAcknowledgedThere() throws {
        var outbox = Outbox(limits: SendLimits())
        let first = Connection(epoch: 1)
        let second = Connection(epoch: 2)
        _ = outbox.put(command, first.delivery("a", copy: 1), at: now)
        guard case .send(let task) = outbox.next(at: now, wall: Timestamp(milliseconds: 0)) else {
            Issue.record("nothing to send")
            return
        }
        first.isCurrent.withLock { $0 = false }
        #expect(!isKnown(outbox.put(command, second.delivery("a", copy: 2), at: now)))
        #expect(isKnown(outbox.put(command, second.delivery("a", copy: 3), at: now)))
        outbox.finish(task, .done(.done(messages: [])), at: now)
        outbox.conclude(task).acknowledge()
        #expect(first.acknowledged.withLock { $0 } == [] && second.acknowledged.withLock { $0 } == [2])
    }
}
