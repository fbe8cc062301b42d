extension AMQPConnection {
    /// Publishes messages in order and waits until the fate of each is known.
    ///
    /// Messages of concurrent calls share writes to the socket. After ``AMQPPublishOutcome/unconfirmed(_:)`` the broker may
    /// have the message nevertheless: publish it again with the same id, and let receivers drop duplicates.
    ///
    /// - Parameter timeout: default the configuration's `publishTimeout`.
    /// - Returns: one outcome per message, in the same order. When the task is cancelled, those still open are
    ///   unconfirmed with ``AMQPError/Code/cancelled``.
    public func publish(_ messages: [AMQPMessage], timeout: Duration? = nil) async -> [AMQPPublishOutcome] {
        guard !messages.isEmpty else { return [] }
        let id = nextID()
        let now = MonotonicTime.now()
        return await withTaskCancellationHandler {
            // The command, the inbox and then the pipeline own the continuation in turn, and each gives it up by
            // resuming it once; so the check that a CheckedContinuation makes is not needed on this hot path.
            await withUnsafeContinuation { (completion: PublishBatch.Completion) in
                let command = Command.publish(
                    PublishRequest(
                        id: id, messages: messages, enqueued: now, deadline: now + (timeout ?? configuration.publishTimeout),
                        unsentDeadline: now + configuration.unsentTimeout, completion: completion))
                guard inbox.send(command) else {
                    return command.fail(AMQPError(.closed, "the connection is closed; the message was not sent"))
                }
                // The handler may have run before there was anything to cancel.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Publishes one message and returns when the broker has confirmed it.
    public func publish(_ message: AMQPMessage, timeout: Duration? = nil) async throws(AMQPError) {
        let outcomes = await publish([message], timeout: timeout)
        if let error = outcomes.first?.error { throw error }
    }

    /// Ends the wait of a publish or an exchange.
    func cancel(_ id: UInt64) {
        // The direct way also works while no I/O thread runs.
        if let command = inbox.withdraw(id: id) {
            command.fail(AMQPError(.cancelled, "cancelled before it was sent"))
        } else {
            _ = inbox.send(.cancel(id: id))
        }
    }
}
