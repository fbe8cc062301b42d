package import ArgumentParser
import Runtime

/// A word where a command should stand, and which one was probably meant: the parser only says that it is unexpected.
package enum UnknownCommand {
    /// What is wrong with the arguments of the process, its own name left out; nil: nothing, or something else.
    package static func complaint(
        _ arguments: some Sequence<String>, below command: any ParsableCommand.Type = SwitchboardCommand.self,
        path: String = "./switchboard"
    ) -> String? {
        let commands = command.configuration.subcommands
        let words = Array(arguments)
        guard !commands.isEmpty, let word = words.first, !word.hasPrefix("-"), word != "help" else { return nil }
        if let next = commands.first(where: { $0.configuration.commandName == word }) {
            return complaint(words.dropFirst(), below: next, path: "\(path) \(word)")
        }
        let names = commands.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
        let guess = NearestName.of(word, among: names).map { "; did you mean '\($0)'?" } ?? "."
        return "there is no command '\(word)'\(guess)\n  \(path) has: \(names.joined(separator: ", ")). More: \(path) --help"
    }
}
