import AMQP
import ArgumentParser
import Contracts
import DevServices
import Glibc
import JSON

struct EventsTailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Shows events and commands as they pass.",
        discussion: """
            Reads copies from a queue of its own that goes with the command; nothing is taken from the pipeline. It begins when the
            command has said "listening"; what passed before is not shown. A line tells the time, the way (→ in: an event, ← out: a
            command), bot, kind, chat, the beginning of the trace's id, and what it is about. Ctrl-C ends it.

            With --trace, the lines of all processes' logs about it are shown too, from the past as well.

            Kinds of events: message, message_edited, command, button, poll, poll_answer, membership, receipt, signal, post, row_change, timer, native.
            Kinds of commands: send, edit, edit_keyboard, delete, pin, unpin, copy, answer_button, chat_action, stop_poll, set_commands.

            Examples:
              ./switchboard events tail
              ./switchboard events tail --bot demo --kind command --kind send
              ./switchboard events tail --bot demo --chat 42
              ./switchboard events tail --trace 4bf92f35
              ./switchboard events tail --output jsonl | jq .body
              ./switchboard events tail --count 1 --output json
            """)

    @Option(help: ArgumentHelp("Only of this bot. May be repeated.", valueName: "name"), completion: .botNames)
    var bot: [String] = []

    @Option(help: ArgumentHelp("Only of this kind. May be repeated.", valueName: "kind"), completion: .list(Self.kinds))
    var kind: [String] = []

    @Option(help: ArgumentHelp("Only of this chat.", valueName: "id"))
    var chat: String?

    @Option(help: ArgumentHelp("Only events (inbound), or only commands (outbound).", valueName: "way"))
    var only: TailFilter.Direction?

    @Option(help: ArgumentHelp("Only what contains this id: of a trace, an event, a message.", valueName: "id"))
    var trace: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Stop after so many messages; none: at Ctrl-C.", valueName: "n"))
    var count: Int?

    @OptionGroup var output: OutputOption

    private static let kinds = TailFilter.eventKinds + TailFilter.commandKinds

    func validate() throws {
        for name in bot where BotName(name) == nil { throw ValidationError("'\(name)' is no name of a bot.") }
        for kind in kind where !Self.kinds.contains(kind) {
            throw ValidationError("There is no kind '\(kind)'. Kinds: \(Self.kinds.joined(separator: ", ")).")
        }
        if let only, !kind.isEmpty, !kind.contains(where: (only == .inbound ? TailFilter.eventKinds : TailFilter.commandKinds).contains) {
            throw ValidationError("Nothing \(only.rawValue) is of kind \(kind.joined(separator: ", ")).")
        }
        if trace?.isEmpty == true { throw ValidationError("--trace needs an id.") }
        if let count, count < 1 { throw ValidationError("--count must be 1 or more.") }
        if output.format == .json, count == nil {
            throw ValidationError("--output json is one document, which needs an end: add --count, or take jsonl.")
        }
    }

    func run() async throws {
        let checkout = try Checkout.locate()
        let broker = try Broker(checkout)
        let tail = EventTail(
            TailFilter(bots: bot.compactMap(BotName.init), kinds: kind, chat: chat.map { ChatID($0) }, direction: only, trace: trace))
        let printer = TailPrinter(format: output.format, mixesLogs: trace != nil, limit: count)
        let task = Task {
            try await broker.withConnection(tail.topology) { connection in
                Terminal.say("listening; Ctrl-C ends it")
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await tail.run(on: connection) { await printer.show($0) } }
                    group.addTask { await Self.tellLosses(of: connection) }
                    if let trace { group.addTask { await Self.showLogs(of: checkout, about: trace, printer) } }
                    await group.next()
                    group.cancelAll()
                }
            }
        }
        let watch = Signals.watch([SIGINT, SIGTERM, SIGHUP]) { _ in task.cancel() }
        defer { withExtendedLifetime(watch) {} }
        do { try await task.value } catch { if !task.isCancelled { throw error } }
        await printer.end()
    }

    /// What passes while the connection is away is missed.
    private static func tellLosses(of connection: AMQPConnection) async {
        var isAway = false
        for await failure in connection.failures {
            if let failure, !isAway { Terminal.warn("not listening, trying again: \(failure)") }
            if failure == nil, isAway { Terminal.say("listening again") }
            isAway = failure != nil
        }
    }

    /// What the processes have logged about it, and what they add.
    private static func showLogs(of checkout: Checkout, about trace: String, _ printer: TailPrinter) async {
        let files = LogFiles(checkout: checkout)
        let processes = files.processes.filter { !UpReporter.quiet.contains($0) && $0 != "supervisor" }
        // Before the past is read, so that no line falls in between.
        var followers = processes.map { LogFollower(process: $0, path: checkout.log($0)) }
        guard await printer.show(LogEntry.merge(processes.map { files.tail($0, lines: Int.max / 2, matching: trace) })) else { return }
        while !Task.isCancelled {
            var added: [[LogEntry]] = []
            for index in followers.indices { added.append(followers[index].newEntries()) }
            guard await printer.show(LogEntry.merge(added).filter { $0.text.contains(trace) }) else { return }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}

extension TailFilter.Direction: ExpressibleByArgument {}

/// Prints messages, and in a trace log lines between them.
actor TailPrinter {
    private struct Record: Sendable {
        var text: String
        var json: [UInt8]
    }

    private var records: RecordOutput
    private var held = Interleaving<Record>()
    private let mixesLogs: Bool
    private let limit: Int?
    private var shown = 0

    /// - Parameters:
    ///   - mixesLogs: lines of text begin with the name of their process or exchange, and wait for their place among the others.
    ///   - limit: messages; nil: no end.
    init(format: OutputFormat, mixesLogs: Bool, limit: Int?) {
        records = RecordOutput(format)
        self.mixesLogs = mixesLogs
        self.limit = limit
    }

    /// - Returns: false when it was the last one, or nobody reads any more.
    func show(_ message: TailMessage) -> Bool {
        guard shown < limit ?? .max else { return false }
        shown += 1
        let colours = Terminal.coloursOnOutput
        let line = message.line(colours: colours)
        guard mixesLogs else { return records.print(text: line, json: message.jsonBytes) && shown < limit ?? .max }
        let text = Style.bold.applied(to: message.exchange.padded(to: 18), colours) + "  " + line
        held.add(Record(text: text, json: message.jsonBytes), time: String(TailMessage.iso(message.arrival).dropLast()))
        return shown < limit ?? .max
    }

    /// What the logs have new, perhaps nothing; also shows what has waited.
    ///
    /// - Returns: false when nobody reads any more.
    func show(_ entries: some Sequence<LogEntry>) -> Bool {
        let presenter = LogPresenter(colours: Terminal.coloursOnOutput)
        for entry in entries { held.add(Record(text: presenter.present(entry), json: entry.jsonBytes), time: entry.time ?? "") }
        return print(held.look())
    }

    func end() {
        _ = print(held.drain())
        records.end()
    }

    private func print(_ due: [Record]) -> Bool { due.allSatisfy { records.print(text: $0.text, json: $0.json) } }
}
