import AMQP
import Testing

@Suite(.enabled(if: AMQPTestBroker.isAvailable, AMQPTestBroker.missing), .timeLimit(.minutes(2)))
struct AMQPConsumeTests {
    @Test func whatIsAcknowledgedLeavesTheQueue() async throws {
        let queue = AMQPTestBroker.unique("acknowledge")
        try await withConnection(
            try AMQPTestBroker.configuration(), topology: AMQPTopology(queues: [AMQPTestBroker.quorum(queue)]), deleting: [queue]
        ) { connection in
            _ = await connection.publish(texts(5000, to: queue))
            let consumer = connection.consume(AMQPSubscription(queue: queue, prefetch: 100, maximumBatch: 50))
            var received: [String] = []
            for await batch in consumer {
                #expect(batch.count <= 50)
                received += batch.map(\.text)
                // Out of order, some one by one: what is not contiguous must not be swept away by the rest.
                for delivery in batch.reversed().prefix(3) { #expect(consumer.acknowledge(delivery).accepted == 1) }
                #expect(consumer.acknowledge(batch).stale == min(3, batch.count))
                if received.count == 5000 { break }
            }
            #expect(received == (0..<5000).map(String.init))
            #expect(consumer.inHand == 0)
            await consumer.close()
            let depth = try await connection.queueStatus(queue).messages
            #expect(depth == 0)
        }
    }

    @Test func rejectedMessagesComeAgainOrGo() async throws {
        let queue = AMQPTestBroker.unique("reject")
        try await withConnection(
            try AMQPTestBroker.configuration(), topology: AMQPTopology(queues: [AMQPTestBroker.temporary(queue)]), deleting: [queue]
        ) { connection in
            _ = await connection.publish(texts(2, to: queue))
            let consumer = connection.consume(AMQPSubscription(queue: queue))
            let first = try await consumer.take(2)
            #expect(consumer.reject(first[0], requeue: true).accepted == 1)
            #expect(consumer.reject(first[1], requeue: false).accepted == 1)
            let again = try await consumer.take(1)
            #expect(again.map(\.text) == ["0"] && again[0].isRedelivered)
            consumer.acknowledge(again)
            await consumer.close()
            let depth = try await connection.queueStatus(queue).messages
            #expect(depth == 0)
        }
    }

    /// Two consumers of one queue with a single active consumer: the second begins where the first ended.
    @Test func handOverKeepsTheOrderAndDeliversNothingTwice() async throws {
        let queue = AMQPTestBroker.unique("hand-over")
        let declared = AMQPTestBroker.quorum(queue, ["x-single-active-consumer": true])
        let configuration = try AMQPTestBroker.configuration()
        try await withConnection(configuration, topology: AMQPTopology(queues: [declared]), deleting: [queue]) { first in
            try await withConnection(configuration) { second in
                _ = await first.publish(texts(400, to: queue))
                let old = first.consume(AMQPSubscription(queue: queue, prefetch: 50, maximumBatch: 20))
                try await old.waitUntilActive()
                let new = second.consume(AMQPSubscription(queue: queue, prefetch: 500))
                try await new.waitUntilActive()

                var received: [String] = []
                var inHand: [AMQPDelivery] = []
                for await batch in old {
                    received += batch.map(\.text)
                    if received.count >= 100 {
                        inHand = batch
                        break
                    }
                    old.acknowledge(batch)
                }
                old.stop()
                async let closing: Void = old.close()
                // The batch in hand is finished only after the hand-over has begun.
                let after = Task { try await new.take(1) }
                for await _ in old { Issue.record("a delivery after the stop") }
                old.acknowledge(inHand)
                await closing
                var deliveries = try await after.value
                deliveries += try await new.take(400 - received.count - deliveries.count)
                received += deliveries.map(\.text)
                #expect(received == (0..<400).map(String.init))
                new.acknowledge(deliveries)
                await new.close()
                let depth = try await second.queueStatus(queue).messages
                #expect(depth == 0)
            }
        }
    }

    @Test func closingReturnsWhatIsNotSettled() async throws {
        let queue = AMQPTestBroker.unique("unsettled")
        try await withConnection(
            try AMQPTestBroker.configuration(), topology: AMQPTopology(queues: [AMQPTestBroker.quorum(queue)]), deleting: [queue]
        ) { connection in
            _ = await connection.publish(texts(10, to: queue))
            let consumer = connection.consume(AMQPSubscription(queue: queue))
            let taken = try await consumer.take(10)
            #expect(consumer.acknowledge(taken.prefix(4)).accepted == 4)
            await consumer.close(within: .milliseconds(50))
            #expect(consumer.acknowledge(taken).stale == 10)

            let next = connection.consume(AMQPSubscription(queue: queue))
            let rest = try await next.take(6)
            #expect(rest.map(\.text) == (4..<10).map(String.init))
            #expect(rest.allSatisfy { $0.isRedelivered })
            next.acknowledge(rest)
            await next.close()
        }
    }

    @Test func aDeletedQueueIsConsumedAgainWhenItIsBack() async throws {
        let queue = AMQPTestBroker.unique("deleted")
        let topology = AMQPTopology(queues: [AMQPTestBroker.temporary(queue)])
        try await withConnection(try AMQPTestBroker.configuration(), deleting: [queue]) { connection in
            let consumer = connection.consume(AMQPSubscription(queue: queue))
            var states = consumer.states.makeAsyncIterator()
            func next() async -> String {
                switch await states.next() {
                case .subscribing: "subscribing"
                case .active: "active"
                case .interrupted(let error): "interrupted: \(error.code)"
                case .closed: "closed"
                case nil: "end"
                }
            }
            #expect(await next() == "subscribing")
            #expect(await next() == "interrupted: notFound")
            try await connection.declare(topology)
            var state = await next()
            while state.hasPrefix("interrupted") { state = await next() }
            #expect(state == "active")
            try await connection.deleteQueue(queue)
            #expect(await next() == "interrupted: channelClosed")
            try await connection.declare(topology)
            while state != "active" { state = await next() }
            try await connection.publish(texts(1, to: queue)[0])
            consumer.acknowledge(try await consumer.take(1))
            await consumer.close()
        }
    }

    @Test func announcementsReachEveryListener() async throws {
        let exchange = AMQPTestBroker.unique("control")
        let proxy = try TCPProxy.toTestBroker()
        let topology = AMQPTopology(exchanges: [AMQPExchange(exchange)])
        try await withConnection(
            try AMQPTestBroker.configuration(through: proxy), topology: topology, exchanges: [exchange]
        ) { connection in
            let subscription = AMQPSubscription(exchange: exchange, routingKeys: ["registry.changed.*"])
            let listeners = (0..<2).map { _ in connection.consume(subscription) }
            for epoch in 1...2 as ClosedRange<UInt64> {
                let epochNow = try await connection.waitUntilReady()
                #expect(epochNow == epoch)
                for listener in listeners { try await listener.waitUntilActive() }
                try await connection.publish(AMQPMessage(exchange: exchange, routingKey: "registry.changed.\(epoch)", body: []))
                for listener in listeners {
                    let batch = try await listener.take(1)
                    #expect(batch.map(\.routingKey) == ["registry.changed.\(epoch)"])
                    #expect(batch.allSatisfy { $0.epoch == epoch })
                    listener.acknowledge(batch)
                }
                guard epoch == 1 else { continue }
                proxy.cut()
                try await connection.waitUntil { $0 == .ready(epoch: 2) }
                for listener in listeners {
                    for await state in listener.states { if case .active(epoch: 2) = state { break } }
                }
            }
            for listener in listeners { await listener.close() }
        }
    }

    @Test func aMissingQueueHasNoDepth() async throws {
        try await withConnection(try AMQPTestBroker.configuration()) { connection in
            let error = await #expect(throws: AMQPError.self) { try await connection.queueStatus(AMQPTestBroker.unique("missing")) }
            #expect(error?.code == .notFound && error?.replyCode == 404)
        }
    }
}
