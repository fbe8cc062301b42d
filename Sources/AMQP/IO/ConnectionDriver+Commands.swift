import Logging
import Synchronization

extension ConnectionDriver {
    func execute(_ command: Command) throws(AMQPError) {
        switch command {
        case .publish(let request):
            pipeline.enqueue(
                PublishBatch(
                    id: request.id, messages: request.messages, enqueued: request.enqueued, deadline: request.deadline,
                    unsentDeadline: request.unsentDeadline, completion: request.completion))
        case .cancel(let id):
            pipeline.cancel(id)
            try cancelRequest(id)
        case .subscribe(let core):
            let backoff = ReconnectBackoff(
                initial: configuration.reconnectDelay.lowerBound, maximum: configuration.reconnectDelay.upperBound)
            subscriptions[core.id] = Subscription(core: core, backoff: backoff)
            if machine.isRunning { subscribe(core.id) }
        case .flush(let core):
            toFlush.append(core)
        case .unsubscribe(let core, let deadline):
            guard let closeBy = subscriptions[core.id]?.closeBy else {
                subscriptions[core.id]?.closeBy = deadline
                return try closeIfSettled(core)
            }
            subscriptions[core.id]?.closeBy = min(closeBy, deadline)
            try closeIfSettled(core)
        case .exchange(let request):
            if machine.isRunning {
                openRequest(request)
            } else {
                pendingRequests.append(request)
                check(at: request.deadline)
            }
        case .lease(let core):
            if machine.isRunning {
                openLease(core)
            } else {
                pendingLeases.append(core)
                check(at: core.deadline)
            }
        case .release(let core):
            try release(core)
        case .declare(let more):
            topology.formUnion(more)
        case .close(let deadline):
            if closing == nil { closing = .draining(until: deadline) }
            check(at: deadline)
        }
    }

    private func cancelRequest(_ id: UInt64) throws(AMQPError) {
        let error = AMQPError(.cancelled, "cancelled before the broker answered")
        if let index = pendingRequests.firstIndex(where: { $0.id == id }) {
            return pendingRequests.remove(at: index).completion.resume(returning: .failure(error))
        }
        guard let session else { return }
        for channel in session.channels.values {
            guard case .request(let request) = channel.role, request.id == id else { continue }
            request.completion.resume(returning: .failure(error))
            try abandon(channel)
        }
    }

    private func release(_ core: LeaseCore) throws(AMQPError) {
        pendingLeases.removeAll { $0 === core }
        guard let channel = leaseChannels[core.id] else { return core.finish(.ended) }
        guard let session else { return }
        try session.close(channel, deadline: now + configuration.requestTimeout)
        check(at: channel.deadline)
    }

    // MARK: Deadlines

    /// Everything that waits for a point in time; runs only when one has come.
    func checkDeadlines() throws(AMQPError) {
        nextCheck = .distantFuture
        switch closing {
        case .draining(let until), .goodbye(let until): check(at: until)
        case nil: break
        }
        let unanswered = AMQPError(.notConnected, "no connection to the broker in time")
        pendingRequests.removeAll { request in
            guard now >= request.deadline else { return false }
            request.completion.resume(returning: .failure(unanswered))
            return true
        }
        pendingLeases.removeAll { core in
            guard now >= core.deadline else { return false }
            core.finish(.failed(unanswered))
            return true
        }
        for request in pendingRequests { check(at: request.deadline) }
        for core in pendingLeases { check(at: core.deadline) }
        for (id, subscription) in subscriptions {
            if subscription.closeBy != nil { try closeIfSettled(subscription.core) }
            guard let retryAt = subscription.retryAt else { continue }
            if now < retryAt { check(at: retryAt) } else if machine.isRunning { subscribe(id) }
        }
        if let session {
            for channel in session.channels.values {
                guard let due = channel.due else { continue }
                if now >= due { try overdue(channel) } else { check(at: due) }
            }
        }
    }

    // MARK: Closing

    /// - Returns: false when the connection has been closed.
    func advanceClosing() throws(AMQPError) -> Bool {
        guard let closing else { return true }
        guard let session else { return false }
        switch closing {
        case .draining(let until):
            // Consumers end first: what they acknowledged is still sent, what they did not goes back to the queues.
            for subscription in subscriptions.values where subscription.closeBy == nil {
                subscriptions[subscription.core.id]?.closeBy = now
                for waiter in subscription.core.mailbox.withLock({ $0.stop() }) { waiter.resume(returning: nil) }
            }
            guard pipeline.isIdle || !machine.mayPublish || now >= until else { return true }
            for subscription in subscriptions.values { toFlush.append(subscription.core) }
            try flushSettlements()
            try session.out.write(.connectionClose, channel: 0)
            // The broker answers within milliseconds unless it is in trouble; then nothing is gained by waiting.
            let goodbye = now + .seconds(2)
            self.closing = .goodbye(until: goodbye)
            check(at: goodbye)
            return true
        case .goodbye(let until):
            return now < until
        }
    }

    /// The end: nobody is left waiting.
    func abandon(_ error: AMQPError) {
        disconnected(error)
        pipeline.closeAll(error)
        for batch in pipeline.takeFinished() { batch.completion?.resume(returning: batch.results) }
        for command in remainingCommands() + inbox.close() { command.fail(error) }
        for subscription in subscriptions.values { subscription.core.finish() }
        for request in pendingRequests { request.completion.resume(returning: .failure(error)) }
        for core in pendingLeases { core.finish(.failed(error)) }
        machine.closed()
        logger.debug("broker connection closed")
        failures.finish(nil)
        hub.finish(.closed)
    }
}
