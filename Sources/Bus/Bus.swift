public import Contracts

/// Hands messages to the broker.
public protocol BusPublisher: Sendable {
    /// Returns when the broker has taken responsibility for every message: written by a quorum and routed to a queue.
    ///
    /// - Throws: ``BusError``. After an error some of the messages may have been taken: repeat all of them with the
    ///   same ids, receivers drop duplicates.
    func publish(_ messages: [BusMessage]) async throws(BusError)
}

extension BusPublisher {
    public func publish(_ message: BusMessage) async throws(BusError) { try await publish([message]) }
}

/// A message from the broker, to be acknowledged once.
public struct BusDelivery: Sendable {
    public var envelope: Envelope
    public var routingKey: String
    public var body: [UInt8]
    /// Whether the broker delivered it before: what it causes may exist already.
    public var isRedelivered: Bool
    /// False once its connection or its subscription is lost: then the broker delivers it again, perhaps to somebody else.
    public let isCurrent: @Sendable () -> Bool
    /// Takes it off the queue. Without effect when it isn't current.
    public let acknowledge: @Sendable () -> Void
    /// Gives it up: it goes to the dead letters.
    public let reject: @Sendable () -> Void

    public init(
        envelope: Envelope, routingKey: String, body: [UInt8], isRedelivered: Bool,
        isCurrent: @escaping @Sendable () -> Bool,
        acknowledge: @escaping @Sendable () -> Void,
        reject: @escaping @Sendable () -> Void
    ) {
        self.envelope = envelope
        self.routingKey = routingKey
        self.body = body
        self.isRedelivered = isRedelivered
        self.isCurrent = isCurrent
        self.acknowledge = acknowledge
        self.reject = reject
    }
}

/// Reads one queue. A sequence of batches: what had arrived together.
public protocol BusConsumer: Sendable {
    associatedtype Batches: AsyncSequence<[BusDelivery], Never> & Sendable
    /// Ends after ``stop()``.
    var batches: Batches { get }
    /// The first half of an ordered hand-over: ``batches`` ends, nothing new is dispatched.
    func stop()
    /// The second half, after the owner has acknowledged what it finished: everything else goes back to the queue, in
    /// its order.
    func close() async
}

/// Why the broker didn't take a message.
public struct BusError: Error, Sendable, CustomStringConvertible {
    public struct Code: Sendable, Hashable {
        private enum Name: Hashable { case unavailable, unroutable, refused }
        private let name: Name

        /// No connection, or it was lost before the confirm.
        public static let unavailable = Code(name: .unavailable)
        /// No queue is bound for it.
        public static let unroutable = Code(name: .unroutable)
        /// The broker said no: a full queue.
        public static let refused = Code(name: .refused)
    }

    public var code: Code
    public var message: String
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String { message }
}

/// Rights that only one process of the installation has at a time.
public protocol BusLeases: Sendable {
    /// Waits until this process holds `name`, then runs `body`; gives it back afterwards. When the lease is lost, with the
    /// connection, `body` is cancelled and the call returns nil.
    func withLease<Result: Sendable>(_ name: String, _ body: @escaping @Sendable () async throws -> Result) async throws -> Result?
}
