import AMQP
import Synchronization
import Testing

@Suite(.enabled(if: AMQPTestBroker.isAvailable, AMQPTestBroker.missing), .timeLimit(.minutes(2)))
struct AMQPReconnectTests {
    @Test func aStaleAcknowledgementIsReportedAndHarmsNothing() async throws {
        let queue = AMQPTestBroker.unique("stale")
        let proxy = try TCPProxy.toTestBroker()
        try await withConnection(
            try AMQPTestBroker.configuration(through: proxy), topology: AMQPTopology(queues: [AMQPTestBroker.quorum(queue)]),
            deleting: [queue]
        ) { connection in
            _ = await connection.publish(texts(3, to: queue))
            let consumer = connection.consume(AMQPSubscription(queue: queue))
            let before = try await consumer.take(3)
            #expect(before.allSatisfy { $0.epoch == 1 && !$0.isRedelivered })
            proxy.cut()
            let after = try await consumer.take(3)
            #expect(after.allSatisfy { $0.epoch == 2 && $0.isRedelivered })
            #expect(after.map(\.text) == ["0", "1", "2"])
            #expect(consumer.acknowledge(before) == AMQPConsumer.Settled(accepted: 0, stale: 3))
            #expect(consumer.acknowledge(after) == AMQPConsumer.Settled(accepted: 3, stale: 0))
            await consumer.close()
            let depth = try await connection.queueStatus(queue).messages
            #expect(depth == 0)
            #expect(connection.state == .ready(epoch: 2))
        }
    }

    @Test func everyMessageIsConfirmedOrReportedWhileConnectionsBreak() async throws {
        let queue = AMQPTestBroker.unique("storm")
        let proxy = try TCPProxy.toTestBroker()
        let count = 6000
        try await withConnection(
            try AMQPTestBroker.configuration(through: proxy), topology: AMQPTopology(queues: [AMQPTestBroker.quorum(queue)]),
            deleting: [queue]
        ) { connection in
            let seen = Seen()
            let consumer = connection.consume(AMQPSubscription(queue: queue, prefetch: 200))
            let reading = Task {
                for await batch in consumer {
                    seen.add(batch)
                    consumer.acknowledge(batch)
                    if seen.texts.count == count { return }
                }
            }
            let cutting = Task {
                for epoch in 1...8 as ClosedRange<UInt64> {
                    try await connection.waitUntil { if case .ready(let now) = $0 { now >= epoch } else { false } }
                    let target = Int(epoch) * count / 10
                    while seen.texts.count < target { try await Task.sleep(for: .milliseconds(2)) }
                    proxy.cut()
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for message in texts(count, to: queue) { group.addTask { _ = try await connection.publishUntilConfirmed([message]) } }
                try await group.waitForAll()
            }
            try await cutting.value
            await reading.value
            #expect(seen.texts == Set((0..<count).map(String.init)))
            #expect(proxy.accepted >= 9)
            await consumer.close()
        }
    }

    @Test func aSilentBrokerIsNoticedByItsHeartbeat() async throws {
        let proxy = try TCPProxy.toTestBroker()
        var configuration = try AMQPTestBroker.configuration(through: proxy)
        configuration.heartbeat = .seconds(1)
        try await withConnection(configuration) { connection in
            // Longer than two heartbeats without traffic of ours: only heartbeats keep it.
            try await Task.sleep(for: .seconds(3))
            #expect(connection.state == .ready(epoch: 1))
            proxy.freeze(true)
            try await connection.waitUntil { $0 == .connecting }
            proxy.cut()
            proxy.freeze(false)
            try await connection.waitUntil { $0 == .ready(epoch: 2) }
        }
    }

    @Test func aBrokerThatDoesNotReadIsGivenUp() async throws {
        let queue = AMQPTestBroker.unique("stall")
        let proxy = try TCPProxy.toTestBroker()
        var configuration = try AMQPTestBroker.configuration(through: proxy)
        configuration.stallTimeout = .milliseconds(300)
        configuration.connectTimeout = .seconds(1)
        try await withConnection(configuration, topology: AMQPTopology(queues: [AMQPTestBroker.quorum(queue)]), deleting: [queue]) {
            connection in
            proxy.freeze(true)
            let body = [UInt8](repeating: 1, count: 500_000)
            let large = (0..<64).map { AMQPMessage(routingKey: queue, body: body, properties: .init(messageID: "\($0)")) }
            let outcomes = await connection.publish(large)
            #expect(outcomes.contains { $0.error?.code == .connectionLost })
            #expect(outcomes.allSatisfy { !$0.isConfirmed })
            proxy.freeze(false)
            proxy.cut()
            try await connection.waitUntilReady()
        }
    }

    @Test func aBlockedConnectionHoldsMessagesBack() async throws {
        let queue = AMQPTestBroker.unique("blocked")
        let proxy = try TCPProxy.toTestBroker()
        var configuration = try AMQPTestBroker.configuration(through: proxy)
        configuration.unsentTimeout = .milliseconds(200)
        try await withConnection(configuration, topology: AMQPTopology(queues: [AMQPTestBroker.temporary(queue)]), deleting: [queue]) {
            connection in
            // connection.blocked("disk") and connection.unblocked
            proxy.inject([1, 0, 0, 0, 0, 0, 9, 0, 10, 0, 60, 4, 100, 105, 115, 107, 0xCE])
            try await connection.waitUntil { $0 == .blocked(reason: "disk") }
            let error = await #expect(throws: AMQPError.self) { try await connection.publish(texts(1, to: queue)[0]) }
            #expect(error?.code == .blocked)
            let status = try await connection.queueStatus(queue)
            #expect(status.messages == 0, "other methods still pass")

            let waiting = Task { await connection.publish(texts(1, to: queue, from: 1)) }
            proxy.inject([1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 61, 0xCE])
            try await connection.waitUntil { $0 == .ready(epoch: 1) }
            _ = await waiting.value
            try await connection.publish(texts(1, to: queue, from: 2)[0])
        }
    }

    @Test func unsentMessagesComeBackWhileTheBrokerIsAway() async throws {
        let proxy = try TCPProxy.toTestBroker()
        var configuration = try AMQPTestBroker.configuration(through: proxy)
        configuration.unsentTimeout = .milliseconds(200)
        try await withConnection(configuration) { connection in
            proxy.refuse(true)
            proxy.cut()
            try await connection.waitUntil { $0 == .connecting }
            let error = await #expect(throws: AMQPError.self) { try await connection.publish(AMQPMessage(routingKey: "q", body: [])) }
            #expect(error?.code == .notConnected)
            proxy.refuse(false)
            try await connection.waitUntilReady()
        }
    }

    @Test func garbageFromTheBrokerEndsTheConnectionOnly() async throws {
        let proxy = try TCPProxy.toTestBroker()
        try await withConnection(try AMQPTestBroker.configuration(through: proxy)) { connection in
            // A delivery on a channel that is not open; a body without header; no AMQP at all.
            for (epoch, bytes) in [
                [1, 0, 77, 0, 0, 0, 4, 0, 60, 0, 60, 0xCE], [3, 0, 1, 0, 0, 0, 1, 9, 0xCE], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            ].enumerated() as EnumeratedSequence<[[UInt8]]> {
                proxy.inject(bytes)
                try await connection.waitUntil { $0 == .ready(epoch: UInt64(epoch) + 2) }
            }
        }
    }

    @Test func topologyThatContradictsTheBrokerKeepsTheConnectionFromBeingReady() async throws {
        let queue = AMQPTestBroker.unique("mismatch")
        try await withConnection(
            try AMQPTestBroker.configuration(), topology: AMQPTopology(queues: [AMQPTestBroker.quorum(queue)]), deleting: [queue]
        ) { connection in
            let error = await #expect(throws: AMQPError.self) {
                try await connection.declare(AMQPTopology(queues: [AMQPTestBroker.temporary(queue)]))
            }
            #expect(error?.code == .preconditionFailed)
            let other = AMQPConnection(
                configuration: try AMQPTestBroker.configuration(), topology: AMQPTopology(queues: [AMQPTestBroker.temporary(queue)]),
                logger: AMQPTestBroker.quiet)
            let running = Task { await other.run() }
            let failure = try await within(.seconds(20)) { await other.nextFailure() }
            #expect(failure?.code == .preconditionFailed)
            #expect(failure?.message.contains(queue) == true, "it says what to mend")
            #expect(other.state == .connecting)
            // As soon as somebody has mended it, all is well.
            try await connection.deleteQueue(queue)
            _ = try await within(.seconds(20)) { try await other.waitUntilReady() }
            #expect(other.failure == nil)
            running.cancel()
            await running.value
            #expect(other.state == .closed)
        }
    }

    @Test func wrongCredentialsAreTriedAgainUntilCancelled() async throws {
        var configuration = try AMQPTestBroker.configuration()
        configuration.password = "wrong"
        let connection = AMQPConnection(configuration: configuration, logger: AMQPTestBroker.quiet)
        let running = Task { await connection.run() }
        let failure = try await within(.seconds(20)) { await connection.nextFailure() }
        #expect(failure?.code == .accessRefused)
        #expect(failure.map { "\($0) \(String(reflecting: $0))" }?.contains("wrong") == false)
        #expect(connection.state == .connecting)
        running.cancel()
        try await within(.seconds(20)) { await running.value }
        #expect(connection.state == .closed)
    }
}

extension AMQPConnection {
    fileprivate func nextFailure() async -> AMQPError? {
        for await case let failure? in failures { return failure }
        return nil
    }
}

/// The bodies that have arrived, each counted once.
private final class Seen: Sendable {
    private let storage = Mutex<Set<String>>([])
    var texts: Set<String> { storage.withLock { $0 } }
    func add(_ batch: [AMQPDelivery]) { storage.withLock { $0.formUnion(batch.map(\.text)) } }
}
