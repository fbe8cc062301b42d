/// What tasks ask of the I/O thread.
enum Command: Sendable {
    case publish(PublishRequest)
    /// The caller of a publish or an exchange no longer waits.
    case cancel(id: UInt64)
    case subscribe(ConsumerCore)
    /// The consumer settled something.
    case flush(ConsumerCore)
    case unsubscribe(ConsumerCore, deadline: MonotonicTime)
    case exchange(ChannelRequest)
    case lease(LeaseCore)
    case release(LeaseCore)
    case declare(AMQPTopology)
    case close(deadline: MonotonicTime)

    /// Under which its caller can take it back.
    var cancellationID: UInt64? {
        switch self {
        case .publish(let request): request.id
        case .exchange(let request): request.id
        default: nil
        }
    }

    /// Tells whoever waits that it will not be done.
    func fail(_ error: AMQPError) {
        switch self {
        case .publish(let request): request.completion.resume(returning: request.messages.map { _ in .unconfirmed(error) })
        case .exchange(let request): request.completion.resume(returning: .failure(error))
        case .subscribe(let core), .unsubscribe(let core, _): core.finish()
        case .lease(let core), .release(let core): core.finish(.failed(error))
        case .cancel, .flush, .declare, .close: break
        }
    }
}

struct PublishRequest: Sendable {
    let id: UInt64
    let messages: [AMQPMessage]
    let enqueued: MonotonicTime
    let deadline: MonotonicTime
    let unsentDeadline: MonotonicTime
    let completion: PublishBatch.Completion
}

/// Methods to be exchanged on a channel of their own.
struct ChannelRequest: Sendable {
    let id: UInt64
    let script: [OutboundMethod]
    let deadline: MonotonicTime
    let completion: CheckedContinuation<Result<[InboundMethod], AMQPError>, Never>
}
