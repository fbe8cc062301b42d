internal import Synchronization

/// The way of a streamed body from the I/O thread to its reader, with room for a bounded number of bytes.
final class BodyChannel: Sendable {
    private enum End {
        case complete
        case failed(HTTPClientError)
    }

    private struct State {
        var chunks: [UInt8] = []
        var end: End?
        var isPaused = false
        var isAbandoned = false
        var reader: CheckedContinuation<[UInt8]?, any Error>?
        /// Sent to the I/O thread when the reader has made room, or has gone.
        var notify: (@Sendable (Signal) -> Void)?
    }

    enum Signal: Sendable {
        case wantsMore, gone
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: bytes that may wait for the reader before the transfer is paused.
    init(capacity: Int) {
        self.capacity = capacity
    }

    func onSignal(_ notify: @escaping @Sendable (Signal) -> Void) {
        state.withLock { $0.notify = notify }
    }

    enum Offer {
        case taken, full, abandoned
    }

    /// I/O thread. ``Offer/full``: the bytes weren't taken; the transfer is to pause, and offer them again after a signal.
    func offer(_ bytes: UnsafeBufferPointer<UInt8>) -> Offer {
        let (offer, wake): (Offer, (CheckedContinuation<[UInt8]?, any Error>, [UInt8])?) = state.withLock { state in
            if state.isAbandoned { return (.abandoned, nil) }
            if let reader = state.reader {
                state.reader = nil
                return (.taken, (reader, Array(bytes)))
            }
            if !state.chunks.isEmpty, state.chunks.count + bytes.count > capacity {
                state.isPaused = true
                return (.full, nil)
            }
            state.chunks.append(contentsOf: bytes)
            return (.taken, nil)
        }
        if let (reader, chunk) = wake { reader.resume(returning: chunk) }
        return offer
    }

    /// I/O thread: nothing follows. nil: the body is whole.
    func finish(_ error: HTTPClientError?) {
        let reader = state.withLock { state in
            guard state.end == nil else { return nil as CheckedContinuation<[UInt8]?, any Error>? }
            state.end = error.map(End.failed) ?? .complete
            state.notify = nil
            defer { state.reader = nil }
            return state.reader
        }
        if let error { reader?.resume(throwing: error) } else { reader?.resume(returning: nil) }
    }

    /// Reader: what has arrived, at once; waits when nothing has. nil: the body is whole.
    func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                var answer: Result<[UInt8]?, any Error>?
                let notify = state.withLock { state -> (@Sendable (Signal) -> Void)? in
                    if state.isAbandoned, state.end == nil {
                        answer = .failure(CancellationError())
                    } else if !state.chunks.isEmpty {
                        answer = .success(state.chunks)
                        state.chunks = []
                    } else if let end = state.end {
                        switch end {
                        case .complete: answer = .success(nil)
                        case .failed(let error): answer = .failure(error)
                        }
                    } else if state.reader == nil {
                        state.reader = continuation
                    } else {
                        answer = .failure(CancellationError())
                    }
                    guard state.isPaused else { return nil }
                    state.isPaused = false
                    return state.notify
                }
                notify?(.wantsMore)
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            abandon()
        }
    }

    /// The reader is gone: the transfer ends.
    func abandon() {
        let notify = state.withLock { state in
            guard !state.isAbandoned, state.end == nil else { return nil as (@Sendable (Signal) -> Void)? }
            state.isAbandoned = true
            return state.notify
        }
        notify?(.gone)
    }
}
