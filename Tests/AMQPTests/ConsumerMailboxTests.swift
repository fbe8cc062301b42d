import AMQP
import Testing

@Suite struct ConsumerMailboxTests {
    typealias Mailbox = ConsumerMailbox<String>

    func deliveries(_ tags: ClosedRange<UInt64>, generation: UInt64 = 1) -> [AMQPDelivery] {
        tags.map {
            AMQPDelivery(
                body: [], properties: AMQPProperties(), exchange: "", routingKey: "", isRedelivered: false, deliveryTag: $0, epoch: 1,
                generation: generation)
        }
    }

    func subscribed(maximumBatch: Int = .max) -> Mailbox {
        var mailbox = Mailbox(maximumBatch: maximumBatch)
        mailbox.subscribed(generation: 1)
        return mailbox
    }

    func deliver(_ mailbox: inout Mailbox, _ tags: ClosedRange<UInt64>, generation: UInt64 = 1) -> [String] {
        var resumed: [String] = []
        let isInOrder = mailbox.deliver(deliveries(tags, generation: generation)) { resumed.append("\($0): \($1.count)") }
        #expect(isInOrder)
        return resumed
    }

    func acknowledge(_ mailbox: inout Mailbox, _ deliveries: [AMQPDelivery]) -> Mailbox.Settled {
        var settled = Mailbox.Settled()
        for delivery in deliveries { mailbox.acknowledge(delivery, &settled) }
        return settled
    }

    @Test func whoWaitsGetsTheWholeBatch() {
        var mailbox = subscribed()
        mailbox.wait(id: 1, "a")
        #expect(deliver(&mailbox, 1...3) == ["a: 3"])
        #expect(deliver(&mailbox, 4...5) == [])
        #expect(mailbox.inHand == 3)
        #expect(mailbox.nextBatch()?.map(\.deliveryTag) == [4, 5])
        #expect(mailbox.inHand == 5)
        #expect(mailbox.nextBatch() == nil)
    }

    @Test func batchesAreCut() {
        var mailbox = subscribed(maximumBatch: 2)
        mailbox.wait(id: 1, "a")
        mailbox.wait(id: 2, "b")
        #expect(deliver(&mailbox, 1...5) == ["a: 2", "b: 2"])
        #expect(mailbox.nextBatch()?.map(\.deliveryTag) == [5])
    }

    @Test func aStaleAcknowledgementDoesNothing() {
        var mailbox = subscribed()
        _ = deliver(&mailbox, 1...2)
        let taken = mailbox.nextBatch() ?? []
        mailbox.interrupted()
        #expect(acknowledge(&mailbox, taken) == .init(accepted: 0, stale: 2))
        mailbox.subscribed(generation: 2)
        _ = deliver(&mailbox, 1...2, generation: 2)
        #expect(acknowledge(&mailbox, taken) == .init(accepted: 0, stale: 2), "the same tags on another channel")
        #expect(mailbox.flush().isEmpty)
    }

    @Test func theFlushIsScheduledOnce() {
        var mailbox = subscribed()
        _ = deliver(&mailbox, 1...3)
        let taken = mailbox.nextBatch() ?? []
        #expect(acknowledge(&mailbox, [taken[0]]).accepted == 1)
        let first = mailbox.scheduleFlush()
        _ = acknowledge(&mailbox, [taken[1]])
        let second = mailbox.scheduleFlush()
        #expect(first && !second)
        #expect(mailbox.flush() == [.basicAck(tag: 2, multiple: true)])
        let third = mailbox.scheduleFlush()
        #expect(!third, "nothing is left to tell")
    }

    @Test func afterTheStopOnlyWhatIsInHandCounts() {
        var mailbox = subscribed(maximumBatch: 2)
        _ = deliver(&mailbox, 1...4)
        let taken = mailbox.nextBatch() ?? []
        mailbox.wait(id: 9, "late")
        #expect(mailbox.stop() == ["late"])
        #expect(mailbox.nextBatch() == nil)
        _ = deliver(&mailbox, 5...6)
        #expect(mailbox.inHand == 2)
        #expect(acknowledge(&mailbox, taken).accepted == 2)
        #expect(mailbox.inHand == 0)
        #expect(mailbox.flush() == [.basicAck(tag: 2, multiple: true)])
    }

    @Test func deliveriesOfAnOldChannelAreDropped() {
        var mailbox = subscribed()
        mailbox.subscribed(generation: 2)
        var resumed = 0
        let isInOrder = mailbox.deliver(deliveries(1...2, generation: 1)) { _, _ in resumed += 1 }
        #expect(isInOrder && resumed == 0)
        #expect(mailbox.nextBatch() == nil)
    }

    @Test func aWaiterLeavesOnce() {
        var mailbox = subscribed()
        mailbox.wait(id: 1, "a")
        #expect(mailbox.removeWaiter(id: 1) == "a")
        #expect(mailbox.removeWaiter(id: 1) == nil)
        #expect(deliver(&mailbox, 1...1) == [])
    }
}
