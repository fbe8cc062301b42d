/// A claim that only one holder in the whole system can have: an exclusive queue of that name on the broker.
///
/// It ends with the connection, so its holder must watch ``waitUntilLost()``. It is not a fence: a holder that was
/// suspended may believe for a moment, until it runs again, that it still holds the lease.
public final class AMQPLease: Sendable {
    private let core: LeaseCore
    private let inbox: Inbox

    init(core: LeaseCore, inbox: Inbox) {
        self.core = core
        self.inbox = inbox
    }

    public var name: String { core.name }
    public var isHeld: Bool { core.hub.current.isHeld }

    /// Returns when the lease is lost or released, or the task is cancelled.
    public func waitUntilLost() async {
        for await state in core.hub.stream() where !state.isHeld { return }
    }

    /// Lets the next one have it. Returns when the broker has confirmed, at the latest when the connection is gone.
    public func release() async {
        guard inbox.send(.release(core)) else { return }
        await waitUntilLost()
    }

    /// A lease nobody refers to any more is given back.
    deinit { _ = inbox.send(.release(core)) }
}

enum LeaseState: Sendable {
    case acquiring
    case held
    /// Somebody else has it.
    case unavailable
    case failed(AMQPError)
    case ended

    var isHeld: Bool { if case .held = self { true } else { false } }
}

/// The part of a lease that its holder and the I/O thread share.
final class LeaseCore: Sendable {
    let id: UInt64
    let name: String
    let deadline: MonotonicTime
    let hub = StateHub<LeaseState>(.acquiring)

    init(id: UInt64, name: String, deadline: MonotonicTime) {
        self.id = id
        self.name = name
        self.deadline = deadline
    }

    func finish(_ state: LeaseState) { hub.finish(state) }

    /// Consuming the queue makes the broker tell when somebody deletes it; auto-delete makes closing the channel its end.
    var script: [OutboundMethod] {
        let queue = AMQPQueue(name, isDurable: false, isExclusive: true, isAutoDelete: true)
        return [
            .channelOpen, .queueDeclare(queue, passive: false),
            .basicConsume(queue: name, tag: "", noAck: true, arguments: AMQPTable()),
        ]
    }
}
