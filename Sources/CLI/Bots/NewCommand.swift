import ArgumentParser
import DevServices

struct NewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begins a bot from a template.",
        discussion: """
            Writes bots/<name>/ with a definition that runs and its tests. Templates are the folders in templates/: hello (a menu), list \
            (rows that people add and remove), survey (questions and what was answered), game (two players find each other), desk (clients \
            and admins).

            Examples:
              ./switchboard bot new shop
              ./switchboard bot new quiz --template survey
            """)

    @Argument(help: "The bot's name: 1 to 32 of a–z, 0–9, '_' and '-'.")
    var name: String

    @Option(help: ArgumentHelp("Which template.", valueName: "template"))
    var template = "hello"

    func run() async throws {
        let checkout = try Checkout.locate()
        let isName =
            (1...32).contains(name.utf8.count)
            && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_" || $0 == "-") }
        guard isName else { throw ValidationError("a bot's name has 1 to 32 of a–z, 0–9, '_' and '-'") }
        let known = Files.list(checkout.root + "/templates").sorted()
        guard known.contains(template) else {
            throw ValidationError("there is no template \(template); there are: \(known.joined(separator: ", "))")
        }
        let source = "\(checkout.root)/templates/\(template)"
        let target = "\(checkout.root)/bots/\(name)"
        guard !Files.exists(target) else { throw CLIError("\(target) is there already", exitCode: Exit.dataError) }
        try Files.makeFolder(target, mode: 0o755)
        for file in Files.list(source).sorted() {
            let text = String(decoding: try Files.read("\(source)/\(file)"), as: UTF8.self)
            try Files.write(file == "bot.yaml" ? Self.renamed(text, from: template, to: name) : text, to: "\(target)/\(file)")
        }
        Terminal.print(
            """
            \(target)/bot.yaml is there. What now:
              ./switchboard bot validate \(name)
              SWITCHBOARD_BOTS=\(name) ./switchboard up
            """)
    }

    private static func renamed(_ text: String, from old: String, to new: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0 == "bot: \(old)" ? "bot: \(new)" : $0 }.joined(
            separator: "\n")
    }
}
