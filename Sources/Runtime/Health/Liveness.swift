import Synchronization

/// Whether Swift's threads still get round to their tasks: a heart that beats in a task, looked at from outside.
///
/// When every thread of the cooperative pool is blocked the process looks alive from outside but does nothing; then the beat stops
/// and `/healthz`, which a thread of its own answers, says so.
package final class Liveness: Sendable {
    static let interval = Duration.seconds(1)
    /// Long enough for a machine that swaps or is paused for a snapshot.
    static let patience = Duration.seconds(15)

    private let lastBeat: Atomic<Int64>

    package init(now: MonotonicTime = .now) { lastBeat = Atomic(now.nanoseconds) }

    package func beat(now: MonotonicTime = .now) { lastBeat.store(now.nanoseconds, ordering: .relaxed) }

    /// Nil while alive; else how long the last beat is ago.
    package func silence(now: MonotonicTime = .now) -> Duration? {
        let silence = now - MonotonicTime(nanoseconds: lastBeat.load(ordering: .relaxed))
        return silence > Liveness.patience ? silence : nil
    }

    /// Beats until cancelled.
    func run() async {
        while !Task.isCancelled {
            beat()
            try? await Task.sleep(for: Liveness.interval)
        }
    }
}
