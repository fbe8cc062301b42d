import CoreMetrics

/// The handles of one connection's metrics, made once: looking one up costs more than recording.
///
/// Names follow OpenTelemetry's semantic conventions for messaging.
struct AMQPMetrics: Sendable {
    /// What else is asked of the broker, by the names of `messaging.operation.name`.
    enum Operation: String, CaseIterable {
        /// Until the login has succeeded or failed.
        case connect
        /// The topology, until the last of it exists.
        case declare
        case subscribe
        /// Until it is held; one that somebody else holds isn't counted.
        case lease
        /// A question about a queue, and the like.
        case request
    }

    private let operations: [Operation: Timer]
    private let failedConnect: Timer
    /// From the call to publish until the broker's confirm.
    private let publishDuration: Timer
    private let sent: Counter
    private let consumed: Counter
    private let returned: Counter
    private let nacked: Counter
    /// Messages given back without a confirm.
    private let unconfirmed: Counter
    /// Connections made after the first.
    private let reconnects: Counter
    /// How long the broker refused publishes, recorded when it ends.
    private let blockedDuration: Timer

    init() {
        let system = ("messaging.system", "rabbitmq")
        let publish = [system, ("messaging.operation.name", "publish")]
        operations = Dictionary(
            uniqueKeysWithValues: Operation.allCases.map { operation in
                (
                    operation,
                    Timer(
                        label: "messaging.client.operation.duration",
                        dimensions: [system, ("messaging.operation.name", operation.rawValue)])
                )
            })
        failedConnect = Timer(
            label: "messaging.client.operation.duration",
            dimensions: [system, ("messaging.operation.name", Operation.connect.rawValue), ("error.type", "_OTHER")])
        publishDuration = Timer(label: "messaging.client.operation.duration", dimensions: publish)
        sent = Counter(label: "messaging.client.sent.messages", dimensions: publish)
        consumed = Counter(
            label: "messaging.client.consumed.messages", dimensions: [system, ("messaging.operation.name", "deliver")])
        returned = Counter(label: "messaging.client.returned.messages", dimensions: publish)
        nacked = Counter(label: "messaging.client.nacked.messages", dimensions: publish)
        unconfirmed = Counter(label: "messaging.client.unconfirmed.messages", dimensions: publish)
        reconnects = Counter(label: "messaging.client.connection.reconnects", dimensions: [system])
        blockedDuration = Timer(label: "messaging.client.connection.blocked.duration", dimensions: [system])
    }

    func ended(_ operation: Operation, nanoseconds: Int64) { operations[operation]?.recordNanoseconds(nanoseconds) }
    func connectFailed(nanoseconds: Int64) { failedConnect.recordNanoseconds(nanoseconds) }
    func confirmed(nanoseconds: Int64) { publishDuration.recordNanoseconds(nanoseconds) }
    func consumed(_ count: Int) { consumed.increment(by: count) }
    func reconnected() { reconnects.increment() }
    func blocked(nanoseconds: Int64) { blockedDuration.recordNanoseconds(nanoseconds) }

    func record(_ counts: PublishPipeline.Counts) {
        if counts.sent > 0 { sent.increment(by: counts.sent) }
        if counts.returned > 0 { returned.increment(by: counts.returned) }
        if counts.nacked > 0 { nacked.increment(by: counts.nacked) }
        if counts.unconfirmed > 0 { unconfirmed.increment(by: counts.unconfirmed) }
    }
}
