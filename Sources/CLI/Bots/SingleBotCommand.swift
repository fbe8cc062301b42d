import ArgumentParser
import DevServices
import JSON
import Runtime

struct SingleBotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bot", abstract: "Works on a bot.", discussion: "Example:\n  ./switchboard bot validate demo",
        subcommands: [
            NewCommand.self,
            RunCommand.self,
            ValidateCommand.self,
            TestCommand.self,
            GraphCommand.self,
            SchemaCommand.self,
            ImportCommand.self,
            ExportCommand.self,
            PublishCommand.self,
            VersionsCommand.self,
            ShowCommand.self,
            DiffCommand.self,
            RollbackCommand.self,
        ])

    struct ValidateCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "validate", abstract: "Says what is wrong with a definition, with line and column.",
            discussion: """
                A word with a slash or a dot is a file, another one the name of a bot. Nothing needs to run.
                json and jsonl tell each mistake as {file, line, column, length, severity, code, message, suggestion, excerpt}, and \
                are empty when there is none; text is GNU style, which editors read. A bot can run with mistakes of severity \
                warning.
                Codes: unreadable, too_large, encoding, yaml, unknown_key, unknown_name, unsupported, expression, markup, \
                unused (always a warning), definition (anything else).
                Exit code: 0 all can run, 65 one can't, 66 a file can't be read.

                Examples:
                  ./switchboard bot validate demo
                  ./switchboard bot validate bots/*/bot.yaml
                  ./switchboard bot validate bots/shop/bot.yaml --output json
                  ./switchboard bot validate shop --output jsonl | jq -r '"\\(.line): \\(.message)"'
                """)

        @Argument(
            help: ArgumentHelp("Files, or names of bots.", valueName: "file-or-name"), completion: .file(extensions: ["yaml", "yml"]))
        var names: [String]

        @OptionGroup var output: OutputOption

        func run() async throws {
            let checkout = try Checkout.locate()
            let files = try names.map { try BotCatalogue.file(of: $0, in: checkout) }
            let reports = try await DefinitionChecker(checkout).check(files)
            let mistakes = reports.flatMap(\.mistakes)
            for (name, report) in zip(names, reports) where !BotCatalogue.isFile(name) {
                if let clash = report.clash(withName: name) { Terminal.warn("\(report.file): \(clash)") }
            }
            output.print(
                text: reports.map(\.text).joined(separator: "\n"),
                json: .array(reports.flatMap { $0.mistakes + $0.warnings }.map(\.json)))
            if reports.contains(where: \.isUnreadable) { throw ExitCode(Exit.noInput) }
            if !mistakes.isEmpty { throw ExitCode(Exit.dataError) }
        }
    }
}
