/// `parse_mode=MarkdownV2`: nested entities, every reserved character escaped with a backslash.
struct MarkdownV2Markup {
    private enum Mark: String {
        case bold = "Bold"
        case italic = "Italic"
        case underline = "Underline"
        case strikethrough = "Strikethrough"
        case spoiler = "Spoiler"
        case code = "Code"
        case pre = "Pre"
        case textUrl = "TextUrl"
        case customEmoji = "CustomEmoji"
        case blockquote = "BlockQuote"
    }

    private struct Open {
        var mark: Mark
        var argument: String?
        var start: Int
        var byteOffset: Int
        var outputIndex: Int
    }

    private let input: [UInt8]
    private var position = 0
    private var output: MarkupOutput
    private var open: [Open] = []
    private var canStartQuote = true
    private var isInQuote = false

    static func parse(_ text: String) throws(APIFailure) -> FormattedText {
        var parser = MarkdownV2Markup(input: Array(text.utf8))
        return try parser.run()
    }

    private init(input: [UInt8]) {
        self.input = input
        output = MarkupOutput(capacity: input.count)
    }

    private static let reserved = Set("_*[]()~`>#+-=|{}.!\n".utf8)
    private static let reservedInCode = Set("`".utf8)

    private mutating func run() throws(APIFailure) -> FormattedText {
        while position < input.count {
            let byte = input[position]
            if byte == UInt8(ascii: "\\"), (1...126).contains(at(1)) {
                output.append(at(1))
                position += 2
                canStartQuote = false
                continue
            }
            let isInCode = open.last.map { $0.mark == .code || $0.mark == .pre } ?? false
            guard (isInCode ? Self.reservedInCode : Self.reserved).contains(byte) else {
                if byte != 0x0D { canStartQuote = false }
                output.append(byte)
                position += 1
                continue
            }
            if endsCurrentEntity(byte) { try closeEntity(byte) } else { try openEntity(byte) }
        }
        if open.last?.mark == .blockquote, let quote = open.popLast() { closeQuote(quote) }
        if let last = open.last { throw unclosed(last) }
        return output.formattedText()
    }

    private func endsCurrentEntity(_ byte: UInt8) -> Bool {
        guard let mark = open.last?.mark else { return false }
        switch mark {
        case .bold: return byte == UInt8(ascii: "*")
        case .italic: return byte == UInt8(ascii: "_") && at(1) != UInt8(ascii: "_")
        case .underline: return byte == UInt8(ascii: "_") && at(1) == UInt8(ascii: "_")
        case .strikethrough: return byte == UInt8(ascii: "~")
        case .spoiler: return byte == UInt8(ascii: "|") && at(1) == UInt8(ascii: "|")
        case .code: return byte == UInt8(ascii: "`")
        case .pre: return byte == UInt8(ascii: "`") && at(1) == byte && at(2) == byte
        case .textUrl, .customEmoji: return byte == UInt8(ascii: "]")
        case .blockquote: return byte == 0x0A && at(1) != UInt8(ascii: ">")
        }
    }

    private mutating func openEntity(_ byte: UInt8) throws(APIFailure) {
        let begin = position
        var argument: String?
        let mark: Mark
        switch byte {
        case UInt8(ascii: "_"):
            mark = at(1) == byte ? .underline : .italic
            position += mark == .underline ? 2 : 1
        case UInt8(ascii: "*"):
            mark = .bold
            position += 1
        case UInt8(ascii: "~"):
            mark = .strikethrough
            position += 1
        case UInt8(ascii: "|") where at(1) == byte:
            mark = .spoiler
            position += 2
        case UInt8(ascii: "["):
            mark = .textUrl
            position += 1
        case UInt8(ascii: "!") where at(1) == UInt8(ascii: "["):
            mark = .customEmoji
            position += 2
        case UInt8(ascii: "`") where open.last?.mark == .pre:
            output.append(byte)
            position += 1
            return
        case UInt8(ascii: "`"):
            mark = at(1) == byte && at(2) == byte ? .pre : .code
            position += mark == .pre ? 3 : 1
            if mark == .pre { argument = MarkdownMarkup.readLanguage(input, &position) }
        case 0x0A:
            output.append(byte)
            position += 1
            canStartQuote = true
            return
        case UInt8(ascii: ">") where canStartQuote:
            position += 1
            canStartQuote = false
            if isInQuote { return }
            isInQuote = true
            mark = .blockquote
        default:
            throw .badRequest(
                "can't parse entities: Character '\(Unicode.Scalar(byte))' is reserved and must be escaped with the preceding '\\'")
        }
        if mark != .blockquote { canStartQuote = false }
        open.append(
            Open(
                mark: mark, argument: argument, start: output.utf16Offset, byteOffset: begin,
                outputIndex: output.bytes.count))
    }

    private mutating func closeEntity(_ byte: UInt8) throws(APIFailure) {
        guard let entity = open.popLast() else { return }
        switch entity.mark {
        case .bold: close(entity, .bold, 1)
        case .italic: close(entity, .italic, 1)
        case .underline: close(entity, .underline, 2)
        case .strikethrough: close(entity, .strikethrough, 1)
        case .spoiler: close(entity, .spoiler, 2)
        case .code: close(entity, .code, 1)
        case .pre: close(entity, .pre, 3)
        case .blockquote:
            closeQuote(entity)
            output.append(0x0A)
            position += 1
            canStartQuote = true
        case .textUrl, .customEmoji:
            position += 1
            if let url = try readURL() {
                output.addLink(url, from: entity.start)
            } else if entity.mark == .customEmoji {
                throw .badRequest("can't parse entities: The entity must contain a tg://emoji or tg://time URL")
            } else {
                output.addLink(output.text(from: entity.outputIndex), from: entity.start)
            }
        }
    }

    private mutating func close(_ entity: Open, _ kind: TextEntity.Kind, _ markLength: Int) {
        output.add(kind, from: entity.start, argument: entity.argument)
        position += markLength
    }

    private mutating func closeQuote(_ entity: Open) {
        output.add(.blockquote, from: entity.start)
        isInQuote = false
    }

    /// `(url)` after a link's text; nil when no parenthesis follows.
    private mutating func readURL() throws(APIFailure) -> String? {
        guard at(0) == UInt8(ascii: "(") else { return nil }
        position += 1
        let begin = position
        var url: [UInt8] = []
        while position < input.count, input[position] != UInt8(ascii: ")") {
            if input[position] == UInt8(ascii: "\\"), (1...126).contains(at(1)) { position += 1 }
            url.append(input[position])
            position += 1
        }
        guard position < input.count else {
            throw .badRequest("can't parse entities: Can't find end of a URL at byte offset \(begin)")
        }
        position += 1
        return String(decoding: url, as: UTF8.self)
    }

    private func unclosed(_ entity: Open) -> APIFailure {
        let name = entity.mark == .pre && entity.argument != nil ? "PreCode" : entity.mark.rawValue
        return .badRequest("can't parse entities: Can't find end of \(name) entity at byte offset \(entity.byteOffset)")
    }

    private func at(_ distance: Int) -> UInt8 { position + distance < input.count ? input[position + distance] : 0 }
}
