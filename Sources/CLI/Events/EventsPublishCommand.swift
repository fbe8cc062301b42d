import AMQP
public import ArgumentParser
public import Contracts
import DevServices
import Glibc
import JSON

struct EventsPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Sends events to the workers, as the gateway would.",
        discussion: """
            An event comes from the options (--text or --button), or from a file (- is the standard input): one event in JSON as it
            travels (docs/contracts.md), an array of them, or one a line. ${n} in any text of it becomes the number of the event,
            from 1. May be left out: at (now), platform, kind of messages and commands, the message's id and type, and the bot
            when --bot names one. A text that begins with / is a command.

            The bot answers as it answers people: on the simulated Telegram the chat must exist there. The gateway's flood guard
            does not stand in the way. It returns when the broker has confirmed everything.
            Exit code: 0 all are sent, 65 an event is wrong, 66 a file can't be read, 69 no broker, or it did not take all.

            Examples:
              ./switchboard events publish --bot demo --chat 42 --text /start
              ./switchboard events publish --bot demo --chat 42 --button k1
              ./switchboard events publish --bot demo --chat '9000${n}' --text 'Hello ${n}' --count 1000 --rate 50
              echo '{"chat":{"id":"42","kind":"direct"},"message":{"text":"hi"}}' | ./switchboard events publish --bot demo -
              ./switchboard events publish recorded.jsonl --output jsonl
            """)

    @Argument(help: ArgumentHelp("Events in JSON; - is the standard input.", valueName: "file"), completion: .file())
    var file: String?

    @Option(help: ArgumentHelp("The bot; with a file: for events that name none.", valueName: "name"), completion: .botNames)
    var bot: String?

    @Option(help: ArgumentHelp("The chat with the bot.", valueName: "id"))
    var chat: String?

    @Option(help: ArgumentHelp("Who does it; the chat's id when left out, as in a private chat.", valueName: "id"))
    var person: String?

    @Option(help: "The message; one that begins with / is a command.")
    var text: String?

    @Option(help: ArgumentHelp("Taps an inline button with this data.", valueName: "data"))
    var button: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("How often each event is sent.", valueName: "n"))
    var count = 1

    @Option(parsing: .unconditional, help: ArgumentHelp("Events a second at most; as fast as it goes when left out.", valueName: "n"))
    var rate: Double?

    @Option(help: "Which queue it takes: interactive (people wait for it), normal or bulk.")
    var lane: Lane = .interactive

    @OptionGroup var output: OutputOption

    func validate() throws {
        if let bot, BotName(bot) == nil { throw ValidationError("'\(bot)' is no name of a bot.") }
        if count < 1 || count > 1_000_000_000 { throw ValidationError("--count must be from 1 to 1,000,000,000.") }
        if let rate, !(rate > 0 && rate <= 1_000_000) { throw ValidationError("--rate must be above 0, and 1,000,000 at most.") }
        let options = [text, button, chat, person].compactMap(\.self)
        guard file == nil else {
            if !options.isEmpty { throw ValidationError("With a file, --text, --button, --chat and --person have no meaning.") }
            return
        }
        if (text == nil) == (button == nil) { throw ValidationError("Name a file, or one of --text and --button.") }
        if bot == nil || chat == nil { throw ValidationError("--bot and --chat are needed.") }
        if text?.isEmpty == true { throw ValidationError("--text is empty.") }
    }

    func run() async throws {
        let checkout = try Checkout.locate()
        let templates = try templates()
        let broker = try Broker(checkout)
        if broker.isOfUp { try refuseUnknownBots(templates, checkout) }
        let publication = EventPublication(templates, count: count, lane: lane, rate: rate)
        let reporter = PublishReporter(format: output.format, total: publication.total)
        let task = Task {
            try await broker.withConnection(EventPublication.topology) { connection in
                var reporter = reporter
                defer { reporter.end() }
                return try await publication.run(on: connection) { reporter.told($0, $1) }
            }
        }
        let watch = Signals.watch([SIGINT, SIGTERM, SIGHUP]) { _ in task.cancel() }
        defer { withExtendedLifetime(watch) {} }
        let sent: Int
        do { sent = try await task.value } catch {
            guard task.isCancelled else { throw error }
            throw CLIError("stopped", exitCode: Exit.temporaryFailure)
        }
        guard sent == publication.total else {
            throw CLIError(
                "stopped: the broker has \(sent.grouped) of \(publication.total.grouped) events", exitCode: Exit.temporaryFailure)
        }
    }

    private func templates() throws -> [EventTemplate] {
        let bot = bot.flatMap(BotName.init)
        if let file {
            let bytes: [UInt8]
            do { bytes = try Files.read(file == "-" ? "/dev/stdin" : file) } catch {
                throw CLIError(error.message, exitCode: Exit.noInput)
            }
            return try EventTemplate.read(bytes, bot: bot, name: file == "-" ? "standard input" : file)
        }
        guard let bot, let chat else { return [] }
        return [try EventTemplate(text.map { .says($0) } ?? .taps(button ?? ""), bot: bot, chat: chat, person: person ?? chat)]
    }

    /// Their events would only become dead letters.
    private func refuseUnknownBots(_ templates: [EventTemplate], _ checkout: Checkout) throws {
        guard let running = BotCatalogue.running(in: checkout) else { return }
        let known = BotCatalogue.names(running)
        for template in templates {
            let name = try template.event(1, at: .now).bot.rawValue
            guard known.contains(name) else {
                throw CLIError("the bot \(name) does not run; there are: \(known.joined(separator: ", "))", exitCode: Exit.dataError)
            }
        }
    }
}

extension Lane: ExpressibleByArgument {}

/// What `events publish` prints.
private struct PublishReporter: Sendable {
    private let format: OutputFormat
    private let total: Int
    private var records: RecordOutput
    private var progress = ProgressLine()
    private var latest: (last: EventPublication.Published, progress: Progress)?

    init(format: OutputFormat, total: Int) {
        self.format = format
        self.total = total
        records = RecordOutput(format)
    }

    mutating func told(_ published: [EventPublication.Published], _ state: Progress) -> Bool {
        guard let last = published.last else { return true }
        latest = (last, state)
        progress.show(state.text)
        guard format != .text else { return true }
        return published.allSatisfy { event in
            let json: JSON = [
                "id": .string(event.id.rawValue), "trace_id": .string(event.trace), "routing_key": .string(event.routingKey),
            ]
            return records.print(text: "", json: json.bytes)
        }
    }

    mutating func end() {
        progress.clear()
        records.end()
        guard format == .text, let latest else { return }
        let state = latest.progress
        Terminal.print(
            state.done == 1
                ? "published \(latest.last.id), trace \(latest.last.trace)"
                : "published \(state.done.grouped) events in \(state.elapsed.forPeople), the last with trace \(latest.last.trace)")
    }
}
