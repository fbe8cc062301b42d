import ArgumentParser
import BotTools

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Prints the JSON Schema of definitions, for completion in editors.",
        discussion: """
            Editors with a YAML language server take it from a line at the top of a definition:
              # yaml-language-server: $schema=bot.schema.json

            Example:
              ./switchboard bot schema > bot.schema.json
            """)

    func run() async throws { Terminal.print(DefinitionSchema.json.pretty) }
}
