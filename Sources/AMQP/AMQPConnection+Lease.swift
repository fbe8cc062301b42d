extension AMQPConnection {
    /// Tries once to become the only holder of the name.
    ///
    /// - Returns: nil when somebody else holds it, on this connection or another.
    public func acquireLease(_ name: String) async throws(AMQPError) -> AMQPLease? {
        let core = LeaseCore(id: nextID(), name: name, deadline: .now() + configuration.requestTimeout)
        guard inbox.send(.lease(core)) else { throw AMQPError(.closed, "the connection is closed") }
        for await state in core.hub.stream() {
            switch state {
            case .acquiring: continue
            case .held: return AMQPLease(core: core, inbox: inbox)
            case .unavailable: return nil
            case .failed(let error): throw error
            case .ended: throw AMQPError(.connectionLost, "the connection was lost just after the lease was acquired")
            }
        }
        _ = inbox.send(.release(core))
        throw AMQPError(.cancelled, "cancelled while acquiring lease \(name)")
    }

    /// Tries until it succeeds, across reconnects.
    ///
    /// - Parameter interval: between attempts, varied by a quarter so that several waiters spread. Default 2 s.
    /// - Throws: ``AMQPError/Code/closed``, ``AMQPError/Code/cancelled``, ``AMQPError/Code/invalidMessage`` (a name that is too long).
    public func acquireLease(_ name: String, retryingEvery interval: Duration) async throws(AMQPError) -> AMQPLease {
        while true {
            do throws(AMQPError) {
                if let lease = try await acquireLease(name) { return lease }
            } catch  where [.closed, .cancelled, .invalidMessage].contains(error.code) {
                throw error
            } catch {}  // Everything else passes: the broker is away, or refuses for now.
            do {
                try await Task.sleep(for: interval * Double.random(in: 0.75...1.25))
            } catch {
                throw AMQPError(.cancelled, "cancelled while waiting for lease \(name)")
            }
        }
    }
}
