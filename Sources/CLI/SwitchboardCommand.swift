package import ArgumentParser
import DevServices
import JSON
import Runtime

/// The command line that `./switchboard` hands over to.
@main
package struct SwitchboardCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "switchboard",
        abstract: "Runs Switchboard on this machine: chat bots described by data, with everything they need.",
        discussion: """
            Everything it starts is private to this checkout and listens on loopback only; its state lies in .switchboard/.

            Examples:
              ./switchboard up                     start everything; Ctrl-C stops it
              ./switchboard up --detach            the same in the background
              ./switchboard logs gateway -f        follow one process's log
              ./switchboard logs --trace 4bf92f35  one update's way through all processes
              ./switchboard test --filter Postgres run some of the tests
              ./switchboard down                   stop everything
            """,
        version: Version.current,
        subcommands: [
            UpCommand.self, DownCommand.self, StatusCommand.self, LogsCommand.self, DoctorCommand.self, TestCommand.self,
            ResetCommand.self, BotsCommand.self, SingleBotCommand.self, EventsCommand.self, TopCommand.self, CELCommand.self,
            CompletionsCommand.self,
            ManualCommand.self, VersionCommand.self,
        ])

    package init() {}

    package static func main() async {
        // A closed pipe or terminal must end a write with an error, not us.
        Signals.ignoreBrokenPipes()
        do {
            if let complaint = UnknownCommand.complaint(CommandLine.arguments.dropFirst()) {
                throw CLIError(complaint, exitCode: Exit.usage)
            }
            var command = try parseAsRoot()
            // A misspelt variable looks like one that does nothing.
            for stranger in KnownVariables.strangers(in: UpBots.completed(currentEnvironment())) { Terminal.warn("\(stranger)") }
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            // Wrong usage, --help and --version are told and turned into exit codes by the parser (64 for wrong usage).
            if error is ExitCode || !(Exit.isOurs(error)) { exit(withError: error) }
            Terminal.error(Exit.message(for: error))
            exit(withError: ExitCode(Exit.code(for: error)))
        }
    }
}

enum Version {
    /// As in CHANGELOG.md.
    static let current = "0.1.0"
    /// On which it was begun: the manual page's, so that the same sources make the same page.
    static let date = "2026-11-21"
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Prints the version.", discussion: "Example:\n  ./switchboard version --output json")

    @OptionGroup var output: OutputOption

    func run() throws {
        output.print(text: "switchboard \(Version.current)", json: ["version": .string(Version.current)])
    }
}
