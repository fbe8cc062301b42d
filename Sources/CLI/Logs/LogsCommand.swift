import ArgumentParser
import DevServices
import JSON

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Shows the processes' logs, in the order of time.",
        discussion: """
            Processes: telegram-simulator, dialog, scheduler, sender, gateway; rabbitmq, postgres and epmd; supervisor (of a detached start).

            Examples:
              ./switchboard logs                   the last lines of all
              ./switchboard logs gateway sender -f follow two of them
              ./switchboard logs --trace 4bf92f35  one update's way through all processes
              ./switchboard logs --output jsonl | jq .message
            """)

    @Argument(help: "Whose logs; all but the services' when left out.")
    var processes: [String] = []

    @Flag(name: .shortAndLong, help: "Go on showing what is added, until Ctrl-C.")
    var follow = false

    @Option(
        name: [.customShort("n"), .long], parsing: .unconditional,
        help: ArgumentHelp("The last so many lines; 100 when left out, with --trace all.", valueName: "n"))
    var lines: Int?

    @Option(help: ArgumentHelp("Only lines that contain this id: of a trace, an event, a message.", valueName: "id"))
    var trace: String?

    @OptionGroup var output: OutputOption

    func validate() throws {
        if let lines, lines < 0 { throw ValidationError("--lines must be 0 or more.") }
        if trace?.isEmpty == true { throw ValidationError("--trace needs an id.") }
        if follow, output.format == .json { throw ValidationError("--output json is one document, and --follow has no end: take jsonl.") }
    }

    func run() async throws {
        let checkout = try Checkout.locate()
        let files = LogFiles(checkout: checkout)
        let known = files.processes
        for name in processes where !known.contains(name) {
            throw CLIError(
                "there is no log of \(name)" + (known.isEmpty ? ": nothing has run yet" : "; there are: \(known.joined(separator: ", "))"),
                exitCode: Exit.usage)
        }
        let shown = processes.isEmpty ? known.filter { !UpReporter.quiet.contains($0) && $0 != "supervisor" } : processes
        guard !shown.isEmpty else { throw CLIError("there are no logs: nothing has run yet") }

        var followers = follow ? shown.map { LogFollower(process: $0, path: checkout.log($0)) } : []
        // A trace is wanted whole; otherwise a screenful and a little more.
        let count = lines ?? (trace == nil ? 100 : Int.max / 2)
        let entries = LogEntry.merge(shown.map { files.tail($0, lines: count, matching: trace) })
        var records = RecordOutput(output.format)
        guard show(entries.suffix(count), &records) else { return }
        if followers.isEmpty { return records.end() }
        try await follow(&followers, &records)
    }

    /// Until Ctrl-C, which ends the program as it always does: there is nothing to tidy up.
    private func follow(_ followers: inout [LogFollower], _ records: inout RecordOutput) async throws {
        while true {
            var added: [[LogEntry]] = []
            for index in followers.indices { added.append(followers[index].newEntries()) }
            let entries = LogEntry.merge(added).filter { entry in trace.map { entry.text.contains($0) } ?? true }
            guard show(entries, &records) else { return }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// - Returns: false when nobody reads any more.
    private func show(_ entries: some Sequence<LogEntry>, _ records: inout RecordOutput) -> Bool {
        let presenter = LogPresenter(colours: Terminal.coloursOnOutput)
        return entries.allSatisfy { records.print(text: presenter.present($0), json: $0.jsonBytes) }
    }
}
