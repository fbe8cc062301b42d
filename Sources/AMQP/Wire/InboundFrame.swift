/// A frame from the broker, decoded.
package struct InboundFrame {
    package enum Payload {
        case method(InboundMethod)
        case header(bodySize: UInt64, properties: AMQPProperties)
        /// Valid only until the next frame is read.
        case body(UnsafeRawBufferPointer)
        case other
    }

    package var channel: UInt16
    package var payload: Payload

    package init(channel: UInt16, payload: Payload) {
        self.channel = channel
        self.payload = payload
    }
}

/// A method from the broker.
package enum InboundMethod: Sendable, Hashable {
    case deliver(DeliverMethod)
    case returned(ReturnMethod)
    case ack(tag: UInt64, multiple: Bool)
    case nack(tag: UInt64, multiple: Bool)
    case cancel(consumerTag: String)
    case channelClose(code: UInt16, text: String)
    case channelFlow(active: Bool)
    case connectionClose(code: UInt16, text: String)
    case blocked(reason: String)
    case unblocked
    case queueDeclareOk(name: String, messages: UInt32, consumers: UInt32)
    case messageCount(UInt32, method: UInt32)
    /// An -ok without content that matters, or a method unknown here.
    case other(UInt32)

    /// Class and number on the wire, as far as ``OutboundMethod/reply`` needs them.
    package var id: UInt32 {
        switch self {
        case .deliver: MethodID.basicDeliver
        case .returned: MethodID.basicReturn
        case .ack: MethodID.basicAck
        case .nack: MethodID.basicNack
        case .cancel: MethodID.basicCancel
        case .channelClose: MethodID.channelClose
        case .channelFlow: MethodID.channelFlow
        case .connectionClose: MethodID.connectionClose
        case .blocked: MethodID.connectionBlocked
        case .unblocked: MethodID.connectionUnblocked
        case .queueDeclareOk: MethodID.queueDeclareOk
        case .messageCount(_, let method): method
        case .other(let id): id
        }
    }
}

package struct DeliverMethod: Sendable, Hashable {
    package var deliveryTag: UInt64
    package var isRedelivered: Bool
    package var exchange: String
    package var routingKey: String

    package init(deliveryTag: UInt64, isRedelivered: Bool, exchange: String, routingKey: String) {
        self.deliveryTag = deliveryTag
        self.isRedelivered = isRedelivered
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

package struct ReturnMethod: Sendable, Hashable {
    package var code: UInt16
    package var text: String
    package var exchange: String
    package var routingKey: String

    package init(code: UInt16, text: String, exchange: String, routingKey: String) {
        self.code = code
        self.text = text
        self.exchange = exchange
        self.routingKey = routingKey
    }
}
