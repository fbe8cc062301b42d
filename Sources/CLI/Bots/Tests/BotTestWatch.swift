import BotTests
import DevServices
import Glibc

/// Plays tests again and again, whenever a file of their bots is saved.
struct BotTestWatch {
    let files: [String]
    let filter: String?
    /// Whether all that no test reaches is listed.
    let lists: Bool
    let checkout: Checkout

    func run() async throws {
        try await Interruptible.run {
            try await BotTestServer.with(checkout) { server async throws -> Void in
                while true {
                    let stamp = stamp
                    let started = ContinuousClock.now
                    let session = TestSession(files: files, filter: filter)
                    let outcome = try await session.play(server: server, databases: BotTestServer.databases)
                    show(outcome, after: ContinuousClock.now - started)
                    while self.stamp == stamp { try await Task.sleep(for: .milliseconds(200)) }
                }
            }
        }
    }

    /// Failures first: they are why one looks.
    private func show(_ outcome: TestSession.Outcome, after duration: Duration) {
        let colours = Terminal.coloursOnOutput
        var lines = outcome.mistakeTexts
        lines += outcome.report.failures.map { TestReport.text($0, colours: colours) }
        lines += outcome.report.results.filter { !$0.hasFailed }.map { TestReport.text($0, colours: colours) }
        lines += outcome.ending(after: duration, lists: lists, colours: colours)
        // Clears the screen and what has scrolled off it.
        Terminal.writeData("\u{1B}[2J\u{1B}[3J\u{1B}[H" + lines.joined(separator: "\n") + "\n")
        Terminal.say("watching \(files.count == 1 ? files[0] : "\(files.count) bots"); Ctrl-C ends it")
    }

    /// When each file beside the definitions was written last, and how long it is.
    private var stamp: [String: [Int]] {
        var stamps: [String: [Int]] = [:]
        for folder in Set(files.map { $0.contains("/") ? Files.parent($0) : "." }) {
            for name in Files.list(folder) {
                var status = stat()
                guard stat(folder + "/" + name, &status) == 0 else { continue }
                stamps[folder + "/" + name] = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size]
            }
        }
        return stamps
    }
}
