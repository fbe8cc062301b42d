package import AMQP
package import Bus
package import Contracts

/// How an envelope travels: what AMQP has a property for stands there, the rest in headers, so that every tool shows it.
package enum EnvelopeCoding {
    private static let causation = "causation-id"
    private static let lane = "lane"
    private static let partitionKey = "partition-key"
    private static let schema = "schema-version"
    /// The header's name in W3C Trace Context.
    private static let traceparent = "traceparent"

    /// Milliseconds since 1970.
    private static let origin = "origin-time"

    /// - Parameter override: what stands in the place of the envelope's `traceparent`.
    package static func message(_ message: BusMessage, from process: String, traceparent override: String? = nil) -> AMQPMessage {
        let envelope = message.envelope
        var headers: [AMQPTable.Entry] = [
            AMQPTable.Entry(lane, .string(envelope.lane.rawValue)), AMQPTable.Entry(schema, .string(envelope.schema.description)),
        ]
        if let id = envelope.causation { headers.append(AMQPTable.Entry(causation, .string(id.rawValue))) }
        if let key = envelope.partitionKey { headers.append(AMQPTable.Entry(partitionKey, .string(key))) }
        if let time = envelope.origin { headers.append(AMQPTable.Entry(origin, .int(time.milliseconds))) }
        if let parent = override ?? envelope.traceparent { headers.append(AMQPTable.Entry(traceparent, .string(parent))) }
        return AMQPMessage(
            exchange: message.exchange.rawValue, routingKey: message.routingKey, body: message.body,
            properties: AMQPProperties(
                messageID: envelope.id.rawValue, correlationID: envelope.correlation.rawValue, type: envelope.type,
                contentType: "application/json", priority: envelope.lane.priority, appID: process, headers: AMQPTable(headers)))
    }

    /// Nil when it isn't one of ours, or of another major version of the wire format.
    package static func envelope(of delivery: AMQPDelivery) -> Envelope? {
        let properties = delivery.properties
        guard let id = properties.messageID, let type = properties.type,
            let version = delivery.headers[schema]?.stringValue.flatMap({ SchemaVersion($0) }), version.isReadable
        else { return nil }
        return Envelope(
            id: EnvelopeID(id), correlation: properties.correlationID.map { EnvelopeID($0) },
            causation: delivery.headers[causation]?.stringValue.map { EnvelopeID($0) },
            traceparent: delivery.headers[traceparent]?.stringValue,
            origin: delivery.headers[origin]?.intValue.map { Timestamp(milliseconds: $0) },
            lane: delivery.headers[lane]?.stringValue.flatMap { Lane(rawValue: $0) } ?? .normal,
            partitionKey: delivery.headers[partitionKey]?.stringValue, schema: version, type: type)
    }
}
