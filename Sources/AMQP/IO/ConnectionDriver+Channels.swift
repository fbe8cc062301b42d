import Logging
import Synchronization

/// What each kind of channel does when it opens, fails or closes.
extension ConnectionDriver {
    /// First exchanges of a connection: the publishing channel and the topology.
    func setUp() throws(AMQPError) {
        guard session != nil else { return }
        try openPublisher()
        _ = try open(.topology, [.channelOpen] + topology.methods)
    }

    private func open(_ role: Channel.Role, _ script: [OutboundMethod], deadline: MonotonicTime? = nil) throws(AMQPError) -> Channel {
        guard let session else { throw AMQPError(.notConnected, "no connection to the broker") }
        let channel = try session.open(
            role, script, generation: nextGeneration(), deadline: deadline ?? now + configuration.requestTimeout)
        check(at: channel.deadline)
        return channel
    }

    private func openPublisher() throws(AMQPError) { publisher = try open(.publisher, [.channelOpen, .confirmSelect]) }

    func openRequest(_ request: ChannelRequest) {
        do throws(AMQPError) {
            _ = try open(.request(request), request.script, deadline: request.deadline)
        } catch {
            request.completion.resume(returning: .failure(error))
        }
    }

    func openLease(_ core: LeaseCore) {
        // The broker lets one connection declare its own exclusive queue again.
        let isHeldHere = leaseChannels.values.contains { channel in
            if case .lease(let other) = channel.role { other.name == core.name } else { false }
        }
        guard !isHeldHere else { return core.finish(.unavailable) }
        do throws(AMQPError) {
            leaseChannels[core.id] = try open(.lease(core), core.script, deadline: core.deadline)
        } catch {
            core.finish(.failed(error))
        }
    }

    func subscribe(_ id: UInt64) {
        guard let subscription = subscriptions[id], subscription.channel == nil, subscription.closeBy == nil else { return }
        subscriptions[id]?.retryAt = nil
        let core = subscription.core
        do throws(AMQPError) {
            let channel = try open(.consumer(core), core.subscription.script)
            subscriptions[id]?.channel = channel
            // Before the broker can send the first delivery.
            core.mailbox.withLock { $0.subscribed(generation: channel.generation) }
        } catch {
            interrupted(core, error)
        }
    }

    // MARK: Events

    func opened(_ channel: Channel, _ replies: [InboundMethod]) throws(AMQPError) {
        if let operation = channel.role.operation { metrics.ended(operation, nanoseconds: MonotonicTime.now().since(channel.started)) }
        switch channel.role {
        case .topology:
            try abandon(channel)
            if machine.topologyReady() { connectionReady() }
        case .publisher:
            if machine.publisherReady() { connectionReady() }
        case .consumer(let core):
            subscriptions[core.id]?.backoff.reset()
            core.hub.set(.active(epoch: machine.epoch))
        case .lease(let core):
            core.hub.set(.held)
        case .request(let request):
            request.completion.resume(returning: .success(replies))
            try abandon(channel)
        case .abandoned:
            break
        }
    }

    private func connectionReady() {
        becameReady()
        publishState()
        for id in subscriptions.keys { subscribe(id) }
        let requests = pendingRequests
        pendingRequests = []
        for request in requests { openRequest(request) }
        let leases = pendingLeases
        pendingLeases = []
        for core in leases { openLease(core) }
    }

    /// The broker closed the channel.
    func failed(_ channel: Channel, _ error: AMQPError) throws(AMQPError) {
        switch channel.role {
        case .topology:
            logger.error(
                "the broker refuses an exchange or a queue; nothing works until somebody mends that", metadata: ["error": "\(error)"])
            throw AMQPError(error.code, "the topology cannot be declared: \(error.message)", replyCode: error.replyCode)
        case .publisher:
            logger.warning("the broker closed the publishing channel", metadata: ["error": "\(error)"])
            pipeline.channelLost(error)
            machine.publisherLost()
            publishState()
            try openPublisher()
        case .consumer(let core):
            logger.warning(
                "the broker closed a subscription", metadata: ["queue": "\(core.subscription.name)", "error": "\(error)"])
            interrupted(core, error)
        case .lease(let core):
            leaseChannels[core.id] = nil
            if core.hub.current.isHeld {
                core.finish(.ended)
            } else {
                core.finish(error.code == .resourceLocked ? .unavailable : .failed(error))
            }
        case .request(let request):
            request.completion.resume(returning: .failure(error))
        case .abandoned:
            break
        }
    }

    /// Our close was confirmed.
    func closed(_ channel: Channel) {
        switch channel.role {
        case .consumer(let core):
            if subscriptions[core.id]?.closeBy != nil {
                subscriptions[core.id] = nil
                core.finish()
            } else {
                subscriptions[core.id]?.channel = nil
                resubscribeLater(core)
            }
        case .lease(let core):
            leaseChannels[core.id] = nil
            core.finish(.ended)
        case .topology, .publisher, .request, .abandoned:
            break
        }
    }

    /// `basic.cancel`: the queue was deleted or has lost its leader.
    func cancelled(_ channel: Channel) throws(AMQPError) {
        guard let session else { return }
        let error = AMQPError(.channelClosed, "the broker cancelled the consumer")
        switch channel.role {
        case .consumer(let core):
            logger.warning("the broker cancelled a subscription", metadata: ["queue": "\(core.subscription.name)"])
            // A fresh channel for the next subscription: this one would let it overtake what is unacknowledged here.
            let methods = core.mailbox.withLock { mailbox in
                defer { mailbox.interrupted() }
                return mailbox.flush()
            }
            for method in methods { try session.out.write(method, channel: channel.number) }
            core.hub.set(.interrupted(error))
        case .lease(let core):
            core.finish(.ended)
        default:
            return
        }
        try session.close(channel, deadline: now + configuration.requestTimeout)
        check(at: channel.deadline)
    }

    /// A channel that did not open or close in time.
    func overdue(_ channel: Channel) throws(AMQPError) {
        let error = AMQPError(.timedOut, "the broker did not answer in time")
        switch (channel.machine.phase, channel.role) {
        case (.closing, .consumer), (.closing, .lease):
            // Its number stays taken; what it was for has ended.
            let role = channel.role
            channel.role = .abandoned
            channel.deadline = .distantFuture
            let stand = Channel(number: channel.number, role: role, script: [], generation: channel.generation, deadline: now)
            closed(stand)
        case (.closing, _):
            channel.deadline = .distantFuture
        case (_, .topology), (_, .publisher):
            throw error
        case (_, .consumer(let core)):
            try abandon(channel)
            interrupted(core, error)
        case (_, .lease(let core)):
            leaseChannels[core.id] = nil
            core.finish(.failed(error))
            try abandon(channel)
        case (_, .request(let request)):
            request.completion.resume(returning: .failure(error))
            try abandon(channel)
        case (_, .abandoned):
            channel.deadline = .distantFuture
        }
    }

    /// Closes a channel nobody needs any more.
    func abandon(_ channel: Channel) throws(AMQPError) {
        channel.role = .abandoned
        try session?.close(channel, deadline: now + configuration.requestTimeout)
        check(at: channel.deadline)
    }

    // MARK: Consumers

    /// The channel of a subscription is gone; it is renewed later unless its consumer is closing.
    private func interrupted(_ core: ConsumerCore, _ error: AMQPError) {
        core.mailbox.withLock { $0.interrupted() }
        guard let subscription = subscriptions[core.id] else { return }
        subscriptions[core.id]?.channel = nil
        if subscription.closeBy != nil {
            subscriptions[core.id] = nil
            core.finish()
        } else {
            core.hub.set(.interrupted(error))
            resubscribeLater(core)
        }
    }

    private func resubscribeLater(_ core: ConsumerCore) {
        guard var subscription = subscriptions[core.id] else { return }
        let retryAt = now + subscription.backoff.next { .random(in: 0..<1) }
        subscription.retryAt = retryAt
        subscriptions[core.id] = subscription
        check(at: retryAt)
    }

    /// Closes the channel of a consumer that is closing, once nothing is in hand or its time is over.
    func closeIfSettled(_ core: ConsumerCore) throws(AMQPError) {
        guard let subscription = subscriptions[core.id], let closeBy = subscription.closeBy else { return }
        guard let session, let channel = subscription.channel else {
            subscriptions[core.id] = nil
            return core.finish()
        }
        let (methods, inHand) = core.mailbox.withLock { ($0.flush(), $0.inHand) }
        for method in methods { try session.out.write(method, channel: channel.number) }
        guard inHand == 0 || now >= closeBy else { return check(at: closeBy) }
        guard channel.due == nil || channel.machine.phase == .starting else { return }
        try session.close(channel, deadline: now + configuration.requestTimeout)
        check(at: channel.deadline)
    }

    /// Sends what consumers have settled since the last turn.
    func flushSettlements() throws(AMQPError) {
        guard !toFlush.isEmpty else { return }
        let cores = toFlush
        toFlush.removeAll(keepingCapacity: true)
        for core in cores {
            guard let session, let subscription = subscriptions[core.id], let channel = subscription.channel else { continue }
            guard channel.machine.phase == .open else { continue }
            for method in core.mailbox.withLock({ $0.flush() }) { try session.out.write(method, channel: channel.number) }
            if subscription.closeBy != nil { try closeIfSettled(core) }
        }
    }

    /// Gives the deliveries of this turn to their consumers, each as one batch.
    func handOver() {
        guard !arrivedOn.isEmpty else { return }
        var count = 0
        for channel in arrivedOn {
            let deliveries = channel.arrived
            channel.arrived = []
            guard case .consumer(let core) = channel.role else { continue }
            count += deliveries.count
            let isInOrder = core.mailbox.withLock { mailbox in
                mailbox.deliver(deliveries) { waiter, batch in waiter.resume(returning: batch) }
            }
            if !isInOrder {
                logger.error("the broker skipped a delivery tag", metadata: ["queue": "\(core.subscription.name)"])
            }
        }
        arrivedOn.removeAll(keepingCapacity: true)
        if count > 0 { metrics.consumed(count) }
    }
}
