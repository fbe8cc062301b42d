import ArgumentParser
import DevServices
import JSON

struct SingleBotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bot", abstract: "Works on a bot.", discussion: "Example:\n  ./switchboard bot validate demo",
        subcommands: [ValidateCommand.self])

    struct ValidateCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "validate", abstract: "Says what is wrong with a definition, with line and column.",
            discussion: """
                A word with a slash or a dot is a file, another one the name of a bot. Nothing needs to run.
                json and jsonl tell each mistake as {file, line, column, message}; text is GNU style, which editors read.
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
            let files = try names.map { try file($0, checkout) }
            let reports = try await DefinitionChecker(checkout).check(files)
            let mistakes = reports.flatMap(\.mistakes)
            output.print(
                text: reports.map(\.text).joined(separator: "\n"),
                json: .array(mistakes.map(\.json)))
            if !mistakes.isEmpty { throw ExitCode(Exit.dataError) }
        }

        private func file(_ word: String, _ checkout: Checkout) throws -> String {
            if word.contains("/") || word.contains(".") {
                // The error then names the file as it was given.
                _ = try readable(word)
                return word
            }
            let bots = BotCatalogue(checkout)
            guard let bot = bots[word] else {
                throw CLIError(
                    "there is no bot \(word); there are: \(bots.bots.map(\.name).joined(separator: ", ")). A file needs a slash or a dot in its name.",
                    exitCode: Exit.noInput)
            }
            return try readable(bot.file)
        }

        private func readable(_ path: String) throws -> String {
            do { _ = try Files.read(path) } catch { throw CLIError(error.message, exitCode: Exit.noInput) }
            return path
        }
    }
}
