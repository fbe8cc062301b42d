import Synchronization

/// Ended spans on their way to the collector: a queue that never grows beyond its bound and never makes anybody wait.
package final class SpanRecorder: Sendable {
    private struct State {
        /// In batches, the last of them not full yet.
        var batches: [[Span]] = []
        var waiting = 0
        var dropped = 0
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let batch: Int
    /// Called when a whole batch waits, by whoever ended its last span.
    private let batchIsReady: @Sendable () -> Void

    /// - Parameters:
    ///   - capacity: Spans that may wait; further ones are dropped and counted.
    ///   - batch: Spans of one request.
    package init(capacity: Int, batch: Int = 512, batchIsReady: @escaping @Sendable () -> Void = {}) {
        self.capacity = max(1, capacity)
        self.batch = max(1, min(batch, capacity))
        self.batchIsReady = batchIsReady
    }

    func record(_ span: Span) {
        let isReady = state.withLock { state in
            guard state.waiting < capacity else {
                state.dropped += 1
                return false
            }
            state.waiting += 1
            let last = state.batches.count - 1
            if last < 0 || state.batches[last].count == batch {
                state.batches.append([span])
                return batch == 1
            }
            state.batches[last].append(span)
            return state.batches[last].count == batch
        }
        if isReady { batchIsReady() }
    }

    /// The oldest, at most a batch.
    package func take() -> [Span] {
        state.withLock { state in
            guard !state.batches.isEmpty else { return [] }
            let spans = state.batches.removeFirst()
            state.waiting -= spans.count
            return spans
        }
    }

    package var waiting: Int { state.withLock { $0.waiting } }
    /// Since the start.
    package var dropped: Int { state.withLock { $0.dropped } }
}
