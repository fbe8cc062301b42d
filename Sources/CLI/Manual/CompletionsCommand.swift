package import ArgumentParser

package struct CompletionsCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "completions", abstract: "Prints a shell's completions: of commands, options and their values.",
        discussion: """
            Examples:
              ./switchboard completions bash >~/.local/share/bash-completion/completions/switchboard
              ./switchboard completions zsh >~/.zfunc/_switchboard      # with fpath+=~/.zfunc before compinit
              ./switchboard completions fish >~/.config/fish/completions/switchboard.fish
            """)

    package enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    package init() {}

    package func run() throws { Terminal.print(Self.script(for: shell)) }

    package static func script(for shell: Shell) -> String {
        switch shell {
        case .bash: return SwitchboardCommand.completionScript(for: .bash)
        case .zsh: return SwitchboardCommand.completionScript(for: .zsh)
        case .fish:
            // Bash and zsh look at the last part of a path; this script compares the whole word, which here is ./switchboard.
            let script = SwitchboardCommand.completionScript(for: .fish)
            guard let tokens = script.firstRange(of: "set -l unparsed_tokens (__switchboard_tokens -pc)\n") else { return script }
            let end = tokens.upperBound
            return script[..<end] + "    set unparsed_tokens[1] (string replace -r '.*/' '' -- $unparsed_tokens[1])\n" + script[end...]
        }
    }
}
