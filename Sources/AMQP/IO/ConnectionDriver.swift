import Glibc
import Logging

/// All of a connection that lives on its I/O thread: the loop, and the state it works on.
///
/// Made and used on that thread only; it is not `Sendable`, and what it shares with tasks is in ``Shared``.
final class ConnectionDriver {
    struct Shared: Sendable {
        let configuration: AMQPConfiguration
        let topology: AMQPTopology
        let inbox: Inbox
        let hub: StateHub<AMQPConnectionState>
        let failures: StateHub<AMQPError?>
        let socket: GuardedSocket
        let logger: Logger
    }

    /// A subscription, which outlives its channels.
    struct Subscription {
        let core: ConsumerCore
        var channel: Channel?
        var backoff: ReconnectBackoff
        /// nil while subscribed or not connected.
        var retryAt: MonotonicTime?
        /// Set once its consumer asked to close.
        var closeBy: MonotonicTime?
    }

    enum Closing {
        /// What is under way is still sent and confirmed.
        case draining(until: MonotonicTime)
        /// `connection.close` was sent.
        case goodbye(until: MonotonicTime)
    }

    let configuration: AMQPConfiguration
    let inbox: Inbox
    let hub: StateHub<AMQPConnectionState>
    let failures: StateHub<AMQPError?>
    let socket: GuardedSocket
    let logger: Logger
    let metrics = AMQPMetrics()

    var topology: AMQPTopology
    var machine = ConnectionStateMachine()
    var pipeline: PublishPipeline
    var session: Session?
    var publisher: Channel?
    var subscriptions: [UInt64: Subscription] = [:]
    /// Leases and requests that wait for a connection.
    var pendingLeases: [LeaseCore] = []
    var pendingRequests: [ChannelRequest] = []
    var leaseChannels: [UInt64: Channel] = [:]
    /// Channels with deliveries to hand over.
    var arrivedOn: [Channel] = []
    /// Consumers with something settled.
    var toFlush: [ConsumerCore] = []
    var closing: Closing?
    var now = MonotonicTime.now()
    /// When the slow checks (`checkDeadlines`) have something to do.
    var nextCheck = MonotonicTime.distantFuture
    var blockedSince: MonotonicTime?
    private var lastGeneration: UInt64 = 0
    private var reconnect: ReconnectBackoff
    private var commands: [Command] = []
    /// Commands before this one are done: an error in between must not make one of them happen twice.
    private var nextCommand = 0
    private var lastState = AMQPConnectionState.connecting
    /// Reading stopped at its limit: `poll` may not tell of what librabbitmq or OpenSSL have already read.
    private var hasUnread = false

    /// No more is encoded while this much waits for the socket.
    private static let outboundLimit = 1 << 20
    /// Frames read before commands are looked at again.
    private static let readLimit = 4096

    init(_ shared: Shared) {
        configuration = shared.configuration
        inbox = shared.inbox
        hub = shared.hub
        failures = shared.failures
        socket = shared.socket
        logger = shared.logger
        topology = shared.topology
        pipeline = PublishPipeline(window: configuration.confirmWindow)
        reconnect = ReconnectBackoff(
            initial: configuration.reconnectDelay.lowerBound, maximum: configuration.reconnectDelay.upperBound)
    }

    // MARK: Life

    func run() {
        while true {
            connect()
            do throws(AMQPError) {
                while session != nil, try turn(until: .distantFuture) {}
            } catch {
                disconnected(error)
            }
            if closing != nil { break }
            pause()
            if closing != nil { break }
        }
        abandon(AMQPError(.closed, "the connection was closed"))
    }

    private func connect() {
        socket.enter(limit: configuration.connectTimeout)
        let start = MonotonicTime.now()
        defer { socket.leave() }
        do throws(AMQPError) {
            let handle = try RabbitHandle(configuration, socket: socket)
            now = .now()
            metrics.ended(.connect, nanoseconds: now.since(start))
            machine.connected()
            session = Session(handle: handle, epoch: machine.epoch, now: now)
            if machine.epoch > 1 { metrics.reconnected() }
            logger.debug("connected to the broker", metadata: ["epoch": "\(machine.epoch)", "broker": "\(configuration)"])
        } catch {
            metrics.connectFailed(nanoseconds: MonotonicTime.now().since(start))
            logger.warning("cannot connect to the broker", metadata: ["error": "\(error)"])
            failures.set(error)
            return
        }
        do throws(AMQPError) { try setUp() } catch { disconnected(error) }
    }

    /// Waits before the next attempt, serving what does not need a connection.
    private func pause() {
        now = .now()
        let end = now + reconnect.next { .random(in: 0..<1) }
        while now < end, closing == nil {
            do throws(AMQPError) { _ = try turn(until: end) } catch { disconnected(error) }
        }
    }

    func becameReady() {
        reconnect.reset()
        failures.set(nil)
        logger.info("broker connection ready", metadata: ["epoch": "\(machine.epoch)"])
    }

    func nextGeneration() -> UInt64 {
        lastGeneration += 1
        return lastGeneration
    }

    /// Tells watchers when the state has changed.
    func publishState() {
        let state = machine.state
        guard state != lastState, state != .closed else { return }
        lastState = state
        hub.set(state)
    }

    // MARK: Loop

    /// Serves commands, writes, waits for the socket or a command, reads.
    ///
    /// - Returns: false when the connection has been closed gracefully.
    private func turn(until end: MonotonicTime) throws(AMQPError) -> Bool {
        now = .now()
        try executeCommands()
        try checkTimers()
        guard try advanceClosing() else { return false }
        pump()
        try flushSettlements()
        try session?.flush(now)
        publishState()
        resumeFinished()

        inbox.take(into: &commands, sleeping: true)
        let isBusy = !commands.isEmpty || hasUnread
        let (hasEvent, hasInput) = wait(until: isBusy ? now : min(end, nextTimer()))
        if !isBusy { inbox.awoke(drain: hasEvent) }
        now = .now()
        if hasInput || hasUnread {
            defer { handOver() }
            try readFrames()
        }
        resumeFinished()
        return true
    }

    private func executeCommands() throws(AMQPError) {
        while nextCommand < commands.count {
            nextCommand += 1
            try execute(commands[nextCommand - 1])
        }
        commands.removeAll(keepingCapacity: true)
        nextCommand = 0
    }

    /// Commands that were taken from the inbox and not executed.
    func remainingCommands() -> [Command] {
        defer { commands = [] }
        return Array(commands.dropFirst(nextCommand))
    }

    private func wait(until deadline: MonotonicTime) -> (hasEvent: Bool, hasInput: Bool) {
        let socketEvents = Int16(POLLIN) | (session?.wantsWrite == true ? Int16(POLLOUT) : 0)
        // A descriptor below zero is one that poll passes over.
        var descriptors = (
            pollfd(fd: inbox.eventDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: session?.handle.descriptor ?? -1, events: socketEvents, revents: 0)
        )
        // Rounded up, so that the deadline has passed when poll returns.
        let milliseconds = deadline <= now ? 0 : Int32(clamping: min((deadline.since(now) + 999_999) / 1_000_000, 60_000))
        socket.leave()
        withUnsafeMutableBytes(of: &descriptors) { raw in
            _ = poll(raw.assumingMemoryBound(to: pollfd.self).baseAddress, 2, milliseconds)
        }
        socket.enter(limit: configuration.stallTimeout)
        let input = Int16(POLLIN) | Int16(POLLHUP) | Int16(POLLERR) | Int16(POLLNVAL)
        return (descriptors.0.revents != 0, descriptors.1.revents & input != 0)
    }

    private func readFrames() throws(AMQPError) {
        // Before anything can end early: what a lost connection had left to be read must not keep the loop from sleeping.
        hasUnread = false
        guard let session else { return }
        session.received(now)
        let handle = session.handle
        var count = 0
        reading: repeat {
            switch handle.read() {
            case .frame(let frame): try receive(frame)
            case .drained: break reading
            case .failed(let error): throw error
            }
            count += 1
            hasUnread = count == Self.readLimit
        } while count < Self.readLimit && (handle.hasBufferedInput || handle.mustReadUntilDrained)
    }

    private func pump() {
        guard machine.mayPublish, pipeline.canSend, let session, let publisher, publisher.machine.phase == .open else { return }
        let out = session.out
        pipeline.pump { message, tag throws(AMQPError) in
            let needsSequence = message.isMandatory && message.properties.messageID == nil
            try out.writePublish(message, channel: publisher.number, sequence: needsSequence ? tag : nil)
        } until: {
            out.count >= Self.outboundLimit
        }
    }

    private func resumeFinished() {
        metrics.record(pipeline.takeCounts())
        for batch in pipeline.takeFinished() { batch.completion?.resume(returning: batch.results) }
    }

    // MARK: Time

    private var stallTimeout: Duration? { machine.isBlocked ? nil : configuration.stallTimeout }

    func check(at time: MonotonicTime) { nextCheck = min(nextCheck, time) }

    private func nextTimer() -> MonotonicTime {
        var next = min(nextCheck, pipeline.expiry ?? .distantFuture)
        if let session { next = min(next, session.nextLivenessCheck(stallTimeout: stallTimeout)) }
        return next
    }

    private func checkTimers() throws(AMQPError) {
        try session?.checkLiveness(now, stallTimeout: stallTimeout)
        if let expiry = pipeline.expiry, now >= expiry { pipeline.expire(now: now, unsent: unsentReason) }
        if now >= nextCheck { try checkDeadlines() }
    }

    /// Why nothing can be published just now; nil when it can.
    private var unsentReason: AMQPError? {
        switch machine.state {
        case .ready: nil
        case .blocked(let reason): AMQPError(.blocked, "the broker takes no messages: \(reason)")
        case .connecting, .closed: AMQPError(.notConnected, "no connection to the broker")
        }
    }
}
