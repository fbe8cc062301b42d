public import Bus

/// What a worker does with what it is sent.
public protocol DeliveryHandler: Sendable {
    /// Handles deliveries of different keys, all or none: when it returns, what they changed is durable, and so is what
    /// they cause.
    ///
    /// A delivery that was handled before gives the same effects again.
    /// - Returns: one outcome for each delivery, in their order.
    /// - Throws: nothing of the batch happened.
    func handle(_ batch: [BusDelivery]) async throws -> [DeliveryOutcome]

    /// The same for a delivery that was put off: alone, in its turn among those that were put off, and beside all others.
    func handleApart(_ delivery: BusDelivery) async throws -> DeliveryOutcome

    /// Whether `error` speaks of a neighbour that is away (try again later) and not of the delivery.
    func isTransient(_ error: any Error) -> Bool

    /// The broker has everything that this delivery caused.
    func didDispatch(_ delivery: BusDelivery)
}

public enum DeliveryOutcome: Sendable {
    /// Publish these, then acknowledge.
    case effects([BusMessage])
    /// Can't be handled, now or ever: to the dead letters.
    case reject
    /// Not handled, and nothing has happened: again, apart from others; see ``DeliveryHandler/handleApart(_:)``.
    case later
}

extension DeliveryHandler {
    public func handleApart(_ delivery: BusDelivery) async throws -> DeliveryOutcome {
        try await handle([delivery]).first ?? .reject
    }
}
