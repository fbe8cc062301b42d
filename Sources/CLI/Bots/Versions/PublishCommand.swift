import ArgumentParser
import DevServices
import Glibc
import JSON

struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Makes a definition the version that answers from the next event on.",
        discussion: """
            Says first what becomes of the bot's data and of running conversations. When somebody loses a place in a conversation, or \
            something that was entered is seen by no bot any more, it asks, or wants --yes. Nothing needs to be restarted.

            A word with a slash is a file or a bot's folder, another one the name of a bot. The bot is the one that the definition \
            names, for a name that one. Files of the folder stay where they are; the version remembers their names and what was in them.

            Exit code: 0 published or known already, 64 not confirmed, 65 refused: mistakes, or rows that don't go with it, \
            66 no such file, 69 no database.

            Examples:
              ./switchboard bot publish demo --dry-run
              ./switchboard bot publish bots/shop --note "Bread and butter"
              ./switchboard bot publish bots/*/bot.yaml --yes --output jsonl
            """)

    @Argument(
        help: ArgumentHelp("Files, folders, or names of bots.", valueName: "file-or-name"), completion: .file(extensions: ["yaml", "yml"]))
    var names: [String]

    @Option(help: ArgumentHelp("What is new, for whoever lists the versions. Without it, the version has none.", valueName: "text"))
    var note: String?

    @Flag(help: "Only say what would happen.")
    var dryRun = false

    @OptionGroup var consent: ConsentOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let checkout = try Checkout.locate()
        let client = try DefinitionClient(checkout)
        var reports: [JSON] = []
        for name in names {
            let (file, bot) = try Self.definition(name, checkout)
            let arguments = (bot.map { ["--bot", $0] } ?? []) + (note.map { ["--note", $0] } ?? []) + ["--", file]
            let preview = VersionReport(try await client.ask(["publish", "--dry-run"] + arguments))
            try preview.checkPossible()
            if output.format == .text { Terminal.print(preview.isUnchanged ? "\(preview.bot): nothing is new" : preview.preview) }
            guard !preview.isUnchanged, !dryRun else {
                reports.append(preview.json)
                continue
            }
            try consent.ask(preview)
            let done = VersionReport(try await client.ask(["publish"] + arguments))
            try done.checkPossible()
            reports.append(done.json)
            if output.format == .text { Terminal.print("published as version \(done.version ?? 0)") }
        }
        if output.format != .text { output.print(text: "", json: .array(reports)) }
    }

    /// A folder means the definition in it; a bare name is a bot of the checkout and what it is published as.
    private static func definition(_ word: String, _ checkout: Checkout) throws -> (file: String, bot: String?) {
        guard BotCatalogue.isFile(word) else { return (try BotCatalogue.file(of: word, in: checkout), word) }
        let folder = word.hasSuffix("/") ? String(word.dropLast()) : word
        return (Files.exists(folder + "/bot.yaml") ? folder + "/bot.yaml" : word, nil)
    }
}

/// `--yes`, or an answer at the terminal, where something is lost.
struct ConsentOption: ParsableArguments {
    @Flag(help: "Don't ask, whatever is lost.")
    var yes = false

    /// - Throws: ``CLIError`` when the answer is no, or nobody is there to answer.
    func ask(_ report: VersionReport) throws {
        guard report.loses, !yes else { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw CLIError("\(report.bot): something would be lost: say --yes if it shall be so", exitCode: Exit.usage)
        }
        Terminal.write("Shall it be so? [y/N] ")
        let answer = readLine()?.lowercased() ?? ""
        guard ["y", "yes"].contains(answer) else { throw CLIError("nothing has happened", exitCode: Exit.usage) }
    }
}

struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Lets an earlier version of a bot answer again, or a later one.",
        discussion: """
            Nothing is published. Tables follow the version as they follow a new one: what was renamed gets its name back, and nothing is \
            removed. Conversations go on as with a new version; rules of `migrate` belong to newer versions and don't count backwards.

            Exit code: 0 done, 64 not confirmed, 65 refused, 66 no such version, 69 no database.

            Examples:
              ./switchboard bot rollback demo 3 --dry-run
              ./switchboard bot rollback demo 3 --yes
            """)

    @Argument(help: ArgumentHelp("The name of a bot.", valueName: "bot"), completion: .shellCommand("ls bots"))
    var bot: String

    @Argument(help: ArgumentHelp("The version's number.", valueName: "version"))
    var number: Int

    @Flag(help: "Only say what would happen.")
    var dryRun = false

    @OptionGroup var consent: ConsentOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let client = try DefinitionClient(Checkout.locate())
        let preview = VersionReport(try await client.ask(["rollback", "--dry-run", "--", bot, String(number)]))
        try preview.checkPossible()
        guard !preview.isUnchanged, !dryRun else {
            return output.print(
                text: preview.isUnchanged ? "\(bot): version \(number) is the one that answers" : preview.preview, json: preview.json)
        }
        if output.format == .text { Terminal.print(preview.preview) }
        try consent.ask(preview)
        let done = VersionReport(try await client.ask(["rollback", "--", bot, String(number)]))
        try done.checkPossible()
        output.print(text: "version \(number) answers", json: done.json)
    }
}
