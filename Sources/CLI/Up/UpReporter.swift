package import DevServices
import Glibc
import Synchronization

/// Tells the person at the terminal, or the one who waits for a detached start, what `up` is doing.
package final class UpReporter: Sendable {
    /// Their routine lines would bury ours: they are in the log files, and shown when the start fails.
    static let quiet: Set<String> = ["postgres", "rabbitmq", "epmd"]

    private let checkout: Checkout
    private let presenter = LogPresenter(colours: Terminal.colours)
    /// The pipe to the one who waits; -1 when nobody does.
    private let notify: Mutex<Int32>
    private let lastWords = Mutex("")
    /// What processes logged before everything was ready, such as a bot that can't run; nil from then on.
    private let errors = Mutex<[LogEntry]?>([])

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
        let entry = LogEntry(process: process, text: String(decoding: line, as: UTF8.self))
        if Self.isWorthRepeating(entry) {
            errors.withLock { if $0 != nil, $0?.contains(entry) == false { $0?.append(entry) } }
        }
        Terminal.say(presenter.present(entry))
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
            let lines = LogFiles(checkout: checkout).tail(name, lines: 15)
            lastWords.withLock { $0 = Self.plainWords(lines).map { "\n  " + $0 }.joined() }
            // Those of the others are on the screen already, unless the one who looks is at the other end of the pipe.
            guard Self.quiet.contains(name) || notify.withLock({ $0 >= 0 }) else { return }
            for entry in lines { progress("    " + presenter.present(entry)) }
        case .allReady(let took): progress("everything is ready (\(took.forPeople))")
        }
    }

    /// What a process that could not be started said last, beside its log: what is wrong with its settings or a bot, say. Each line
    /// after a line break; empty when it said nothing. By the end of the start the screen is full of other things.
    var failedProcessSaid: String { lastWords.withLock { $0 } }

    /// Errors, and warnings about a bot: what it is worth is said once, at the start.
    package static func isWorthRepeating(_ entry: LogEntry) -> Bool {
        switch entry.level?.lowercased() {
        case "error", "critical": true
        case "warning": entry.details.contains { $0.hasPrefix("bot=") }
        default: false
        }
    }

    /// Process, message and details, without the time and without what is for machines.
    package static func inShort(_ entry: LogEntry) -> String {
        let details = entry.details.filter { !$0.hasPrefix("process=") && !$0.hasPrefix("trace_id=") && !$0.hasPrefix("span_id=") }
        return (["\(entry.process):", entry.message] + details).joined(separator: " ").printable
    }

    /// The lines after the last one of a JSON log.
    package static func plainWords(_ lines: [LogEntry]) -> [String] {
        lines.reversed().prefix { $0.fields == nil }.reversed().map(\.text.printable)
    }

    /// Everything is ready: the addresses.
    func announce(_ record: SupervisorRecord, output: OutputOption) {
        // They came between many other lines, or where nobody looks; and "ready" alone would say that all is well.
        let errors = errors.withLock { errors in
            defer { errors = nil }
            return errors ?? []
        }
        for entry in errors.prefix(20) { progress("but: " + Self.inShort(entry)) }
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
