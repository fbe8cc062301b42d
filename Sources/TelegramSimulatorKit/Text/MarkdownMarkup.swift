/// `parse_mode=Markdown` (the old one): `*bold*`, `_italic_`, code, pre and links, no nesting.
enum MarkdownMarkup {
    static func parse(_ text: String) throws(APIFailure) -> FormattedText {
        let input = Array(text.utf8)
        let byte = { (index: Int) -> UInt8 in index < input.count ? input[index] : 0 }
        var output = MarkupOutput(capacity: input.count)
        var position = 0
        while position < input.count {
            let mark = input[position]
            if mark == UInt8(ascii: "\\"), "_*`[".utf8.contains(byte(position + 1)) {
                output.append(byte(position + 1))
                position += 2
                continue
            }
            guard "_*`[".utf8.contains(mark) else {
                output.append(mark)
                position += 1
                continue
            }
            let begin = position
            let end = mark == UInt8(ascii: "[") ? UInt8(ascii: "]") : mark
            let isPre = mark == UInt8(ascii: "`") && byte(position + 1) == mark && byte(position + 2) == mark
            position += isPre ? 3 : 1
            var language: String?
            if isPre { language = readLanguage(input, &position) }
            let start = output.utf16Offset
            let outputIndex = output.bytes.count
            while position < input.count,
                byte(position) != end || (isPre && !(byte(position + 1) == end && byte(position + 2) == end))
            {
                output.append(byte(position))
                position += 1
            }
            guard position < input.count else {
                throw .badRequest("can't parse entities: Can't find end of the entity starting at byte offset \(begin)")
            }
            position += isPre ? 3 : 1
            switch mark {
            case UInt8(ascii: "_"): output.add(.italic, from: start)
            case UInt8(ascii: "*"): output.add(.bold, from: start)
            case UInt8(ascii: "`"): output.add(isPre ? .pre : .code, from: start, argument: language)
            default:
                var url = output.text(from: outputIndex)
                if byte(position) == UInt8(ascii: "("),
                    let close = input[position...].firstIndex(of: UInt8(ascii: ")"))
                {
                    url = String(decoding: input[position + 1..<close], as: UTF8.self)
                    position = close + 1
                }
                output.addLink(url, from: start)
            }
        }
        return output.formattedText()
    }

    /// The word right after three backticks, when something else than backticks follows it; also skips one line break.
    static func readLanguage(_ input: [UInt8], _ position: inout Int) -> String? {
        var end = position
        while end < input.count, !isMarkupSpace(input[end]), input[end] != UInt8(ascii: "`") { end += 1 }
        var language: String?
        if end > position, end < input.count, input[end] != UInt8(ascii: "`") {
            language = String(decoding: input[position..<end], as: UTF8.self)
            position = end
        }
        let isBreak = { (index: Int) in index < input.count && (input[index] == 0x0A || input[index] == 0x0D) }
        if isBreak(position) { position += isBreak(position + 1) && input[position] != input[position + 1] ? 2 : 1 }
        return language
    }
}
