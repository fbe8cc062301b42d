/// A response's body as it arrives, in chunks of whatever size. It can be read once, by one task.
///
/// A slow reader pauses the transfer. Dropping the stream, or cancelling the task that reads it, ends the transfer; an error is
/// an ``HTTPClientError``, or `CancellationError` when a second reader tries.
public struct HTTPBodyStream: AsyncSequence, Sendable {
    public typealias Element = [UInt8]

    /// Ends the transfer when the last copy of the stream and of its iterators is gone.
    fileprivate final class Owner: Sendable {
        let channel: BodyChannel

        init(_ channel: BodyChannel) {
            self.channel = channel
        }

        deinit {
            channel.abandon()
        }
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let owner: Owner

        fileprivate init(_ owner: Owner) {
            self.owner = owner
        }

        public mutating func next() async throws -> [UInt8]? {
            try await owner.channel.next()
        }
    }

    private let owner: Owner

    init(_ channel: BodyChannel) {
        owner = Owner(channel)
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(owner)
    }
}
