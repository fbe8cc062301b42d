import ArgumentParser
import BotLanguage
import DevServices
import Glibc

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs one bot on the simulated Telegram, and takes it over anew whenever its file is saved.",
        discussion: """
            Starts everything as `up` does, beside an `up` that may run, with this bot alone; what it keeps lies in .switchboard/run/. The \
            address of its chat page is printed when all is ready. Mistakes appear in the log of the dialog worker when the file is \
            saved, and what ran before goes on. Ctrl-C stops it.
            Exit code: 65 the definition has mistakes, 66 it can't be read.

            Examples:
              ./switchboard bot run demo
              ./switchboard bot run bots/shop/bot.yaml
            """)

    @Argument(
        help: ArgumentHelp("A file, or the name of a bot.", valueName: "file-or-name"), completion: .file(extensions: ["yaml", "yml"]))
    var name: String

    @OptionGroup var output: OutputOption

    func run() async throws {
        let checkout = try Checkout.locate()
        let definition = try DefinitionFiles.load(name, in: checkout)
        let file = try BotCatalogue.file(of: name, in: checkout)
        guard let path = Files.realPath(file) else { throw CLIError("\(file) is gone", exitCode: Exit.noInput) }
        // What `up` and every process below it find in their environment.
        for (name, value) in Self.settings(bot: definition.bot, file: path) { setenv(name, value, 1) }
        let own = Checkout(root: checkout.root, binaries: checkout.binaries, state: checkout.state + "/run")
        try checkout.prepare()
        try own.prepare()
        if let failure = try await UpRun(checkout: own, reporter: UpReporter(checkout: own, notify: nil), output: output).run() {
            throw CLIError("not everything could be started: \(failure)")
        }
    }

    /// Files that it sends lie beside it, where its folder has its name.
    static func settings(bot: String, file: String) -> [String: String] {
        let folder = Files.parent(file)
        var settings = [
            "SWITCHBOARD_BOTS": bot, BotCatalogue.variable(of: bot, "DEFINITION"): file, "SWITCHBOARD_DIALOG_WATCH": "true",
        ]
        if folder.hasSuffix("/\(bot)") { settings["SWITCHBOARD_BOTS_FOLDER"] = Files.parent(folder) }
        return settings
    }
}
