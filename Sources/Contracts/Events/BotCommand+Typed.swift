extension BotCommand {
    /// From a text as a person types it, `/add@demo_bot soup`, where nobody has marked the command yet. As the platform finds it: a slash,
    /// then up to 32 letters, digits and underscores, then perhaps the bot's name; nil when it is none.
    package init?(typed text: String) {
        guard text.hasPrefix("/") else { return nil }
        let word = text.dropFirst().prefix { !$0.isWhitespace }
        let parts = word.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, (1...32).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNamePart) else { return nil }
        let arguments = text.dropFirst(1 + word.count).drop(while: \.isWhitespace)
        let trailing = arguments.reversed().prefix(while: \.isWhitespace).count
        self.init(
            name: name.lowercased(), arguments: String(arguments.dropLast(trailing)), addressee: parts.count > 1 ? String(parts[1]) : nil)
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
