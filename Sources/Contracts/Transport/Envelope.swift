/// What every message on the broker carries beside its body, in AMQP properties and headers: enough to route, order,
/// deduplicate and trace it without reading the body.
public struct Envelope: Sendable, Hashable {
    /// The same on every repeat, so that receivers can drop duplicates.
    public var id: EnvelopeID
    /// The event at the beginning of the chain: shared by everything it caused.
    public var correlation: EnvelopeID
    /// The message that directly caused this one; nil at the beginning.
    public var causation: EnvelopeID?
    /// W3C Trace Context `traceparent`; nil when the sender doesn't trace.
    public var traceparent: String?
    /// When the event at the beginning of the chain came in, by the clock of whoever took it in; nil when nobody said.
    public var origin: Timestamp?
    public var lane: Lane
    /// What keeps its order: messages with one key are handled one after another. Nil: order does not matter.
    public var partitionKey: String?
    public var schema: SchemaVersion
    /// What the body is: `event.message`, `command.send`…
    public var type: String

    public init(
        id: EnvelopeID, correlation: EnvelopeID? = nil, causation: EnvelopeID? = nil, traceparent: String? = nil,
        origin: Timestamp? = nil, lane: Lane,
        partitionKey: String?, schema: SchemaVersion = .current, type: String
    ) {
        self.id = id
        self.correlation = correlation ?? id
        self.causation = causation
        self.traceparent = traceparent
        self.origin = origin
        self.lane = lane
        self.partitionKey = partitionKey
        self.schema = schema
        self.type = type
    }

    /// The envelope of the `index`-th thing that this message causes.
    public func causing(_ index: Int, type: String, lane: Lane, partitionKey: String?) -> Envelope {
        Envelope(
            id: id.effect(index), correlation: correlation, causation: id, traceparent: traceparent, origin: origin, lane: lane,
            partitionKey: partitionKey, type: type)
    }
}
