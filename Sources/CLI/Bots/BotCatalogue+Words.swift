import DevServices
import Runtime

extension BotCatalogue {
    /// A word with a slash or a dot is a file, another one the name of a bot.
    static func isFile(_ word: String) -> Bool { word.contains("/") || word.contains(".") }

    /// The definition that a word of the command line means. Files stay as they were given, so that messages name them so.
    ///
    /// - Throws: ``CLIError`` when there is no bot of that name.
    static func file(of word: String, in checkout: Checkout) throws -> String {
        if isFile(word) { return word }
        let bots = BotCatalogue(checkout)
        guard let bot = bots[word] else {
            let guess = NearestName.of(word, among: bots.bots.map(\.name)).map { "did you mean \($0)? There" } ?? "there"
            throw CLIError(
                "there is no bot \(word); \(guess) are: \(bots.bots.map(\.name).joined(separator: ", ")). A file needs a slash or a dot in its name.",
                exitCode: Exit.noInput)
        }
        return bot.file
    }
}
