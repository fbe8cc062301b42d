import Bus
import Contracts
import Synchronization

/// A subscription at the broker, and what was acknowledged over it.
final class Subscription: Sendable {
    private let isOpen = Mutex(true)
    private let settled = Mutex<[String]>([])

    /// The marks of the deliveries that were acknowledged, in that order.
    var acknowledged: [String] { settled.withLock { $0 } }

    func lose() { isOpen.withLock { $0 = false } }

    /// - Parameter mark: tells deliveries of one command apart; nil: its id.
    func delivery(_ id: EnvelopeID, mark: String? = nil, lane: Lane = .interactive, body: [UInt8] = []) -> BusDelivery {
        let mark = mark ?? id.rawValue
        return BusDelivery(
            envelope: Envelope(id: id, lane: lane, partitionKey: "demo/1", type: "command.send"), routingKey: "", body: body,
            isRedelivered: false, isCurrent: { [self] in isOpen.withLock { $0 } },
            acknowledge: { [self] in settled.withLock { $0.append(mark) } }, reject: {})
    }
}
