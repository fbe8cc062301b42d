import Glibc

/// Progress for people: one line of a terminal that is written over, otherwise a line now and then. Nothing within the first second.
struct ProgressLine {
    private let isTerminal = isatty(STDERR_FILENO) == 1 && currentTerminalIsCapable()
    private var last: ContinuousClock.Instant
    private var isShown = false

    init() { last = .now }

    mutating func show(_ text: @autoclosure () -> String) {
        let interval: Duration = isTerminal ? (isShown ? .milliseconds(200) : .seconds(1)) : .seconds(5)
        let now = ContinuousClock.now
        guard now - last >= interval else { return }
        last = now
        isShown = true
        if isTerminal { Terminal.write("\r\u{1B}[K  \(text())") } else { Terminal.say("  \(text())") }
    }

    /// Takes the line away.
    func clear() { if isTerminal, isShown { Terminal.write("\r\u{1B}[K") } }

    private static func currentTerminalIsCapable() -> Bool { getenv("TERM").map { String(cString: $0) != "dumb" } ?? false }
}
