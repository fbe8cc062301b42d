import BotLanguage
import DevServices

/// Definitions for commands that work on one.
enum DefinitionFiles {
    /// - Throws: ``CLIError`` with every mistake of the file.
    static func load(_ word: String, in checkout: Checkout) throws -> Definition {
        let file = try BotCatalogue.file(of: word, in: checkout)
        do throws(DefinitionError) { return try Definition(file: file) } catch {
            let isUnreadable = error.diagnostics.contains { $0.code == .unreadable }
            throw CLIError(error.rendered, exitCode: isUnreadable ? Exit.noInput : Exit.dataError)
        }
    }

    /// - Throws: ``CLIError`` when it is there already.
    static func write(_ text: String, to file: String) throws {
        guard !Files.exists(file) else { throw CLIError("\(file) is there already", exitCode: Exit.dataError) }
        try Files.write(text, to: file)
    }
}
