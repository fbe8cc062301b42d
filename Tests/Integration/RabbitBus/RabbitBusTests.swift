import AMQP
import Bus
import Contracts
import Glibc
import Logging
import RabbitBus
import Runtime
import TestSupport
import Testing

enum TestBroker {
    static let url: String? = getenv("SWITCHBOARD_TEST_AMQP_URL").flatMap { String(validatingCString: $0) }
    static let missing: Comment = "SWITCHBOARD_TEST_AMQP_URL is not set: no RabbitMQ to test against"
    static let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}

/// The queues are the installation's own, so the tests take turns and leave them empty.
@Suite(.enabled(if: TestBroker.url != nil, TestBroker.missing), .serialized, .timeLimit(.minutes(1)))
struct RabbitBusTests {
    private static let queue = Topology.senderQueue(.bulk, shard: 7)

    private func message(_ id: String, exchange: Topology.Exchange = .outbound, to key: String = "test.bot.bulk.p7") -> BusMessage {
        BusMessage(
            exchange: exchange, routingKey: key,
            envelope: Envelope(id: EnvelopeID(id), lane: .bulk, partitionKey: "bot/1", type: "command.test"), body: Array(id.utf8))
    }

    @Test func carriesMessagesInOrder() async throws {
        try await withBus { bus, _ in
            let ids = (0..<100).map { "order-\($0)" }
            try await bus.publish(ids.map { message($0) })
            let deliveries = await take(ids.count, from: bus)
            #expect(deliveries.map(\.envelope.id.rawValue) == ids)
            #expect(deliveries.map { String(decoding: $0.body, as: UTF8.self) } == ids)
            #expect(deliveries.allSatisfy { $0.envelope.partitionKey == "bot/1" && $0.routingKey == "test.bot.bulk.p7" })
        }
    }

    @Test func whatNoQueueTakesIsAnError() async throws {
        try await withBus { bus, _ in
            let error = await #expect(throws: BusError.self) {
                try await bus.publish([message("nowhere", exchange: .requests, to: "nobody")])
            }
            #expect(error?.code == .unroutable)
        }
    }

    /// The first half of a hand-over stops the batches, the second gives back what is not settled, in its order.
    @Test func whatIsNotSettledGoesToTheNextInItsOrder() async throws {
        try await withBus { bus, _ in
            try await bus.publish((0..<6).map { message("handover-\($0)") })
            let first = bus.consume(Self.queue, prefetch: 4)
            var held: [BusDelivery] = []
            for await batch in first.batches {
                held += batch
                if held.count >= 4 { first.stop() }
            }
            #expect(held.map(\.isRedelivered) == [false, false, false, false])
            #expect(held.allSatisfy { $0.isCurrent() })
            held[0].acknowledge()
            await first.close()
            #expect(held.allSatisfy { !$0.isCurrent() })
            held[1].acknowledge()  // too late: without effect
            let rest = await take(5, from: bus)
            #expect(rest.map(\.envelope.id.rawValue) == (1..<6).map { "handover-\($0)" })
            #expect(rest.prefix(3).map(\.isRedelivered) == [true, true, true])
        }
    }

    @Test func whatIsGivenUpAndWhatIsUnreadableGoesToTheDead() async throws {
        try await withBus { bus, amqp in
            try await amqp.purgeQueue(Topology.deadQueue.name)
            try await amqp.publish(
                AMQPMessage(exchange: "outbound", routingKey: "test.bot.bulk.p7", body: [1], properties: .init(messageID: "alien")))
            try await bus.publish([message("given-up")])
            let consumer = bus.consume(Self.queue, prefetch: 10)
            for await batch in consumer.batches where !batch.isEmpty {
                #expect(batch.map(\.envelope.id) == ["given-up"], "what can't be read reaches nobody")
                batch[0].reject()
                consumer.stop()
            }
            await consumer.close()
            let dead = amqp.consume(AMQPSubscription(queue: Topology.deadQueue.name))
            var ids: Set<String> = []
            for await batch in dead {
                for delivery in batch {
                    #expect(delivery.routingKey == "test.bot.bulk.p7", "the key under which it was sent")
                    ids.insert(delivery.properties.messageID ?? "")
                }
                dead.acknowledge(batch)
                if ids.count == 2 { dead.stop() }
            }
            #expect(ids == ["alien", "given-up"])
            await dead.close()
        }
    }

    // MARK: Leases

    @Test func aLeaseIsHeldByOneAndPassedOn() async throws {
        let journal = Journal()
        let name = "lease.test.\(UInt64.random(in: .min ... .max))"
        try await withBus { one, _ in
            try await withBus { two, _ in
                let (ending, end) = AsyncStream.makeStream(of: Void.self)
                async let first = one.withLease(name) {
                    journal.write("one")
                    for await _ in ending {}
                    journal.write("one ends")
                    return 1
                }
                await journal.wait(for: "one")
                async let second = two.withLease(name) {
                    journal.write("two")
                    return 2
                }
                end.finish()
                let results = [try await first, try await second]
                #expect(results == [1, 2])
                #expect(journal.lines == ["one", "one ends", "two"])
            }
        }
    }

    @Test func aLostLeaseCancelsItsWork() async throws {
        let journal = Journal()
        let url = try #require(TestBroker.url)
        let (bus, _) = try bus(url)
        let running = Task { await bus.run() }
        async let result = bus.withLease("lease.test.\(UInt64.random(in: .min ... .max))") {
            journal.write("held")
            try await Task.sleep(for: .seconds(50))
            return 1
        }
        await journal.wait(for: "held")
        running.cancel()
        let end = try await result
        #expect(end == nil)
        await running.value
    }

    // MARK: Health

    @Test func healthSaysWhyThereIsNoConnection() async throws {
        let url = try #require(TestBroker.url)
        let address = try #require(ConnectionURL(url))
        let (bus, health) = try bus("amqp://nobody:nothing@\(address.host):\(address.port ?? 5672)\(address.path)")
        let running = Task { await bus.run() }
        var status: HealthReport.Status?
        repeat {
            try await Task.sleep(for: .milliseconds(10))
            status = health.report.checks["amqp"]
        } while status == .down(reason: "not checked yet") || status == .down(reason: "no connection to the broker")
        guard case .down(let reason) = status else { throw BusError(.unavailable, "up with wrong credentials") }
        #expect(reason.contains("accessRefused"))
        #expect(!reason.contains("nothing"))
        running.cancel()
        await running.value
    }

    // MARK: A bus for a test

    private func bus(_ url: String) throws -> (RabbitBus, HealthRegistry) {
        let health = HealthRegistry(logger: TestBroker.silent)
        let settings = AMQPSettings(url: try #require(ConnectionURL(url)))
        return (try RabbitBus(settings, process: "test", health: health.check("amqp"), logger: TestBroker.silent), health)
    }

    /// A bus that runs during `body`, and a connection to look behind it.
    private func withBus(_ body: (RabbitBus, AMQPConnection) async throws -> Void) async throws {
        let url = try #require(TestBroker.url)
        let (bus, health) = try bus(url)
        let amqp = AMQPConnection(configuration: try AMQPConfiguration(url: url, connectionName: "test"), logger: TestBroker.silent)
        let running = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { await bus.run() }
                group.addTask { await amqp.run() }
            }
        }
        defer { running.cancel() }
        try await amqp.waitUntilReady()
        while health.report.checks["amqp"] != .up { try await Task.sleep(for: .milliseconds(10)) }
        try await amqp.purgeQueue(Self.queue.name)
        try await body(bus, amqp)
        running.cancel()
        await running.value
    }

    /// The next deliveries, acknowledged.
    private func take(_ count: Int, from bus: RabbitBus) async -> [BusDelivery] {
        let consumer = bus.consume(Self.queue, prefetch: 50)
        var taken: [BusDelivery] = []
        for await batch in consumer.batches {
            taken += batch
            for delivery in batch { delivery.acknowledge() }
            if taken.count >= count { consumer.stop() }
        }
        await consumer.close()
        return taken
    }
}
