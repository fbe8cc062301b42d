import Logging
import Synchronization

/// What arrives, frame by frame.
extension ConnectionDriver {
    func receive(_ frame: InboundFrame) throws(AMQPError) {
        guard let session else { return }
        guard frame.channel != 0 else { return try receiveOnConnection(frame.payload) }
        guard let channel = session.channel(frame.channel) else {
            throw AMQPError(.protocolViolation, "a frame on channel \(frame.channel), which is not open")
        }
        switch frame.payload {
        case .method(let method):
            try receive(method, on: channel)
        case .header(let bodySize, let properties):
            if let content = try channel.assembler.header(bodySize: bodySize, properties) { complete(content, on: channel) }
        case .body(let bytes):
            if let content = try channel.assembler.body(bytes) { complete(content, on: channel) }
        case .other:
            break
        }
    }

    private func receiveOnConnection(_ payload: InboundFrame.Payload) throws(AMQPError) {
        guard case .method(let method) = payload, let session else { return }
        switch method {
        case .blocked(let reason):
            logger.warning("the broker takes no more messages", metadata: ["reason": "\(reason)"])
            machine.blocked(reason: reason)
            if blockedSince == nil { blockedSince = now }
            publishState()
        case .unblocked:
            logger.info("the broker takes messages again")
            machine.unblocked()
            recordBlocked()
            publishState()
        case .connectionClose(let code, let text):
            try session.out.write(.connectionCloseOk, channel: 0)
            _ = try? session.handle.send(session.out)
            throw AMQPError.reply(code, text, otherwise: .closedByBroker)
        case .other(MethodID.connectionCloseOk):
            guard case .goodbye = closing else { throw AMQPError(.protocolViolation, "unexpected connection.close-ok") }
            closing = .goodbye(until: now)
        default:
            throw AMQPError(.protocolViolation, "unexpected \(method.id.methodName) on channel 0")
        }
    }

    private func recordBlocked() {
        guard let since = blockedSince else { return }
        blockedSince = nil
        metrics.blocked(nanoseconds: now.since(since))
    }

    private func receive(_ method: InboundMethod, on channel: Channel) throws(AMQPError) {
        switch method {
        case .deliver(let deliver):
            try channel.assembler.deliver(deliver)
        case .returned(let returned):
            try channel.assembler.returned(returned)
        case .ack(let tag, let multiple):
            try confirm(tag, multiple: multiple, isAck: true, on: channel)
        case .nack(let tag, let multiple):
            try confirm(tag, multiple: multiple, isAck: false, on: channel)
        case .cancel:
            try cancelled(channel)
        case .channelFlow(let active):
            try session?.out.write(.channelFlowOk(active: active), channel: channel.number)
        default:
            try steer(channel, method)
        }
    }

    private func steer(_ channel: Channel, _ method: InboundMethod) throws(AMQPError) {
        guard let session else { return }
        // A slow script is fine as long as it advances: a quorum queue takes its time to be declared.
        if channel.machine.phase == .starting { channel.deadline = max(channel.deadline, now + configuration.requestTimeout / 4) }
        switch channel.machine.receive(method) {
        case .none:
            break
        case .opened(let replies):
            try opened(channel, replies)
        case .failed(let code, let replyCode, let text):
            handOver()
            try session.out.write(.channelCloseOk, channel: channel.number)
            session.remove(channel)
            try failed(channel, AMQPError(code, text, replyCode: replyCode))
        case .answerClose:
            try session.out.write(.channelCloseOk, channel: channel.number)
        case .closed:
            handOver()
            session.remove(channel)
            closed(channel)
        case .violation(let text):
            throw AMQPError(.protocolViolation, text)
        }
    }

    private func confirm(_ tag: UInt64, multiple: Bool, isAck: Bool, on channel: Channel) throws(AMQPError) {
        // A channel that was given up may still tell of its messages; they were reported already.
        guard channel === publisher else { return }
        let (now, metrics) = (now, metrics)
        let isKnown = pipeline.confirm(tag, multiple: multiple, isAck: isAck) { enqueued in
            metrics.confirmed(nanoseconds: now.since(enqueued))
        }
        if !isKnown { throw AMQPError(.protocolViolation, "a confirm for message \(tag), which was not sent") }
    }

    private func complete(_ content: DeliveryAssembler.Content, on channel: Channel) {
        switch content {
        case .delivery(let method, var properties, let body):
            guard case .consumer = channel.role, channel.machine.phase != .closing else { return }
            if properties.messageID == nil, !properties.headers.isEmpty {
                properties.headers[OutboundBuffer.publishSequenceHeader] = nil
            }
            if channel.arrived.isEmpty { arrivedOn.append(channel) }
            channel.arrived.append(
                AMQPDelivery(
                    body: body, properties: properties, exchange: method.exchange, routingKey: method.routingKey,
                    isRedelivered: method.isRedelivered, deliveryTag: method.deliveryTag, epoch: machine.epoch,
                    generation: channel.generation))
        case .returned(let method, let properties, _):
            guard channel === publisher else { return }
            let sequence = properties.headers[OutboundBuffer.publishSequenceHeader]?.intValue.map { UInt64(clamping: $0) }
            if !pipeline.returned(method, messageID: properties.messageID, sequence: sequence) {
                logger.error("the broker returned a message that is not under way", metadata: ["exchange": "\(method.exchange)"])
            }
        }
    }

    // MARK: Loss

    /// The connection is gone: everything that depended on it is told.
    func disconnected(_ error: AMQPError) {
        guard let lost = session else { return }
        handOver()
        session = nil
        publisher = nil
        if closing == nil {
            logger.warning("the broker connection was lost", metadata: ["error": "\(error)"])
            failures.set(error)
        }
        recordBlocked()
        machine.lost()
        publishState()
        leaseChannels = [:]
        toFlush = []
        pipeline.channelLost(error)
        for channel in lost.channels.values {
            switch channel.role {
            case .lease(let core): core.finish(core.hub.current.isHeld ? .ended : .failed(error))
            case .request(let request): request.completion.resume(returning: .failure(error))
            case .topology, .publisher, .consumer, .abandoned: break
            }
        }
        for subscription in subscriptions.values { disconnected(subscription, error) }
    }

    private func disconnected(_ subscription: Subscription, _ error: AMQPError) {
        let core = subscription.core
        core.mailbox.withLock { $0.interrupted() }
        subscriptions[core.id]?.channel = nil
        subscriptions[core.id]?.retryAt = nil
        if subscription.closeBy != nil {
            subscriptions[core.id] = nil
            core.finish()
        } else if subscription.channel != nil {
            core.hub.set(.interrupted(error))
        }
    }
}
