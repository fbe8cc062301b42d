import AMQP
import Testing

@Suite(.enabled(if: AMQPTestBroker.isAvailable, AMQPTestBroker.missing), .timeLimit(.minutes(2)))
struct AMQPPublishTests {
    @Test func confirmsEveryMessageOfABatch() async throws {
        let queue = AMQPTestBroker.unique("confirm")
        try await withConnection(
            try AMQPTestBroker.configuration(), topology: AMQPTopology(queues: [AMQPTestBroker.quorum(queue)]), deleting: [queue]
        ) { connection in
            let outcomes = await connection.publish(texts(3000, to: queue))
            #expect(outcomes.count == 3000)
            #expect(outcomes.allSatisfy { $0.isConfirmed })
            let depth = try await connection.queueStatus(queue).messages
            #expect(depth == 3000)
        }
    }

    @Test func returnedMessagesAreToldFromTheOthers() async throws {
        let queue = AMQPTestBroker.unique("returned")
        try await withConnection(
            try AMQPTestBroker.configuration(), topology: AMQPTopology(queues: [AMQPTestBroker.temporary(queue)]), deleting: [queue]
        ) { connection in
            for withID in [true, false] {
                let messages = (0..<200).map { number in
                    AMQPMessage(
                        routingKey: number % 3 == 0 ? "nowhere.\(queue)" : queue, body: [1],
                        properties: AMQPProperties(messageID: withID ? "\(number)" : nil))
                }
                for (number, outcome) in await connection.publish(messages).enumerated() {
                    switch outcome {
                    case .confirmed: #expect(number % 3 != 0)
                    case .returned(let code, let text):
                        #expect(number % 3 == 0)
                        #expect(code == 312 && text == "NO_ROUTE")
                    default: Issue.record("\(outcome)")
                    }
                }
            }
            var optional = AMQPMessage(routingKey: "nowhere.\(queue)", body: [])
            optional.isMandatory = false
            try await connection.publish(optional)
        }
    }

    @Test func aFullQueueRefuses() async throws {
        let queue = AMQPTestBroker.unique("full")
        let declared = AMQPTestBroker.temporary(queue, ["x-max-length": 2, "x-overflow": "reject-publish"])
        try await withConnection(try AMQPTestBroker.configuration(), topology: AMQPTopology(queues: [declared]), deleting: [queue]) {
            connection in
            for number in 0..<2 { try await connection.publish(texts(1, to: queue, from: number)[0]) }
            let error = await #expect(throws: AMQPError.self) { try await connection.publish(texts(1, to: queue)[0]) }
            #expect(error?.code == .nacked)
        }
    }

    @Test func anUnknownExchangeClosesOnlyThePublishingChannel() async throws {
        let queue = AMQPTestBroker.unique("unknown")
        try await withConnection(
            try AMQPTestBroker.configuration(), topology: AMQPTopology(queues: [AMQPTestBroker.temporary(queue)]), deleting: [queue]
        ) { connection in
            for _ in 0..<3 {
                let error = await #expect(throws: AMQPError.self) {
                    try await connection.publish(AMQPMessage(exchange: "there is no such exchange", routingKey: "", body: []))
                }
                #expect(error?.code == .notFound)
                try await connection.publish(texts(1, to: queue)[0])
            }
            let epochNow = try await connection.waitUntilReady()
            #expect(epochNow == 1, "the connection itself lived on")
        }
    }

    @Test func propertiesHeadersAndBodiesArriveAsSent() async throws {
        let queue = AMQPTestBroker.unique("round-trip")
        try await withConnection(
            try AMQPTestBroker.configuration(), topology: AMQPTopology(queues: [AMQPTestBroker.temporary(queue)]), deleting: [queue]
        ) { connection in
            let properties = AMQPProperties(
                messageID: "id", correlationID: "correlation", type: "type", contentType: "application/json",
                contentEncoding: "identity", priority: 7, timestamp: 1_760_000_000, expirationMilliseconds: 60_000, appID: "app",
                userID: connection.configuration.user, replyTo: "reply",
                headers: [
                    "null": .null, "bool": true, "int": -5, "big": .int(.max), "double": 2.5, "decimal": .decimal(scale: 2, value: 314),
                    "text": "grüße 🙂", "bytes": .bytes([0, 255, 1]), "time": .timestamp(1_760_000_000),
                    "table": .table(["inner": .table(["deep": "x"])]), "array": .array([1, "two", .null, .array([])]), "": "no name",
                ])
            let sizes = [0, 1, 131_064, 131_065, 700_000]
            let messages = sizes.map { size in
                AMQPMessage(routingKey: queue, body: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }, properties: properties)
            }
            let bare = AMQPMessage(routingKey: queue, body: [42], properties: AMQPProperties(isPersistent: false))
            #expect(await connection.publish(messages + [bare]).allSatisfy { $0.isConfirmed })

            let consumer = connection.consume(AMQPSubscription(queue: queue))
            let deliveries = try await consumer.take(messages.count + 1)
            for (delivery, message) in zip(deliveries, messages) {
                #expect(delivery.body == message.body)
                #expect(delivery.properties == properties)
                #expect(delivery.routingKey == queue && delivery.exchange == "" && !delivery.isRedelivered && delivery.epoch == 1)
            }
            #expect(deliveries.last?.properties == bare.properties, "the header for returned messages is not the receiver's business")
            consumer.acknowledge(deliveries)
            await consumer.close()
        }
    }

    @Test func tenThousandConcurrentPublishes() async throws {
        let queue = AMQPTestBroker.unique("concurrent")
        try await withConnection(
            try AMQPTestBroker.configuration(), topology: AMQPTopology(queues: [AMQPTestBroker.quorum(queue)]), deleting: [queue]
        ) { connection in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for message in texts(10_000, to: queue) { group.addTask { try await connection.publish(message) } }
                try await group.waitForAll()
            }
            let depth = try await connection.queueStatus(queue).messages
            #expect(depth == 10_000)
        }
    }

    @Test func cancellingAPublishReturnsAtOnce() async throws {
        // Nobody runs it: only cancellation can end the wait.
        let connection = AMQPConnection(configuration: try AMQPTestBroker.configuration())
        let publishing = Task { await connection.publish([AMQPMessage(routingKey: "q", body: [])]) }
        publishing.cancel()
        let outcomes = try await within(.seconds(10)) { await publishing.value }
        #expect(outcomes.first?.error?.code == .cancelled)
    }

    @Test func afterTheCloseNothingIsAccepted() async throws {
        let connection = try await withConnection(try AMQPTestBroker.configuration()) { $0 }
        #expect(connection.state == .closed)
        let error = await #expect(throws: AMQPError.self) { try await connection.publish(AMQPMessage(routingKey: "q", body: [])) }
        #expect(error?.code == .closed)
        await #expect(throws: AMQPError.self) { try await connection.queueStatus("q") }
        await #expect(throws: AMQPError.self) { try await connection.acquireLease("q") }
        await #expect(throws: AMQPError.self) { try await connection.waitUntilReady() }
        let consumer = connection.consume(AMQPSubscription(queue: "q"))
        for await _ in consumer { Issue.record("a delivery") }
        await consumer.close()
    }

    @Test func closingConfirmsWhatIsUnderWay() async throws {
        let queue = AMQPTestBroker.unique("closing")
        let outcomes = try await withConnection(
            try AMQPTestBroker.configuration(), topology: AMQPTopology(queues: [AMQPTestBroker.quorum(queue)])
        ) { connection in
            let publishing = Task { await connection.publish(texts(5000, to: queue)) }
            for await _ in connection.states { break }
            while try await connection.queueStatus(queue).messages == 0 { await Task.yield() }
            await connection.close()
            return await publishing.value
        }
        #expect(outcomes.allSatisfy { $0.isConfirmed })
        try await withConnection(try AMQPTestBroker.configuration(), deleting: [queue]) { connection in
            let depth = try await connection.queueStatus(queue).messages
            #expect(depth == 5000)
        }
    }
}
