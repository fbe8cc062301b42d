import AMQP
import TestSupport
import Testing

@Suite struct PublishPipelineTests {
    static func time(_ seconds: UInt64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

    func batch(_ ids: String..., id: UInt64 = 1, deadline: UInt64 = 30, unsent: UInt64 = 5) -> PublishBatch {
        PublishBatch(
            id: id,
            messages: ids.map { AMQPMessage(exchange: "x", routingKey: "k", body: [], properties: AMQPProperties(messageID: $0)) },
            enqueued: Self.time(0), deadline: Self.time(deadline), unsentDeadline: Self.time(unsent), completion: nil)
    }

    /// Sends what can be sent and gives the ids.
    func pump(_ pipeline: inout PublishPipeline, atMost limit: Int = .max) -> [String] {
        var sent: [String] = []
        pipeline.pump { message, _ throws(AMQPError) in
            if message.properties.messageID == "bad" { throw AMQPError(.invalidMessage, "bad") }
            sent.append(message.properties.messageID ?? "")
        } until: {
            sent.count >= limit
        }
        return sent
    }

    func ack(_ pipeline: inout PublishPipeline, _ tag: UInt64, multiple: Bool = true, isAck: Bool = true) -> Bool {
        pipeline.confirm(tag, multiple: multiple, isAck: isAck) { _ in }
    }

    func names(_ batch: PublishBatch) -> [String] {
        batch.results.map { outcome in
            switch outcome {
            case .confirmed: "confirmed"
            case .returned: "returned"
            case .nacked: "nacked"
            case .unconfirmed(let error): "\(error.code)"
            }
        }
    }

    @Test func theWindowBoundsWhatIsUnconfirmed() {
        var pipeline = PublishPipeline(window: 2)
        let batch = batch("a", "b", "c")
        pipeline.enqueue(batch)
        #expect(pump(&pipeline) == ["a", "b"])
        #expect(pump(&pipeline) == [])
        #expect(ack(&pipeline, 1) == true)
        #expect(pump(&pipeline) == ["c"])
        #expect(ack(&pipeline, 3) == true)
        #expect(pipeline.takeFinished().map(\.id) == [1])
        #expect(names(batch) == ["confirmed", "confirmed", "confirmed"])
        #expect(pipeline.isIdle)
        #expect(pipeline.takeCounts() == .init(sent: 3, returned: 0, nacked: 0, unconfirmed: 0))
    }

    @Test func batchesFollowOneAnotherAndStopWhenTheSocketIsFull() {
        var pipeline = PublishPipeline(window: 10)
        pipeline.enqueue(batch("a", "b", id: 1))
        pipeline.enqueue(batch("c", id: 2))
        #expect(pump(&pipeline, atMost: 1) == ["a"])
        #expect(pump(&pipeline) == ["b", "c"])
    }

    @Test func returnedAndNackedAreTold() {
        var pipeline = PublishPipeline(window: 10)
        let batch = batch("a", "b", "c")
        pipeline.enqueue(batch)
        _ = pump(&pipeline)
        let method = ReturnMethod(code: 312, text: "NO_ROUTE", exchange: "x", routingKey: "k")
        #expect(pipeline.returned(method, messageID: "b", sequence: nil) == true)
        #expect(pipeline.returned(method, messageID: "other", sequence: nil) == false)
        #expect(ack(&pipeline, 2) == true)
        #expect(ack(&pipeline, 3, isAck: false) == true)
        #expect(names(batch) == ["confirmed", "returned", "nacked"])
    }

    @Test func aReturnWithoutAnIDIsFoundByItsSequence() {
        var pipeline = PublishPipeline(window: 10)
        let message = AMQPMessage(exchange: "x", routingKey: "k", body: [])
        let batch = PublishBatch(
            id: 1, messages: [message, message], enqueued: Self.time(0), deadline: Self.time(9), unsentDeadline: Self.time(9),
            completion: nil)
        pipeline.enqueue(batch)
        _ = pump(&pipeline)
        let method = ReturnMethod(code: 312, text: "NO_ROUTE", exchange: "x", routingKey: "k")
        #expect(pipeline.returned(method, messageID: nil, sequence: 2) == true)
        #expect(ack(&pipeline, 2) == true)
        #expect(names(batch) == ["confirmed", "returned"])
    }

    @Test func aMessageThatCannotBeSentHarmsNoOther() {
        var pipeline = PublishPipeline(window: 10)
        let batch = batch("a", "bad", "c")
        pipeline.enqueue(batch)
        #expect(pump(&pipeline) == ["a", "c"])
        #expect(ack(&pipeline, 2) == true)
        #expect(names(batch) == ["confirmed", "invalidMessage", "confirmed"])
    }

    @Test func aLostChannelFailsTheSentAndKeepsTheUnsent() {
        var pipeline = PublishPipeline(window: 2)
        let first = batch("a", "b", "c", id: 1)
        pipeline.enqueue(first)
        _ = pump(&pipeline)
        #expect(ack(&pipeline, 1) == true)
        pipeline.channelLost(AMQPError(.connectionLost, "gone"))
        #expect(pipeline.takeFinished().isEmpty)
        #expect(pump(&pipeline) == ["c"])
        #expect(ack(&pipeline, 1) == true, "tags start again")
        #expect(pipeline.takeFinished().map(\.id) == [1])
        #expect(names(first) == ["confirmed", "connectionLost", "confirmed"])
    }

    @Test func unsentMessagesWaitOnlySoLong() {
        var pipeline = PublishPipeline(window: 1)
        let batch = batch("a", "b")
        pipeline.enqueue(batch)
        _ = pump(&pipeline)
        let blocked = AMQPError(.blocked, "low on memory")
        pipeline.expire(now: Self.time(4), unsent: blocked)
        #expect(names(batch) == ["cancelled", "cancelled"], "both still open")
        pipeline.expire(now: Self.time(5), unsent: blocked)
        #expect(!pipeline.hasWaiting)
        #expect(ack(&pipeline, 1) == true)
        #expect(pipeline.takeFinished().map(\.id) == [1])
        #expect(names(batch) == ["confirmed", "blocked"])
    }

    @Test func whileSendingIsPossibleOnlyTheDeadlineCounts() {
        var pipeline = PublishPipeline(window: 1)
        let batch = batch("a", "b")
        pipeline.enqueue(batch)
        _ = pump(&pipeline)
        pipeline.expire(now: Self.time(29), unsent: nil)
        #expect(!batch.isFinished)
        pipeline.expire(now: Self.time(30), unsent: nil)
        #expect(names(batch) == ["timedOut", "timedOut"])
        #expect(pipeline.takeFinished().count == 1)
        #expect(ack(&pipeline, 1) == true, "a late confirm is no surprise")
        #expect(pipeline.takeFinished().isEmpty)
        #expect(pipeline.expiry == nil)
    }

    @Test func cancellingEndsTheWaitAtOnce() {
        var pipeline = PublishPipeline(window: 1)
        pipeline.enqueue(batch("a", "b", id: 7))
        _ = pump(&pipeline)
        pipeline.cancel(7)
        pipeline.cancel(7)
        #expect(pipeline.takeFinished().map(\.id) == [7])
        #expect(pipeline.unconfirmed == 1)
        pipeline.enqueue(batch("c", id: 8))
        #expect(pump(&pipeline) == [], "the window still counts what is on its way")
        #expect(ack(&pipeline, 1) == true)
        #expect(pump(&pipeline) == ["c"])
    }

    @Test func confirmOfTheUnsentIsRefused() {
        var pipeline = PublishPipeline(window: 1)
        #expect(ack(&pipeline, 1) == false)
    }

    /// Whatever happens, every batch finishes exactly once and every message has one outcome.
    @Test(arguments: 0..<100) func everyBatchFinishesOnce(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pipeline = PublishPipeline(window: 8)
        var batches: [UInt64: PublishBatch] = [:]
        var finished: [UInt64: Int] = [:]
        var (nextID, now, sent) = (UInt64(0), UInt64(0), UInt64(0))
        func collect(_ pipeline: inout PublishPipeline) {
            for batch in pipeline.takeFinished() { finished[batch.id, default: 0] += 1 }
        }
        for _ in 0..<500 {
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<4:
                nextID += 1
                let messages = (0..<Int.random(in: 0...5, using: &random)).map { _ in AMQPMessage(routingKey: "k", body: []) }
                let batch = PublishBatch(
                    id: nextID, messages: messages, enqueued: Self.time(now), deadline: Self.time(now + 30),
                    unsentDeadline: Self.time(now + 5), completion: nil)
                batches[nextID] = batch
                pipeline.enqueue(batch)
            case 4..<7: sent += UInt64(pump(&pipeline, atMost: Int.random(in: 1...6, using: &random)).count)
            case 7..<9:
                let tag = UInt64.random(in: 0...sent, using: &random)
                _ = ack(&pipeline, tag, multiple: Bool.random(using: &random), isAck: Bool.random(using: &random))
            case 9: pipeline.cancel(UInt64.random(in: 0...nextID, using: &random))
            case 10:
                now += UInt64.random(in: 0...4, using: &random)
                pipeline.expire(now: Self.time(now), unsent: Bool.random(using: &random) ? nil : AMQPError(.blocked, ""))
            default:
                if Int.random(in: 0..<4, using: &random) == 0 {
                    pipeline.channelLost(AMQPError(.connectionLost, ""))
                    sent = 0
                }
            }
            if Bool.random(using: &random) { collect(&pipeline) }
        }
        pipeline.closeAll(AMQPError(.closed, ""))
        collect(&pipeline)
        #expect(finished.count == batches.count)
        #expect(finished.values.allSatisfy { $0 == 1 })
        #expect(batches.values.allSatisfy { $0.results.count == $0.messages.count })
    }
}
