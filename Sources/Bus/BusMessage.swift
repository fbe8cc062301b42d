public import Contracts
public import JSON

/// A message on its way to the broker.
public struct BusMessage: Sendable, Hashable {
    public var exchange: Topology.Exchange
    public var routingKey: String
    public var envelope: Envelope
    /// JSON.
    public var body: [UInt8]

    public init(exchange: Topology.Exchange, routingKey: String, envelope: Envelope, body: [UInt8]) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.envelope = envelope
        self.body = body
    }
}

extension BusMessage {
    /// An event for the worker that owns the conversation.
    public static func event(_ event: Event, for worker: String = Topology.dialog, envelope: Envelope) -> BusMessage {
        BusMessage(
            exchange: .inbound,
            routingKey: Topology.inboundKey(
                worker: worker, platform: event.platform, kind: event.kind, bot: event.bot, lane: envelope.lane,
                partition: Partition(of: event.partitionKey)),
            envelope: envelope, body: event.jsonBytes)
    }

    /// A command for the sender that owns the bot.
    public static func command(_ command: Command, envelope: Envelope) -> BusMessage {
        BusMessage(
            exchange: .outbound,
            routingKey: Topology.outboundKey(platform: command.platform, bot: command.bot, lane: envelope.lane),
            envelope: envelope, body: command.jsonBytes)
    }

    /// A request to the worker that offers the operation.
    ///
    /// - Parameter envelope: its type is ``Operation/type``.
    public static func request(_ operation: Operation, _ body: some JSONEncodable, envelope: Envelope) -> BusMessage {
        BusMessage(
            exchange: .requests, routingKey: Topology.requestKey(operation, lane: envelope.lane), envelope: envelope, body: body.jsonBytes)
    }
}
