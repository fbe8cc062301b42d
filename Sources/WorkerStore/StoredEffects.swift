package import Bus
import Contracts
package import JSON

/// What an event caused, as it is kept beside the duplicate check: enough to publish it again to the letter.
package struct StoredEffects: Sendable, JSONCodable {
    package var messages: [BusMessage]

    package init(_ messages: [BusMessage]) { self.messages = messages }

    package init(json: JSON) throws(JSONError) {
        messages = try json.list("messages", of: StoredMessage.self).map(\.message)
    }

    package func write(to json: inout JSONWriter) {
        json.object { $0.member("messages", messages.map { StoredMessage(message: $0) }) }
    }
}

private struct StoredMessage: JSONCodable {
    var message: BusMessage

    init(message: BusMessage) { self.message = message }

    init(json: JSON) throws(JSONError) {
        let exchange: String = try json.required("exchange")
        guard let exchange = Topology.Exchange(rawValue: exchange) else {
            throw JSONError(.value, "is no known exchange", path: ["exchange"])
        }
        let id: String = try json.required("id")
        let envelope = Envelope(
            id: EnvelopeID(id), correlation: try json.optional("correlation"), causation: try json.optional("causation"),
            traceparent: try json.optional("traceparent"), origin: try json.optional("origin"), lane: try json.required("lane"),
            partitionKey: try json.optional("partition_key"),
            type: try json.required("type"))
        message = BusMessage(
            exchange: exchange, routingKey: try json.required("routing_key"), envelope: envelope,
            body: try json.required("body", as: JSON.self).bytes)
    }

    func write(to json: inout JSONWriter) {
        let envelope = message.envelope
        json.object {
            $0.member("id", envelope.id)
            $0.member("correlation", envelope.correlation)
            $0.member("causation", envelope.causation)
            $0.member("traceparent", envelope.traceparent)
            $0.member("origin", envelope.origin)
            $0.member("lane", envelope.lane)
            $0.member("partition_key", envelope.partitionKey)
            $0.member("type", envelope.type)
            $0.member("exchange", message.exchange.rawValue)
            $0.member("routing_key", message.routingKey)
            $0.key("body")
            $0.value(rawJSON: message.body)
        }
    }
}
