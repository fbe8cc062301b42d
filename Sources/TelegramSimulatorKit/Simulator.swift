import JSON
import Synchronization

/// The world in action: one lock around it, callers that wait, and the clock.
///
/// Nothing here speaks HTTP; the server in front and the ``WebhookTransport`` behind it do.
package final class Simulator: Sendable {
    private struct State {
        var world: World
        /// Seconds that the simulated world is ahead of the real one.
        var clockOffset: Double = 0
        var pollers: [PollerID: CheckedContinuation<PollWake, Never>] = [:]
        var watchers: [ChatKey: [Int: AsyncStream<Void>.Continuation]] = [:]
        var nextWatcher = 1
        var isEnding = false
    }

    private enum PollWake: Sendable {
        case ready, timeout
        case conflict(String)
        case answer(APIAnswer)
    }

    private let state: Mutex<State>
    private let realTime: @Sendable () -> Double
    /// Bots whose webhook has something to deliver.
    let webhookSignals: AsyncStream<BotID>
    private let signalWebhook: AsyncStream<BotID>.Continuation
    /// Yields when webhooks were set or went.
    package let webhookChanges: AsyncStream<Void>
    private let signalWebhookChange: AsyncStream<Void>.Continuation

    /// - Parameter realTime: seconds since 1970.
    package init(_ configuration: SimulatorConfiguration, realTime: @escaping @Sendable () -> Double) {
        self.realTime = realTime
        state = Mutex(State(world: World(configuration, now: realTime())))
        (webhookSignals, signalWebhook) = AsyncStream.makeStream()
        (webhookChanges, signalWebhookChange) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: Access

    /// Reads or changes the world, then carries out what follows from it.
    package func with<Result: Sendable>(_ body: (inout World) throws -> Result) rethrows -> Result {
        try state.withLock { try perform(&$0, body) }
    }

    private func perform<Result: Sendable>(_ state: inout State, _ body: (inout World) throws -> Result) rethrows -> Result {
        state.world.now = realTime() + state.clockOffset
        defer { carryOut(&state) }
        state.world.endPolls()
        return try body(&state.world)
    }

    /// Resuming and yielding only queue work, so it is safe under the lock and keeps the order of events.
    private func carryOut(_ state: inout State) {
        for effect in state.world.takeEffects() {
            switch effect {
            case .pollerReady(let id): state.pollers.removeValue(forKey: id)?.resume(returning: .ready)
            case .pollerConflict(let id, let reason): state.pollers.removeValue(forKey: id)?.resume(returning: .conflict(reason))
            case .lookAgain(let time): look(after: time - state.world.now)
            case .webhookDue(let bot): signalWebhook.yield(bot)
            case .webhooksChanged: signalWebhookChange.yield()
            case .changed(let key, _): for watcher in state.watchers[key]?.values ?? [:].values { watcher.yield() }
            }
        }
    }

    private func look(after seconds: Double) {
        Task { [weak self] in
            try? await Task.sleep(for: .seconds(max(0, seconds)))
            self?.with { _ in }
        }
    }

    /// Moves the simulated clock forward, by seconds.
    package func advanceClock(_ seconds: Double) {
        state.withLock { state in
            state.clockOffset += max(0, seconds)
            perform(&state) { world in for bot in world.botsWithDeliveries { signalWebhook.yield(bot) } }
        }
    }

    package func clock() -> (now: Double, offset: Double) { state.withLock { (realTime() + $0.clockOffset, $0.clockOffset) } }

    // MARK: getUpdates

    func poll(_ bot: BotID, _ parameters: Parameters) async -> APIAnswer {
        let waiting = Mutex<(poller: PollerID, timer: Task<Void, Never>)?>(nil)
        let wake = await withCheckedContinuation { (continuation: CheckedContinuation<PollWake, Never>) in
            state.withLock { state in
                switch perform(&state, { $0.call("getUpdates", bot: bot, parameters) }) {
                case .answer(let answer): continuation.resume(returning: .answer(answer))
                case .wait where state.isEnding: continuation.resume(returning: .timeout)
                case .wait(let poller, let seconds):
                    state.pollers[poller] = continuation
                    let timer = Task {
                        guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
                        self.state.withLock { $0.pollers.removeValue(forKey: poller)?.resume(returning: .timeout) }
                    }
                    waiting.withLock { $0 = (poller, timer) }
                }
            }
        }
        let poller = waiting.withLock { $0?.poller }
        waiting.withLock { $0?.timer.cancel() }
        let answer: APIAnswer
        switch wake {
        case .answer(let answer): return answer
        case .conflict(let reason): answer = .failure(.conflict(reason))
        case .ready, .timeout: answer = with { $0.finishPoll(poller ?? 0, bot: bot, parameters) }
        }
        with { $0.countRequest("getUpdates", answer) }
        return answer
    }

    // MARK: Watching

    /// Yields at once and whenever something happens in a chat; ends after so many seconds. A reader keeps its own
    /// cursor, so that signals may run together.
    package func watch(_ key: ChatKey, seconds: Double? = nil) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state -> Int? in
            guard !state.isEnding else { return nil }
            defer { state.nextWatcher += 1 }
            state.watchers[key, default: [:]][state.nextWatcher] = continuation
            return state.nextWatcher
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        let timer = seconds.map { seconds in
            Task {
                try? await Task.sleep(for: .seconds(seconds))
                continuation.finish()
            }
        }
        continuation.onTermination = { [weak self] _ in
            timer?.cancel()
            self?.state.withLock { state in
                state.watchers[key]?[id] = nil
                if state.watchers[key]?.isEmpty == true { state.watchers[key] = nil }
            }
        }
        continuation.yield()
        return stream
    }

    /// Whether ``endWaiting()`` was called.
    package var isEnding: Bool { state.withLock { $0.isEnding } }

    /// Ends everything that waits, now and from now on: polls answer with what there is, watches end. Part of the shutdown.
    package func endWaiting() {
        let watchers = state.withLock { state in
            state.isEnding = true
            for poller in state.pollers.values { poller.resume(returning: .timeout) }
            state.pollers.removeAll()
            return state.watchers.values.flatMap(\.values)
        }
        // A watcher that ends takes the lock to remove itself, so this stands outside of it.
        for watcher in watchers { watcher.finish() }
    }

    /// Lets the loop that delivers webhooks look at a bot.
    func wakeWebhook(_ bot: BotID) { signalWebhook.yield(bot) }
}
