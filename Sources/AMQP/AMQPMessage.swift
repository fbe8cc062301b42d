/// The basic properties of a message. nil means the property is not on the wire.
public struct AMQPProperties: Sendable, Hashable {
    public var contentType: String?
    public var contentEncoding: String?
    public var headers: AMQPTable
    /// Written to disk by the broker (delivery mode 2). Default true.
    public var isPersistent: Bool
    /// 0…9 by convention; queues without priorities ignore it.
    public var priority: UInt8?
    public var correlationID: String?
    public var replyTo: String?
    /// Milliseconds a queue may keep the message. On the wire a decimal text; one that is no number decodes to nil.
    public var expirationMilliseconds: UInt64?
    /// Should be unique: a returned message is recognised by it among those on their way.
    public var messageID: String?
    /// Seconds since 1970-01-01 UTC.
    public var timestamp: UInt64?
    public var type: String?
    /// If set, the broker checks that it is the connection's user.
    public var userID: String?
    public var appID: String?

    public init(
        messageID: String? = nil, correlationID: String? = nil, type: String? = nil, contentType: String? = nil,
        contentEncoding: String? = nil, priority: UInt8? = nil, timestamp: UInt64? = nil,
        expirationMilliseconds: UInt64? = nil, appID: String? = nil, userID: String? = nil, replyTo: String? = nil,
        isPersistent: Bool = true, headers: AMQPTable = AMQPTable()
    ) {
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.headers = headers
        self.isPersistent = isPersistent
        self.priority = priority
        self.correlationID = correlationID
        self.replyTo = replyTo
        self.expirationMilliseconds = expirationMilliseconds
        self.messageID = messageID
        self.timestamp = timestamp
        self.type = type
        self.userID = userID
        self.appID = appID
    }
}

/// A message to publish.
public struct AMQPMessage: Sendable, Hashable {
    /// Empty: the default exchange, where the routing key is a queue's name. At most 255 bytes.
    public var exchange: String
    /// At most 255 bytes.
    public var routingKey: String
    public var body: [UInt8]
    public var properties: AMQPProperties
    /// A message that no queue takes comes back as ``AMQPPublishOutcome/returned(code:text:)`` instead of vanishing. Default true.
    public var isMandatory: Bool

    public init(
        exchange: String = "", routingKey: String, body: [UInt8], properties: AMQPProperties = AMQPProperties(),
        isMandatory: Bool = true
    ) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.body = body
        self.properties = properties
        self.isMandatory = isMandatory
    }
}

/// What became of one published message.
public enum AMQPPublishOutcome: Sendable {
    /// The broker has taken responsibility.
    case confirmed
    /// No queue took it; the reply code and text are the broker's (312, `NO_ROUTE`).
    case returned(code: UInt16, text: String)
    /// The broker could not take responsibility, for example because the queue is full and rejects.
    case nacked
    /// Not known to be confirmed. ``AMQPError/Code/blocked``, ``AMQPError/Code/notConnected`` and
    /// ``AMQPError/Code/invalidMessage`` mean it was not sent; after any other code the broker may have it.
    indirect case unconfirmed(AMQPError)

    public var isConfirmed: Bool { if case .confirmed = self { true } else { false } }

    /// The outcome as an error; nil when confirmed.
    public var error: AMQPError? {
        switch self {
        case .confirmed: nil
        case .returned(let code, let text): AMQPError(.returned, text, replyCode: code)
        case .nacked: AMQPError(.nacked, "the broker did not accept the message")
        case .unconfirmed(let error): error
        }
    }
}

/// A message from a queue, to be settled on the consumer that delivered it.
public struct AMQPDelivery: Sendable {
    public var body: [UInt8]
    public var properties: AMQPProperties
    public var exchange: String
    public var routingKey: String
    /// The broker handed it out before, to this or another consumer.
    public var isRedelivered: Bool
    /// Number of the delivery on its channel, from 1.
    public var deliveryTag: UInt64
    /// The connection's epoch: grows by one with every connection made.
    public var epoch: UInt64
    /// Identifies the channel it arrived on; unique within one ``AMQPConnection``. Settling is only possible on that channel.
    package var generation: UInt64

    public var headers: AMQPTable { properties.headers }

    package init(
        body: [UInt8], properties: AMQPProperties, exchange: String, routingKey: String, isRedelivered: Bool,
        deliveryTag: UInt64, epoch: UInt64, generation: UInt64
    ) {
        self.body = body
        self.properties = properties
        self.exchange = exchange
        self.routingKey = routingKey
        self.isRedelivered = isRedelivered
        self.deliveryTag = deliveryTag
        self.epoch = epoch
        self.generation = generation
    }
}
