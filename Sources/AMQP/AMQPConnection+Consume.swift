extension AMQPConnection {
    /// Subscribes, now and after every reconnect, on a channel of its own.
    ///
    /// Returns at once; ``AMQPConsumer/states`` tells when the broker delivers. A queue that does not exist is tried again
    /// with back-off.
    public func consume(_ subscription: AMQPSubscription) -> AMQPConsumer {
        let core = ConsumerCore(id: nextID(), subscription: subscription)
        if !inbox.send(.subscribe(core)) { core.finish() }
        return AMQPConsumer(core: core, inbox: inbox)
    }
}
