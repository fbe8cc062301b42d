import ArgumentParser
import BotLanguage
import BotTools
import DevServices
import JSON

struct ExportCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case json, frames }

    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Prints a definition as JSON: the equal one, or the older format of frames.",
        discussion: """
            json is the definition word by word, and runs as it is. frames has what frames can say; what they can't is told on the standard \
            error.
            Exit code: 0 exported, 65 the definition has mistakes, 66 the file can't be read.

            Examples:
              ./switchboard bot export demo > demo.json
              ./switchboard bot export demo --format frames
            """)

    @Argument(
        help: ArgumentHelp("A file, or the name of a bot.", valueName: "file-or-name"), completion: .file(extensions: ["yaml", "yml"]))
    var name: String

    @Option(help: ArgumentHelp("json or frames.", valueName: "format"))
    var format: Format = .json

    func run() async throws {
        let checkout = try Checkout.locate()
        let definition = try DefinitionFiles.load(name, in: checkout)
        switch format {
        case .json:
            let file = try BotCatalogue.file(of: name, in: checkout)
            let text = String(decoding: try Files.read(file), as: UTF8.self)
            // It has just been read without mistakes.
            guard let root = YAMLReader.read(text, file: SourceFile(text, name: file)).root else {
                throw CLIError("\(file) has changed meanwhile", exitCode: Exit.temporaryFailure)
            }
            Terminal.print(root.json.pretty)
        case .frames:
            let exported = FrameExport(definition)
            for remark in exported.remarks { Terminal.warn("\(name): \(remark)") }
            Terminal.print(exported.json.pretty)
        }
    }
}
