/// When a process that ended is started again.
package struct RestartPolicy: Sendable, Hashable {
    /// The wait before the first restart; doubles with every further one.
    package var firstDelay: Duration
    package var longestDelay: Duration
    /// Having been ready for so long, a process counts as well: its next end is treated like a first one.
    package var stableAfter: Duration
    /// How often a process may fail before everything has been ready once; then the start is given up.
    package var startAttempts: Int

    package init(
        firstDelay: Duration = .milliseconds(500), longestDelay: Duration = .seconds(30), stableAfter: Duration = .seconds(60),
        startAttempts: Int = 3
    ) {
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
        self.stableAfter = stableAfter
        self.startAttempts = startAttempts
    }

    /// - Parameter failures: in a row, counting this one; 1 or more.
    package func delay(afterFailures failures: Int) -> Duration {
        var delay = firstDelay
        for _ in 1..<max(2, min(failures, 32)) where failures > 1 && delay < longestDelay { delay *= 2 }
        return min(delay, longestDelay)
    }

    /// Whether trying again can't help: the process said that it was called wrongly (64) or that its configuration is wrong (78).
    package func isHopeless(_ exit: ProcessExit) -> Bool { exit == .code(64) || exit == .code(78) }
}
