import Synchronization

/// The ``RequestLog`` that many write and some read.
package final class RequestRecorder: Sendable {
    private struct State {
        var log = RequestLog()
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextWatcher = 1
    }

    private let state = Mutex(State())

    package init() {}

    package func record(_ exchange: RequestLog.Exchange, bot: BotID?, date: Double, milliseconds: Double) {
        state.withLock { state in
            state.log.append(exchange, bot: bot, date: date, milliseconds: milliseconds)
            for watcher in state.watchers.values { watcher.yield() }
        }
    }

    package func with<Result: Sendable>(_ body: (RequestLog) -> Result) -> Result { state.withLock { body($0.log) } }

    /// Yields when something was recorded; signals may run together. Ends with its reader.
    package func watch() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            defer { state.nextWatcher += 1 }
            state.watchers[state.nextWatcher] = continuation
            return state.nextWatcher
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { _ = $0.watchers.removeValue(forKey: id) } }
        return stream
    }
}
