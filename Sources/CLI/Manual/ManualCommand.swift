package import ArgumentParser
import JSON

package struct ManualCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Prints the manual page, switchboard(1), in roff.",
        discussion: """
            The same lies in docs/man/switchboard.1; a test compares them.

            Examples:
              ./switchboard manual | man -l -
              ./switchboard manual >docs/man/switchboard.1
            """)

    package init() {}

    package func run() throws { Terminal.print(try Self.page()) }

    package static func page() throws -> String {
        let help = try JSON(parsing: SwitchboardCommand._dumpHelp())
        guard let command = help["command"].map(CommandHelp.init) else {
            throw CLIError("the parser's description of the commands can't be read", exitCode: Exit.software)
        }
        return ManualPage(command: command, version: Version.current, date: Version.date).roff
    }
}
