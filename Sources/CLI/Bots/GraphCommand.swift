import ArgumentParser
import BotLanguage
import BotTools
import DevServices

struct GraphCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Draws a bot's screens and forms and the ways between them, as SVG.",
        discussion: """
            Screens have corners, forms are rounded, what comes from outside (commands, messages, signals) is round. An arrow is named by \
            its first button.

            Examples:
              ./switchboard bot graph demo > demo.svg
              ./switchboard bot graph bots/shop/bot.yaml > shop.svg
            """)

    @Argument(
        help: ArgumentHelp("A file, or the name of a bot.", valueName: "file-or-name"), completion: .file(extensions: ["yaml", "yml"]))
    var name: String

    func run() async throws {
        let definition = try DefinitionFiles.load(name, in: Checkout.locate())
        Terminal.print(GraphSVG(ScreenGraph(definition), title: definition.bot).text)
    }
}
