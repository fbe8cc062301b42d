import ArgumentParser
import BotTools
import DevServices
import JSON

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Makes a definition of a bot in the older format of frames (JSON).",
        discussion: """
            Every kind of frame becomes a screen. What is left out or is another now is told on the standard error. The definition is \
            printed, or written to a file that isn't there yet.
            Exit code: 0 imported, 65 it is no such bot, 66 the file can't be read.

            Examples:
              ./switchboard bot import shop.json > bots/shop/bot.yaml
              ./switchboard bot import shop.json --to bots/shop/bot.yaml
            """)

    @Argument(help: "The file.", completion: .file(extensions: ["json"]))
    var file: String

    @Option(help: ArgumentHelp("Where to write the definition. Without it, it is printed.", valueName: "file"))
    var to: String?

    func run() async throws {
        guard let bytes = try? Files.read(file) else { throw CLIError("\(file) can't be read", exitCode: Exit.noInput) }
        let imported: FrameImport
        do { imported = try FrameImport(try JSON(parsing: bytes)) } catch {
            throw CLIError("\(file): \(error)", exitCode: Exit.dataError)
        }
        for remark in imported.remarks { Terminal.warn("\(file): \(remark)") }
        if let to { try DefinitionFiles.write(imported.yaml, to: to) } else { Terminal.print(imported.yaml) }
    }
}
