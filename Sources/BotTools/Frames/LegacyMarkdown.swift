/// Telegram's first Markdown, which it keeps for old bots only, as HTML: `*bold*`, `_italic_`, `` `code` ``, ```` ```pre``` ````,
/// `[text](address)`; a backslash takes a mark's meaning away. What isn't closed stays as it is.
enum LegacyMarkdown {
    static func html(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let character = rest.first {
            if character == "\\", let next = rest.dropFirst().first, "_*`[".contains(next) {
                result += String(next).escapedForXML
                rest = rest.dropFirst(2)
            } else if let (element, length) = element(rest) {
                result += element
                rest = rest.dropFirst(length)
            } else {
                result += String(character).escapedForXML
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// The element at the beginning, and how many characters it has.
    private static func element(_ text: Substring) -> (String, Int)? {
        for (mark, tag) in [("```", "pre"), ("`", "code"), ("*", "b"), ("_", "i")] where text.hasPrefix(mark) {
            let inner = text.dropFirst(mark.count)
            guard let end = inner.firstRange(of: mark), end.lowerBound > inner.startIndex else { continue }
            let content = inner[..<end.lowerBound]
            return ("<\(tag)>\(String(content).escapedForXML)</\(tag)>", content.count + 2 * mark.count)
        }
        guard text.first == "[", let close = text.firstRange(of: "]("), let end = text[close.upperBound...].firstIndex(of: ")") else {
            return nil
        }
        let label = text[text.index(after: text.startIndex)..<close.lowerBound]
        let address = text[close.upperBound..<end]
        return ("<a href=\"\(String(address).escapedForXML)\">\(String(label).escapedForXML)</a>", label.count + address.count + 4)
    }
}
