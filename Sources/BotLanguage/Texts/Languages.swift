/// The languages that a bot speaks.
package struct Languages: Sendable {
    /// Of its texts, in the order of the file; empty when nothing is translated.
    package var all: [String] = []
    /// What people get whose language isn't among them, and what lanes without a person speak; nil: nothing says.
    package var own: String?
    /// The language that a person chose, as an expression over `user`; nil: that of their app.
    package var chosen: Expression?

    /// What commands do, by the command and the language, where it isn't the same for everybody.
    package var descriptions: [String: [String: String]] = [:]

    package init() {}

    /// The variable under which expressions find the language of who is meant.
    package static let variable = "@language"

    /// The one to speak to somebody.
    ///
    /// `pt-br` is answered in `pt-br`, else in `pt`, else in another kind of it, else in the bot's own language.
    ///
    /// - Parameter tag: as the platform says it: `pt-BR`; nil when nothing is known.
    package func language(for tag: String?) -> String {
        let own = own ?? all.first ?? Self.english
        guard !all.isEmpty, let tag else { return all.isEmpty ? self.own ?? tag?.lowercased() ?? own : own }
        var wanted = Self.normalized(tag)
        while true {
            if all.contains(wanted) { return wanted }
            guard let end = wanted.lastIndex(of: "-") else { break }
            wanted = String(wanted[..<end])
        }
        return all.first { $0.hasPrefix(wanted + "-") } ?? own
    }

    private static let english = "en"

    static func normalized(_ tag: String) -> String { String(tag.lowercased().map { $0 == "_" ? "-" : $0 }) }

    /// Whether it has the form of a language's tag: `en`, `pt-br`, `zh-hant-tw`.
    static func isTag(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count <= 4, let first = parts.first, (2...3).contains(first.utf8.count),
            first.utf8.allSatisfy({ (0x61...0x7A).contains($0) })
        else { return false }
        return parts.dropFirst().allSatisfy { part in
            (2...8).contains(part.utf8.count) && part.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        }
    }
}
