/// One connection from login to loss, with its channels. Lives on the I/O thread.
final class Session {
    let handle: RabbitHandle
    let out: OutboundBuffer
    let epoch: UInt64
    private(set) var channels: [UInt16: Channel] = [:]
    /// The channel of the last frame: frames come in runs.
    private var lastChannel: Channel?
    private var numbers: ChannelNumbers
    private let heartbeat: Duration?
    private var lastReceived: MonotonicTime
    private var lastSent: MonotonicTime
    /// Since when the socket has taken nothing; nil while nothing waits for it.
    private var stalledSince: MonotonicTime?

    init(handle: RabbitHandle, epoch: UInt64, now: MonotonicTime) {
        self.handle = handle
        self.epoch = epoch
        out = OutboundBuffer(frameMax: handle.frameMax)
        numbers = ChannelNumbers(maximum: handle.channelMax)
        heartbeat = handle.heartbeat
        lastReceived = now
        lastSent = now
    }

    var wantsWrite: Bool { !out.isEmpty }

    // MARK: Channels

    func channel(_ number: UInt16) -> Channel? {
        if let lastChannel, lastChannel.number == number { return lastChannel }
        lastChannel = channels[number]
        return lastChannel
    }

    /// Opens a channel and sends its whole script without waiting in between.
    func open(_ role: Channel.Role, _ script: [OutboundMethod], generation: UInt64, deadline: MonotonicTime) throws(AMQPError) -> Channel {
        guard let number = numbers.take() else { throw AMQPError(.channelClosed, "all channels of the connection are in use") }
        let start = out.count
        do throws(AMQPError) {
            for method in script { try out.write(method, channel: number) }
        } catch {
            out.truncate(to: start)
            numbers.release(number)
            throw error
        }
        let channel = Channel(number: number, role: role, script: script, generation: generation, deadline: deadline)
        channels[number] = channel
        return channel
    }

    /// Begins to close; the number is free when the broker has answered.
    func close(_ channel: Channel, deadline: MonotonicTime) throws(AMQPError) {
        guard channel.machine.close() else { return }
        channel.deadline = deadline
        try out.write(.channelClose, channel: channel.number)
    }

    func remove(_ channel: Channel) {
        channels[channel.number] = nil
        lastChannel = nil
        numbers.release(channel.number)
    }

    // MARK: Liveness

    func received(_ now: MonotonicTime) { lastReceived = now }

    /// Sends what the socket takes.
    func flush(_ now: MonotonicTime) throws(AMQPError) {
        guard !out.isEmpty else { return }
        let before = out.count
        let isLeftOver = try handle.send(out)
        if out.count < before {
            lastSent = now
            stalledSince = nil
        }
        if isLeftOver, stalledSince == nil { stalledSince = now }
    }

    /// Sends a heartbeat when one is due.
    ///
    /// - Parameter stallTimeout: nil while the broker has said that it does not read.
    func checkLiveness(_ now: MonotonicTime, stallTimeout: Duration?) throws(AMQPError) {
        if let stalledSince, let stallTimeout, now > stalledSince + stallTimeout {
            throw AMQPError(.connectionLost, "the broker has read nothing for \(stallTimeout)")
        }
        guard let heartbeat else { return }
        if now > lastReceived + heartbeat * 2 { throw AMQPError(.connectionLost, "no heartbeat for \(heartbeat * 2)") }
        if now >= lastSent + heartbeat / 2, out.isEmpty { out.writeHeartbeat() }
    }

    func nextLivenessCheck(stallTimeout: Duration?) -> MonotonicTime {
        var next = MonotonicTime.distantFuture
        if let stalledSince, let stallTimeout { next = stalledSince + stallTimeout }
        if let heartbeat {
            next = min(next, lastReceived + heartbeat * 2)
            if out.isEmpty { next = min(next, lastSent + heartbeat / 2) }
        }
        return next
    }
}

/// A channel and what it is for.
final class Channel {
    enum Role {
        case topology
        case publisher
        case consumer(ConsumerCore)
        case lease(LeaseCore)
        case request(ChannelRequest)
        /// Its owner has gone; only the close is awaited.
        case abandoned

        /// What its script is timed as.
        var operation: AMQPMetrics.Operation? {
            switch self {
            case .topology: .declare
            case .consumer: .subscribe
            case .lease: .lease
            case .request: .request
            case .publisher, .abandoned: nil
            }
        }
    }

    let number: UInt16
    var role: Role
    let started = MonotonicTime.now()
    /// Unique within the `AMQPConnection`.
    let generation: UInt64
    var machine: ChannelStateMachine
    var assembler = DeliveryAssembler()
    /// For the set-up or the close, whichever is under way.
    var deadline: MonotonicTime
    /// Deliveries read in this turn.
    var arrived: [AMQPDelivery] = []

    init(number: UInt16, role: Role, script: [OutboundMethod], generation: UInt64, deadline: MonotonicTime) {
        self.number = number
        self.role = role
        self.generation = generation
        self.deadline = deadline
        machine = ChannelStateMachine(script: script)
    }

    /// When it must have advanced; nil when nothing is awaited.
    var due: MonotonicTime? {
        switch machine.phase {
        case .starting, .closing: deadline
        case .open, .closed: nil
        }
    }
}
