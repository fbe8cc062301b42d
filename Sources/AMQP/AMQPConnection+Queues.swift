/// What the broker says about a queue.
public struct AMQPQueueStatus: Sendable, Hashable {
    public var name: String
    /// Ready to be delivered; those with a consumer and unacknowledged are not counted.
    public var messages: Int
    public var consumers: Int

    public init(name: String, messages: Int, consumers: Int) {
        self.name = name
        self.messages = messages
        self.consumers = consumers
    }
}

extension AMQPConnection {
    /// Declares more, now and on every later connection.
    ///
    /// - Throws: ``AMQPError/Code/preconditionFailed`` when something exists with other arguments.
    public func declare(_ topology: AMQPTopology) async throws(AMQPError) {
        _ = try await exchange(topology.methods)
        // Only now: what the broker refuses would keep every later connection from becoming ready.
        _ = inbox.send(.declare(topology))
    }

    /// The depth of a queue. Not for a poll more often than every few seconds: it opens a channel.
    ///
    /// - Throws: ``AMQPError/Code/notFound``.
    public func queueStatus(_ name: String) async throws(AMQPError) -> AMQPQueueStatus {
        let replies = try await exchange([.queueDeclare(AMQPQueue(name), passive: true)])
        for case .queueDeclareOk(let name, let messages, let consumers) in replies {
            return AMQPQueueStatus(name: name, messages: Int(messages), consumers: Int(consumers))
        }
        throw AMQPError(.protocolViolation, "no answer about queue \(name)")
    }

    /// Deletes a queue with its messages; one that does not exist counts as deleted.
    package func deleteQueue(_ name: String) async throws(AMQPError) { _ = try await exchange([.queueDelete(name)]) }

    package func deleteExchange(_ name: String) async throws(AMQPError) { _ = try await exchange([.exchangeDelete(name)]) }

    /// Drops the messages that are ready.
    package func purgeQueue(_ name: String) async throws(AMQPError) { _ = try await exchange([.queuePurge(name)]) }

    /// Sends methods on a channel of their own and gives the replies.
    private func exchange(_ methods: [OutboundMethod]) async throws(AMQPError) -> [InboundMethod] {
        let id = nextID()
        let deadline = MonotonicTime.now() + configuration.requestTimeout
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { completion in
                let command = Command.exchange(
                    ChannelRequest(id: id, script: [.channelOpen] + methods, deadline: deadline, completion: completion))
                guard inbox.send(command) else { return command.fail(AMQPError(.closed, "the connection is closed")) }
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
        return try result.get()
    }
}
