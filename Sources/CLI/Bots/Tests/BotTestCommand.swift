import ArgumentParser
import BotTests
import DevServices
import Glibc
import JSON
import Runtime

extension SingleBotCommand {
    struct TestCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test", abstract: "Plays the conversations that are written down as a bot's tests.",
            discussion: """
                Tests stand under `tests` in bot.yaml and in tests.yaml beside it. They are played against a scratch database: that of a \
                running `up`, of SWITCHBOARD_TEST_POSTGRES_URL, or of a PostgreSQL that is started for it. A word with a slash or a dot is a \
                file or a folder, another one the name of a bot; without any, all bots of the checkout are tested.
                json and jsonl tell each test as {bot, test, file, line, milliseconds, outcome, failure}.
                Exit code: 0 all passed, 1 one failed, 65 a definition has mistakes, 66 a file can't be read.

                Examples:
                  ./switchboard bot test
                  ./switchboard bot test demo --coverage
                  ./switchboard bot test bots/demo --filter basket --watch
                """)

        @Argument(
            help: ArgumentHelp("Files, folders, or names of bots.", valueName: "file-or-name"),
            completion: .file(extensions: ["yaml", "yml"]))
        var names: [String] = []

        @Flag(help: "Play them again whenever a file of the bot is saved; Ctrl-C ends it.")
        var watch = false

        @Option(help: ArgumentHelp("Only tests with this in their name.", valueName: "text"))
        var filter: String?

        @Flag(help: "List what of the definition no test reaches.")
        var coverage = false

        @Option(
            help: ArgumentHelp("Write the results there as well, as the XML of JUnit. Without it, nothing is written.", valueName: "file"),
            completion: .file())
        var junit: String?

        @OptionGroup var output: OutputOption

        func validate() throws {
            if watch, output.format != .text { throw ValidationError("--watch is for people: leave --output out.") }
        }

        func run() async throws {
            let checkout = try Checkout.locate()
            let files = try Self.files(names, checkout)
            if watch { return try await BotTestWatch(files: files, filter: filter, lists: coverage, checkout: checkout).run() }
            var session = TestSession(files: files, filter: filter, colours: Terminal.coloursOnOutput)
            if output.format == .text { session.printer = { Terminal.print($0) } }
            let started = ContinuousClock.now
            let outcome = try await BotTestServer.play(session, checkout)
            try finish(outcome, after: ContinuousClock.now - started)
        }

        /// Tells what came out of it, and ends with its code.
        private func finish(_ outcome: TestSession.Outcome, after duration: Duration) throws {
            if let junit { try Files.write(outcome.report.junit, to: junit) }
            switch output.format {
            case .text:
                for line in outcome.ending(after: duration, lists: coverage, colours: Terminal.coloursOnOutput) { Terminal.print(line) }
            case .json, .jsonl:
                // Text isn't printed here.
                output.print(text: "", json: .array(outcome.json(coverage: coverage)))
            }
            if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
        }

        // MARK: Files

        /// The definitions that are meant.
        static func files(_ words: [String], _ checkout: Checkout) throws -> [String] {
            let bots = BotCatalogue(checkout)
            guard !words.isEmpty else {
                guard !bots.bots.isEmpty else { throw CLIError("there are no bots", exitCode: Exit.noInput) }
                return bots.bots.map { short($0.file, checkout) }
            }
            return try words.flatMap { word in
                if !word.contains("/"), !word.contains(".") {
                    guard let bot = bots[word] else {
                        let guess = NearestName.of(word, among: bots.bots.map(\.name)).map { "did you mean \($0)? There" } ?? "there"
                        throw CLIError(
                            "there is no bot \(word); \(guess) are: \(bots.bots.map(\.name).joined(separator: ", ")). A file or folder needs a slash or a dot.",
                            exitCode: Exit.noInput)
                    }
                    return [short(bot.file, checkout)]
                }
                guard Files.isFolder(word) else { return [word.hasSuffix("tests.yaml") ? Files.parentOfRelative(word) + "bot.yaml" : word] }
                let folder = word.hasSuffix("/") ? String(word.dropLast()) : word
                if Files.exists(folder + "/bot.yaml") { return [folder + "/bot.yaml"] }
                let inner = Files.list(folder).map { "\(folder)/\($0)/bot.yaml" }.filter(Files.exists)
                guard !inner.isEmpty else { throw CLIError("\(word) holds no bot.yaml", exitCode: Exit.noInput) }
                return inner
            }
        }

        /// As it is seen from here.
        private static func short(_ path: String, _ checkout: Checkout) -> String {
            guard let here = Files.realPath("."), path.hasPrefix(here + "/") else { return path }
            return String(path.dropFirst(here.count + 1))
        }
    }
}

extension Files {
    fileprivate static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// With its slash; empty for a plain name.
    fileprivate static func parentOfRelative(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }
}
