/// What stands behind a command, split into words.
///
/// Words are parted by white space. `"several words"` in quotes, straight or typographic, are one, in which `\` takes a quote
/// or another `\` literally. A quote that nothing closes is a letter like any other.
package enum CommandText {
    package struct Word: Sendable, Hashable {
        /// Without its quotes.
        package var text: String
        /// Where it stands, with its quotes, in Unicode scalars.
        package var range: Range<Int>
        package var isQuoted: Bool

        package init(_ text: String, _ range: Range<Int>, isQuoted: Bool = false) {
            self.text = text
            self.range = range
            self.isQuoted = isQuoted
        }

        /// Behind it nothing is an option.
        var isEnd: Bool { text == "--" && !isQuoted }
    }

    /// `-name`, `--name` or `-name=value`.
    struct Option {
        /// As it was written.
        var name: String
        /// Two hyphens, or the dash that phones make of them.
        var isLong: Bool
        var value: String?
    }

    package static func words(_ line: String) -> [Word] {
        let scalars = Array(line.unicodeScalars)
        var words: [Word] = []
        var index = 0
        // Quotes that were looked for in vain aren't looked for again.
        var unclosed: Set<Unicode.Scalar> = []
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar.properties.isWhitespace {
                index += 1
                continue
            }
            if let closing = closing[scalar], !unclosed.contains(scalar) {
                if let (text, end) = quoted(scalars, from: index + 1, closing) {
                    words.append(Word(text, index..<end, isQuoted: true))
                    index = end
                    continue
                }
                unclosed.insert(scalar)
            }
            let end = scalars[index...].firstIndex { $0.properties.isWhitespace } ?? scalars.count
            words.append(Word(string(scalars[index..<end]), index..<end))
            index = end
        }
        return words
    }

    /// A part of the line as it was written.
    static func text(_ line: String, _ range: Range<Int>) -> String { string(Array(line.unicodeScalars)[range]) }

    private static let closing: [Unicode.Scalar: Set<Unicode.Scalar>] = [
        "\"": ["\"", "”"], "“": ["”", "\""], "„": ["“", "”"], "«": ["»"],
    ]

    private static func quoted(
        _ scalars: [Unicode.Scalar], from start: Int, _ closing: Set<Unicode.Scalar>
    ) -> (text: String, end: Int)? {
        var text: [Unicode.Scalar] = []
        var index = start
        while index < scalars.count {
            let scalar = scalars[index]
            if closing.contains(scalar) { return (string(text[...]), index + 1) }
            let isEscape =
                scalar == "\\" && index + 1 < scalars.count && (scalars[index + 1] == "\\" || closing.contains(scalars[index + 1]))
            if isEscape { index += 1 }
            text.append(scalars[index])
            index += 1
        }
        return nil
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// Nil for what is no option: `-5`, a lonely hyphen, and everything in quotes.
    static func option(_ word: Word) -> Option? {
        guard !word.isQuoted else { return nil }
        let isLong = ["--", "—", "–"].contains { word.text.hasPrefix($0) }
        guard isLong || word.text.hasPrefix("-") else { return nil }
        let body = word.text.unicodeScalars.drop { $0 == "-" || $0 == "—" || $0 == "–" }
        let hyphens = word.text.unicodeScalars.count - body.count
        guard hyphens <= 2 else { return nil }
        let name = body.prefix { $0 != "=" }
        guard let first = name.first, first.isLetter, name.allSatisfy({ $0.isLetter || ("0"..."9").contains($0) }) else { return nil }
        let rest = body[name.endIndex...]
        return Option(name: String(name), isLong: isLong, value: rest.isEmpty ? nil : String(rest.dropFirst()))
    }
}

extension Unicode.Scalar {
    /// Of those that a name may begin with.
    fileprivate var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) || self == "_" }
}
