import AMQP
import Testing

/// Needs a broker with TLS for the name in the address: `SWITCHBOARD_TEST_AMQPS_URL=amqps://localhost:5671?cacertfile=…`.
@Suite(.enabled(if: AMQPTestBroker.tlsURL != nil, AMQPTestBroker.missingTLS), .timeLimit(.minutes(2)))
struct AMQPTLSTests {
    func configuration() throws -> AMQPConfiguration {
        var configuration = try AMQPConfiguration(url: try #require(AMQPTestBroker.tlsURL), connectionName: "tls")
        configuration.reconnectDelay = .milliseconds(20) ... .milliseconds(200)
        return configuration
    }

    @Test func publishesAndConsumesThroughTLS() async throws {
        let queue = AMQPTestBroker.unique("tls")
        try await withConnection(
            try configuration(), topology: AMQPTopology(queues: [AMQPTestBroker.quorum(queue)]), deleting: [queue]
        ) { connection in
            let properties = AMQPProperties(messageID: "m", headers: ["a": [1, "x"].asArray, "t": .table(["n": .null])])
            let large = AMQPMessage(
                routingKey: queue, body: (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 3) }, properties: properties)
            let outcomes = await connection.publish([large] + texts(3000, to: queue))
            #expect(outcomes.allSatisfy { $0.isConfirmed })
            let consumer = connection.consume(AMQPSubscription(queue: queue, prefetch: 5000))
            let deliveries = try await consumer.take(3001)
            #expect(deliveries.first?.body == large.body && deliveries.first?.properties == properties)
            #expect(deliveries.dropFirst().map(\.text) == (0..<3000).map(String.init))
            #expect(consumer.acknowledge(deliveries).accepted == 3001)
            await consumer.close()
        }
    }

    @Test func anUnknownAuthorityIsRefused() async throws {
        var configuration = try configuration()
        configuration.tls = .init()
        try await expectNoConnection(configuration)
    }

    @Test func anotherHostNameIsRefused() async throws {
        var configuration = try configuration()
        configuration.host = "127.0.0.1"
        try await expectNoConnection(configuration)
        configuration.tls?.verifiesPeer = false
        try await withConnection(configuration) { connection in #expect(connection.state == .ready(epoch: 1)) }
    }

    private func expectNoConnection(_ configuration: AMQPConfiguration) async throws {
        let connection = AMQPConnection(configuration: configuration, logger: AMQPTestBroker.quiet)
        let running = Task { await connection.run() }
        await #expect(throws: TimedOut.self) { try await within(.milliseconds(500)) { try await connection.waitUntilReady() } }
        running.cancel()
        await running.value
    }

    /// librabbitmq's TLS write blocks for ever on a peer that does not read; only the watchdog ends it.
    @Test func aBlockedWriteIsEndedByTheWatchdog() async throws {
        var configuration = try configuration()
        let proxy = try TCPProxy(to: configuration.host, port: configuration.port)
        configuration.host = "127.0.0.1"
        configuration.port = proxy.port
        configuration.tls?.verifiesPeer = false
        configuration.stallTimeout = .milliseconds(400)
        try await withConnection(configuration) { connection in
            proxy.freeze(true)
            let body = [UInt8](repeating: 1, count: 500_000)
            let large = (0..<64).map { AMQPMessage(routingKey: "nowhere", body: body, properties: .init(messageID: "\($0)")) }
            let outcomes = await connection.publish(large)
            #expect(outcomes.contains { $0.error?.code == .connectionLost })
            proxy.freeze(false)
            proxy.cut()
            try await connection.waitUntilReady()
        }
    }
}

extension [AMQPFieldValue] {
    fileprivate var asArray: AMQPFieldValue { .array(self) }
}
