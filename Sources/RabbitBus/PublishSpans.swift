import AMQP
import Bus
import Contracts
import Runtime

/// The spans of a publish, one for each message of a trace that is recorded; none at all while nothing is.
struct PublishSpans {
    private var spans: [Span?] = []

    init(_ messages: [BusMessage]) {
        guard Tracing.isOn else { return }
        let start = Tracing.now
        spans = messages.map { message in
            let exchange = message.exchange.rawValue
            var span = Tracing.begin("publish \(exchange)", .producer, belowHeader: message.envelope.traceparent, at: start)
            span?.attributes = [
                ("messaging.system", "rabbitmq"), ("messaging.operation.name", "publish"), ("messaging.operation.type", "send"),
                ("messaging.destination.name", .text(exchange)), ("messaging.message.id", .text(message.envelope.id.rawValue)),
                ("messaging.message.conversation_id", .text(message.envelope.correlation.rawValue)),
                ("messaging.rabbitmq.destination.routing_key", .text(message.routingKey)),
                ("messaging.message.body.size", .number(Int64(message.body.count))),
            ]
            return span
        }
    }

    /// What the receivers of the message at `index` are to be below; nil: what the message says.
    func context(_ index: Int) -> TraceParent? { spans.indices.contains(index) ? spans[index]?.context : nil }

    func finish(_ outcomes: [AMQPPublishOutcome]) {
        guard !spans.isEmpty else { return }
        let end = Tracing.now
        for (span, outcome) in zip(spans, outcomes) {
            let error: String? =
                switch outcome {
                case .confirmed: nil
                case .returned: "returned"
                case .nacked: "nacked"
                case .unconfirmed: "unconfirmed"
                }
            span?.finish(error: error, at: end)
        }
    }
}
