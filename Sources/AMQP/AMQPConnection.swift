public import Logging
import Synchronization

/// A connection to RabbitMQ that renews itself.
///
/// ``run()`` must be running for anything to happen: as a background service it owns the I/O thread and returns after
/// ``close()`` or when its task is cancelled. All other methods may be called from any task at any time and never block
/// a thread; what needs the broker waits, within bounds, until there is one.
///
/// Publish and consume on separate connections: a broker short of memory or disk stops reading from those that publish,
/// and acknowledgements must not be stopped with them.
public final class AMQPConnection: Sendable {
    public let configuration: AMQPConfiguration
    let inbox = Inbox()
    let hub = StateHub<AMQPConnectionState>(.connecting)
    private let failureHub = StateHub<AMQPError?>(nil)
    private let topology: AMQPTopology
    private let logger: Logger
    private let socket = GuardedSocket()
    private let lastID = Atomic<UInt64>(0)
    private let hasStarted = Atomic<Bool>(false)

    /// - Parameters:
    ///   - topology: declared on every connection before it counts as ready.
    ///   - logger: nil: one labelled `amqp`.
    public init(configuration: AMQPConfiguration, topology: AMQPTopology = AMQPTopology(), logger: Logger? = nil) {
        self.configuration = configuration
        self.topology = topology
        var logger = logger ?? Logger(label: "amqp")
        logger[metadataKey: "amqp.connection"] = .string(configuration.connectionName)
        self.logger = logger
    }

    func nextID() -> UInt64 { lastID.wrappingAdd(1, ordering: .relaxed).newValue }

    // MARK: State

    public var state: AMQPConnectionState { hub.current }

    /// The current state and then every change; ends with ``AMQPConnectionState/closed``.
    public var states: AsyncStream<AMQPConnectionState> { hub.stream() }

    /// Why there is no connection: what the last attempt ended with, such as refused credentials or a queue that exists with
    /// other arguments. Nil while connected, and before the first attempt has ended.
    public var failure: AMQPError? { failureHub.current }

    /// The current failure and then each further one; nil when the connection is ready.
    public var failures: AsyncStream<AMQPError?> { failureHub.stream() }

    /// Waits for ``AMQPConnectionState/ready(epoch:)`` and gives its epoch.
    ///
    /// - Throws: ``AMQPError/Code/closed``, ``AMQPError/Code/cancelled``.
    @discardableResult
    public func waitUntilReady() async throws(AMQPError) -> UInt64 {
        for await state in hub.stream() {
            switch state {
            case .ready(let epoch): return epoch
            case .closed: throw AMQPError(.closed, "the connection was closed")
            case .connecting, .blocked: continue
            }
        }
        throw AMQPError(.cancelled, "cancelled while waiting for the connection")
    }

    // MARK: Life

    /// Connects and stays connected until closed or cancelled; both are graceful within `closeTimeout`. A second call
    /// returns at once.
    public func run() async {
        guard !hasStarted.exchange(true, ordering: .relaxed) else { return }
        let watchdog = Task { await watch() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                let shared = ConnectionDriver.Shared(
                    configuration: configuration, topology: topology, inbox: inbox, hub: hub, failures: failureHub, socket: socket,
                    logger: logger)
                let failure = IOThread.start(name: "amqp-\(configuration.connectionName)") {
                    ConnectionDriver(shared).run()
                    done.resume()
                }
                if failure != 0 {
                    logger.critical("no thread for the broker connection", metadata: ["errno": "\(failure)"])
                    ConnectionDriver(shared).abandon(AMQPError(.closed, "no I/O thread could be started"))
                    done.resume()
                }
            }
        } onCancel: {
            requestClose()
        }
        watchdog.cancel()
    }

    /// Sends and confirms what is under way, tells the broker goodbye, and makes ``run()`` return. Waits for that.
    public func close() async {
        requestClose()
        guard hasStarted.load(ordering: .relaxed) else { return }
        for await state in hub.stream() where state == .closed { return }
    }

    private func requestClose() { _ = inbox.send(.close(deadline: .now() + configuration.closeTimeout)) }

    /// Shuts the socket of an I/O thread down that is stuck in a blocking call; the thread then reconnects.
    private func watch() async {
        let interval = max(configuration.stallTimeout / 4, .milliseconds(50))
        while !Task.isCancelled {
            try? await Task.sleep(for: interval, tolerance: interval / 4)
            if socket.shutdownIfStalled() { logger.warning("the broker connection was stuck; its socket was shut down") }
        }
    }
}
