/// `parse_mode=HTML`: the tags that the Bot API knows, named and numeric character references, nested entities.
///
/// Texts of the failures follow the server's, byte offsets included: bots log and match them.
struct HTMLMarkup {
    private struct OpenTag {
        var name: String
        var argument: String
        var start: Int
        var outputIndex: Int
        var isInsidePre: Bool
    }

    private let input: [UInt8]
    private var position = 0
    private var output: MarkupOutput
    private var open: [OpenTag] = []

    static func parse(_ text: String) throws(APIFailure) -> FormattedText {
        var parser = HTMLMarkup(input: Array(text.utf8))
        return try parser.run()
    }

    private init(input: [UInt8]) {
        self.input = input
        output = MarkupOutput(capacity: input.count)
    }

    private mutating func run() throws(APIFailure) -> FormattedText {
        while position < input.count {
            let byte = input[position]
            if byte == UInt8(ascii: "&"), let scalar = readReference() {
                output.append(scalar)
            } else if byte == UInt8(ascii: "<") {
                let begin = position
                position += 1
                if peek() == UInt8(ascii: "/") { try readEndTag(begin) } else { try readStartTag(begin) }
            } else {
                output.append(byte)
                position += 1
            }
        }
        if let last = open.last { throw failure("Can't find end tag corresponding to start tag \"\(last.name)\"") }
        return output.formattedText()
    }

    // MARK: Tags

    private static let known: Set<String> = [
        "a", "b", "strong", "i", "em", "s", "strike", "del", "u", "ins", "tg-spoiler", "tg-emoji", "span", "pre", "code",
        "blockquote",
    ]

    private mutating func readStartTag(_ begin: Int) throws(APIFailure) {
        let nameStart = position
        while let byte = peek(), !isMarkupSpace(byte), byte != UInt8(ascii: ">") { position += 1 }
        guard position < input.count else { throw failure("Unclosed start tag at byte offset \(begin)") }
        let name = lowercased(nameStart..<position)
        guard Self.known.contains(name) else { throw failure("Unsupported start tag \"\(name)\" at byte offset \(begin)") }
        var argument = ""
        var isExpandable = false
        while true {
            skipSpace()
            guard let byte = peek() else { throw failure("Unclosed start tag \"\(name)\" at byte offset \(begin)") }
            if byte == UInt8(ascii: ">") { break }
            let (attribute, value) = try readAttribute(of: name, begin)
            switch (name, attribute) {
            case ("a", "href"), ("code", "class"), ("span", "class"), ("tg-emoji", "emoji-id"): argument = value
            case ("blockquote", "expandable"): isExpandable = true
            default: break
            }
        }
        position += 1
        if name == "code" { argument = argument.hasPrefix("language-") ? String(argument.dropFirst("language-".count)) : "" }
        if name == "span", argument != "tg-spoiler" {
            throw failure("Tag \"span\" must have class \"tg-spoiler\" at byte offset \(begin)")
        }
        if isExpandable { argument = "1" }
        open.append(
            OpenTag(
                name: name, argument: argument, start: output.utf16Offset, outputIndex: output.bytes.count,
                isInsidePre: open.last?.name == "pre"))
    }

    private mutating func readAttribute(of tag: String, _ begin: Int) throws(APIFailure) -> (name: String, value: String) {
        let start = position
        while let byte = peek(), !isMarkupSpace(byte), !"=>/\"'".utf8.contains(byte) { position += 1 }
        guard position > start else { throw failure("Empty attribute name in the tag \"\(tag)\" at byte offset \(begin)") }
        let name = lowercased(start..<position)
        skipSpace()
        guard peek() == UInt8(ascii: "=") else {
            if peek() != nil, tag == "blockquote", name == "expandable" { return (name, "") }
            throw failure(
                peek() == nil
                    ? "Unclosed start tag \"\(tag)\" at byte offset \(begin)"
                    : "Expected equal sign in declaration of an attribute of the tag \"\(tag)\" at byte offset \(begin)")
        }
        position += 1
        skipSpace()
        guard let quote = peek() else { throw failure("Unclosed start tag \"\(tag)\" at byte offset \(begin)") }
        var value: [UInt8] = []
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            position += 1
            while let byte = peek(), byte != quote {
                if byte == UInt8(ascii: "&"), let scalar = readReference() {
                    value.append(contentsOf: Array(String(scalar).utf8))
                } else {
                    value.append(byte)
                    position += 1
                }
            }
            guard peek() != nil else { throw failure("Unclosed start tag at byte offset \(begin)") }
            position += 1
        } else {
            let tokenStart = position
            while let byte = peek(), isNameByte(byte) {
                value.append(byte | (byte >= 0x41 && byte <= 0x5A ? 0x20 : 0))
                position += 1
            }
            guard let byte = peek(), isMarkupSpace(byte) || byte == UInt8(ascii: ">") else {
                throw failure("Unexpected end of name token at byte offset \(tokenStart)")
            }
        }
        return (name, String(decoding: value, as: UTF8.self))
    }

    private mutating func readEndTag(_ begin: Int) throws(APIFailure) {
        guard let tag = open.popLast() else { throw failure("Unexpected end tag at byte offset \(begin)") }
        position += 1
        let start = position
        while let byte = peek(), !isMarkupSpace(byte), byte != UInt8(ascii: ">") { position += 1 }
        let name = lowercased(start..<position)
        skipSpace()
        guard peek() == UInt8(ascii: ">") else { throw failure("Unclosed end tag at byte offset \(begin)") }
        guard name.isEmpty || name == tag.name else {
            throw failure("Unmatched end tag at byte offset \(begin), expected \"</\(tag.name)>\", found \"</\(name)>\"")
        }
        position += 1
        close(tag)
    }

    private mutating func close(_ tag: OpenTag) {
        switch tag.name {
        case "b", "strong": output.add(.bold, from: tag.start)
        case "i", "em": output.add(.italic, from: tag.start)
        case "s", "strike", "del": output.add(.strikethrough, from: tag.start)
        case "u", "ins": output.add(.underline, from: tag.start)
        case "tg-spoiler", "span": output.add(.spoiler, from: tag.start)
        case "tg-emoji": output.add(.customEmoji, from: tag.start, argument: tag.argument)
        case "a": output.addLink(tag.argument.isEmpty ? output.text(from: tag.outputIndex) : tag.argument, from: tag.start)
        case "blockquote": output.add(tag.argument.isEmpty ? .blockquote : .expandableBlockquote, from: tag.start)
        case "pre":
            output.add(.pre, from: tag.start, argument: language)
            language = nil
        case "code" where tag.isInsidePre: language = tag.argument.isEmpty ? nil : tag.argument
        default: output.add(.code, from: tag.start)
        }
    }

    /// The language that a `code` inside a `pre` named, until the `pre` ends.
    private var language: String?

    // MARK: Characters

    /// `&lt;`, `&#65;`, `&#x41;`; nil leaves the ampersand as it stands.
    private mutating func readReference() -> Unicode.Scalar? {
        guard let end = input[position...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let body = String(decoding: input[position + 1..<end], as: UTF8.self)
        let scalar: Unicode.Scalar? =
            switch body {
            case "lt": "<"
            case "gt": ">"
            case "amp": "&"
            case "quot": "\""
            default:
                if body.hasPrefix("#x") || body.hasPrefix("#X") {
                    UInt32(body.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
                } else if body.hasPrefix("#") {
                    UInt32(body.dropFirst()).flatMap(Unicode.Scalar.init)
                } else {
                    nil
                }
            }
        guard let scalar, scalar.value != 0 else { return nil }
        position = end + 1
        return scalar
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }

    private func peek() -> UInt8? { position < input.count ? input[position] : nil }

    private mutating func skipSpace() { while let byte = peek(), isMarkupSpace(byte) { position += 1 } }

    private func lowercased(_ range: Range<Int>) -> String { String(decoding: input[range], as: UTF8.self).lowercased() }

    private func failure(_ message: String) -> APIFailure { .badRequest("can't parse entities: \(message)") }
}
