import ArgumentParser
import CEL
import JSON

struct CELCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cel", abstract: "Works on expressions of the Common Expression Language, which definitions are written in.",
        discussion: "Example:\n  ./switchboard cel eval '1 + 2'",
        subcommands: [EvalCommand.self, CheckCommand.self, ASTCommand.self, FunctionsCommand.self])

    struct FunctionsCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "functions", abstract: "Lists macros and functions, with how they are called and what they do.",
            discussion: """
                Examples:
                  ./switchboard cel functions
                  ./switchboard cel functions math. --output jsonl | jq -r .name
                """)

        @Argument(help: "Only those whose name contains this.")
        var name: String?

        @OptionGroup var output: OutputOption

        func run() throws {
            let environment = CELEnvironment(library: ExpressionOptions.library)
            func isWanted(_ candidate: String) -> Bool { name.map { candidate.contains($0) } ?? true }
            let functions = environment.functions.filter { !$0.isOperator && isWanted($0.name) }
                .map { (name: $0.name, documentation: $0.documentation, signatures: $0.signatures) }
            let macros = environment.macros.filter { isWanted($0.name) }
                .map { (name: $0.name, documentation: $0.documentation, signatures: [$0.usage]) }
            let all = macros + functions
            output.print(
                text: all.map { ([$0.documentation] + $0.signatures.map { "    \($0)" }).joined(separator: "\n") }
                    .joined(separator: "\n"),
                json: .array(
                    all.map { entry in
                        [
                            "name": .string(entry.name), "documentation": .string(entry.documentation),
                            "signatures": .array(entry.signatures.map { .string($0) }),
                        ]
                    }))
        }
    }
}
