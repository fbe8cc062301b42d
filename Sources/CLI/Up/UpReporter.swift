import DevServices
import Glibc
import Synchronization

/// Tells the person at the terminal, or the one who waits for a detached start, what `up` is doing.
final class UpReporter: Sendable {
    /// Their routine lines would bury ours: they are in the log files, and shown when the start fails.
    static let quiet: Set<String> = ["postgres", "rabbitmq", "epmd"]

    private let checkout: Checkout
    private let presenter = LogPresenter(colours: Terminal.colours)
    /// The pipe to the one who waits; -1 when nobody does.
    private let notify: Mutex<Int32>

    init(checkout: Checkout, notify: Int32?) {
        self.checkout = checkout
        self.notify = Mutex(notify ?? -1)
        if let notify { _ = fcntl(notify, F_SETFD, FD_CLOEXEC) }
    }

    func progress(_ text: String) {
        Terminal.say(Style.dim.applied(to: "switchboard".padded(to: presenter.nameWidth), Terminal.colours) + "  " + text)
        send(.progress(text))
    }

    func line(_ line: [UInt8], of process: String) {
        guard !Self.quiet.contains(process) else { return }
        Terminal.say(presenter.present(LogEntry(process: process, text: String(decoding: line, as: UTF8.self))))
    }

    func report(_ notice: Supervisor.Notice) {
        switch notice {
        case .changed, .launched: break
        case .ready(let name, let took): progress("\(name) is ready (\(took.forPeople))")
        case .stillWaiting(let name, let reason, let since):
            progress("still waiting for \(name) (\(since.forPeople)): \(reason)")
        case .restarting(let name, let reason, let after):
            progress("\(name) ended (\(reason)); starting it again in \(after.forPeople)")
        case .slowStop(let name): progress("\(name) did not stop in time and is ended by force")
        case .failed(let name, let reason):
            progress("\(name) could not be started: \(reason)")
            // Those of the others are on the screen already, unless the one who looks is at the other end of the pipe.
            guard Self.quiet.contains(name) || notify.withLock({ $0 >= 0 }) else { return }
            for entry in LogFiles(checkout: checkout).tail(name, lines: 15) { progress("    " + presenter.present(entry)) }
        case .allReady(let took): progress("everything is ready (\(took.forPeople))")
        }
    }

    /// Everything is ready: the addresses.
    func announce(_ record: SupervisorRecord, output: OutputOption) {
        let waited = notify.withLock { $0 >= 0 }
        if !waited { output.print(text: RunningInstance.describe(record), json: RunningInstance.json(record)) }
        send(.ready)
        close()
    }

    func stopping(force: Bool) {
        progress(force ? "ending everything at once" : "stopping in good order (Ctrl-C again ends everything at once)")
    }

    func finished(failure: String?) {
        send(.failed(failure ?? "stopped before it was ready"))
        close()
        if failure == nil { progress("everything has stopped") }
    }

    private func send(_ message: StartMessage) {
        notify.withLock { descriptor in
            if descriptor >= 0 { Files.writeAll(Array((message.line + "\n").utf8), to: descriptor) }
        }
    }

    private func close() {
        notify.withLock { descriptor in
            if descriptor >= 0 { Glibc.close(descriptor) }
            descriptor = -1
        }
    }
}

/// What a detached supervisor tells the one who started it, one line each.
package enum StartMessage: Sendable, Hashable {
    case progress(String)
    case ready
    case failed(String)

    package var line: String {
        switch self {
        case .progress(let text): "progress " + text.oneLine
        case .ready: "ready"
        case .failed(let text): "failed " + text.oneLine
        }
    }

    package init?(line: String) {
        if line == "ready" {
            self = .ready
        } else if line.hasPrefix("progress ") {
            self = .progress(String(line.dropFirst(9)))
        } else if line.hasPrefix("failed ") {
            self = .failed(String(line.dropFirst(7)))
        } else {
            return nil
        }
    }
}

extension String {
    fileprivate var oneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
