import AMQP
import AMQPEnvelope
import Bus
import Contracts
import Testing

@Suite struct EnvelopeCodingTests {
    private static let full = Envelope(
        id: "telegram:demo:7/0", correlation: "telegram:demo:7", causation: "telegram:demo:7",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        origin: Timestamp(milliseconds: 1_790_000_000_123), lane: .bulk, partitionKey: "demo/42", type: "command.send")

    private func message(_ envelope: Envelope) -> AMQPMessage {
        EnvelopeCoding.message(BusMessage(exchange: .outbound, routingKey: "key", envelope: envelope, body: [1, 2]), from: "dialog")
    }

    /// As it comes out of the broker.
    private func delivery(_ message: AMQPMessage) -> AMQPDelivery {
        AMQPDelivery(
            body: message.body, properties: message.properties, exchange: message.exchange, routingKey: message.routingKey,
            isRedelivered: false, deliveryTag: 1, epoch: 1, generation: 1)
    }

    @Test(arguments: [full, Envelope(id: "x", lane: .interactive, partitionKey: nil, type: "event.message")])
    func comesBackAsItWent(envelope: Envelope) {
        #expect(EnvelopeCoding.envelope(of: delivery(message(envelope))) == envelope)
    }

    @Test func standsWhereToolsLookForIt() {
        let message = message(Self.full)
        #expect(message.exchange == "outbound")
        #expect(message.routingKey == "key")
        #expect(message.isMandatory)
        #expect(message.properties.isPersistent)
        #expect(message.properties.messageID == "telegram:demo:7/0")
        #expect(message.properties.correlationID == "telegram:demo:7")
        #expect(message.properties.type == "command.send")
        #expect(message.properties.priority == 1)
        #expect(message.properties.appID == "dialog")
        #expect(message.properties.headers["traceparent"] == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        #expect(message.properties.headers["partition-key"] == "demo/42")
        #expect(message.properties.headers["schema-version"] == "1.2")
    }

    @Test func aNewerMinorVersionIsRead() {
        var newer = message(Self.full)
        newer.properties.headers["schema-version"] = "1.9"
        newer.properties.headers["lane"] = "express"
        newer.properties.headers["shape"] = "round"
        let envelope = EnvelopeCoding.envelope(of: delivery(newer))
        #expect(envelope?.schema == SchemaVersion(major: 1, minor: 9))
        #expect(envelope?.lane == .normal, "a lane that only the sender knows")
    }

    @Test func whatIsNotOursHasNone() {
        var other = message(Self.full)
        other.properties.headers["schema-version"] = "2.0"
        #expect(EnvelopeCoding.envelope(of: delivery(other)) == nil)
        other.properties.headers["schema-version"] = 1
        #expect(EnvelopeCoding.envelope(of: delivery(other)) == nil)
        other.properties.headers["schema-version"] = nil
        #expect(EnvelopeCoding.envelope(of: delivery(other)) == nil)
        other = message(Self.full)
        other.properties.messageID = nil
        #expect(EnvelopeCoding.envelope(of: delivery(other)) == nil)
        other = message(Self.full)
        other.properties.type = nil
        #expect(EnvelopeCoding.envelope(of: delivery(other)) == nil)
    }
}
