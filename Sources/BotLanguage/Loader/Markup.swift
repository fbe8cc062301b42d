import Contracts

/// Finds markup that the platform would refuse with the whole message: `Bad Request: can't parse entities`.
///
/// Values of expressions are escaped when they are put in, so what the author writes decides alone.
enum Markup {
    struct Problem: Equatable {
        var message: String
        /// Bytes of the template's source.
        var range: Range<Int>
        var suggestion: String?
    }

    static func problems(of source: String, _ mode: ParseMode) -> [Problem] {
        var skipped: [Int: Int] = [:]
        for case .expression(let range) in TemplateScanner.pieces(of: source) { skipped[range.lowerBound - 2] = range.upperBound + 1 }
        switch mode {
        case .none: return []
        case .html: return HTMLMarkup(source, skipping: skipped).problems()
        case .markdown: return MarkdownMarkup(source, skipping: skipped).problems()
        }
    }
}

extension Loader {
    /// The templates below `node`: a text, or a list of conditional ones.
    func checkMarkup(_ node: Node?, _ mode: ParseMode) {
        guard mode != .none, let node else { return }
        if let items = node.sequence {
            for item in items { checkMarkup(item.mapping?.first { $0.key.text == "text" }?.value, mode) }
        } else if let source = node.text {
            checkMarkup(ofTextsIn: source, mode)
            // Those that are too long are refused already.
            for problem in source.utf8.count <= Loader.templateSize ? Markup.problems(of: source, mode) : [] {
                report(problem.message, in: node, problem.range.lowerBound, problem.range.count, problem.suggestion, code: .markup)
            }
        }
    }

    func parseMode(_ node: Node?) -> ParseMode {
        node.flatMap { word($0, "'parse'", of: ["none", "html", "markdown"]) }.flatMap(ParseMode.init) ?? .none
    }
}

// MARK: - HTML

private struct HTMLMarkup {
    private let bytes: [UInt8]
    private let skipped: [Int: Int]

    init(_ source: String, skipping skipped: [Int: Int]) {
        bytes = Array(source.utf8)
        self.skipped = skipped
    }

    /// https://core.telegram.org/bots/api#html-style
    private static let tags = [
        "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "code", "pre", "blockquote", "tg-emoji",
        "tg-time",
    ]
    private static let breaks: Set<String> = ["br", "p", "div", "hr", "li", "ul", "ol", "h1", "h2", "h3"]

    func problems() -> [Markup.Problem] {
        var problems: [Markup.Problem] = []
        var open: [(name: String, range: Range<Int>)] = []
        var index = 0
        while index < bytes.count {
            if let end = skipped[index] {
                index = end
                continue
            }
            guard bytes[index] == UInt8(ascii: "<") else {
                index += 1
                continue
            }
            let isEnd = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "/")
            let start = index + (isEnd ? 2 : 1)
            let name = String(decoding: bytes[start...].prefix { isWord($0) }, as: UTF8.self).lowercased()
            guard let end = endOfTag(from: start), !name.isEmpty else {
                problems.append(.init(message: "'<' begins a tag", range: index..<index + 1, suggestion: "write '&lt;' for the character"))
                index += 1
                continue
            }
            let range = index..<end
            index = end
            if !Self.tags.contains(name) {
                problems.append(.init(message: "there is no tag '\(name.prefix(30))' in messages", range: range, suggestion: hint(name)))
            } else if !isEnd {
                open.append((name, range))
            } else if open.last?.name == name {
                open.removeLast()
            } else if let last = open.last {
                problems.append(.init(message: "'</\(name)>' stands where '</\(last.name)>' is wanted", range: range))
                if let position = open.lastIndex(where: { $0.name == name }) { open.removeSubrange(position...) }
            } else {
                problems.append(.init(message: "'</\(name)>' closes nothing", range: range))
            }
        }
        return problems + open.map { .init(message: "'<\($0.name)>' is never closed", range: $0.range, suggestion: "add '</\($0.name)>'") }
    }

    private func hint(_ name: String) -> String {
        if Self.breaks.contains(name) { return "break the line instead" }
        return "there are \(Self.tags.map { "'\($0)'" }.joined(separator: ", ")); '&lt;' writes the character '<'"
    }

    /// Behind the `>`, past quoted attributes.
    private func endOfTag(from start: Int) -> Int? {
        var quote: UInt8?
        var index = start
        while index < bytes.count {
            if let end = skipped[index] {
                index = end
                continue
            }
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return index + 1
            } else if byte == UInt8(ascii: "<") {
                return nil
            }
            index += 1
        }
        return nil
    }

    private func isWord(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }
}

// MARK: - MarkdownV2

private struct MarkdownMarkup {
    private let bytes: [UInt8]
    private let skipped: [Int: Int]

    init(_ source: String, skipping skipped: [Int: Int]) {
        bytes = Array(source.utf8)
        self.skipped = skipped
    }

    /// https://core.telegram.org/bots/api#markdownv2-style
    func problems() -> [Markup.Problem] {
        var problems: [Markup.Problem] = []
        var open: [(mark: String, offset: Int)] = []
        var index = 0
        while index < bytes.count {
            if let end = skipped[index] {
                index = end
                continue
            }
            switch bytes[index] {
            case UInt8(ascii: "\\"): index += 2
            case UInt8(ascii: "`"):
                let mark = starts("```", at: index) ? "```" : "`"
                guard let end = find(mark, from: index + mark.utf8.count) else {
                    problems.append(unclosed(mark, index))
                    return problems
                }
                index = end
            case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"),
                UInt8(ascii: "|") where starts("||", at: index):
                let mark = starts("__", at: index) ? "__" : starts("||", at: index) ? "||" : String(decoding: [bytes[index]], as: UTF8.self)
                if open.last?.mark == mark { open.removeLast() } else { open.append((mark, index)) }
                index += mark.utf8.count
            case UInt8(ascii: "["):
                open.append(("[", index))
                index += 1
            case UInt8(ascii: "]") where open.last?.mark == "[":
                open.removeLast()
                index += 1
                guard starts("(", at: index) else { continue }
                guard let end = find(")", from: index + 1) else {
                    problems.append(unclosed("(", index))
                    return problems
                }
                index = end
            case UInt8(ascii: "!") where starts("![", at: index): index += 1
            case UInt8(ascii: ">") where isLineStart(index): index += 1
            case let byte where "]()>#+-=|{}.!".utf8.contains(byte):
                let character = String(decoding: [byte], as: UTF8.self)
                problems.append(
                    .init(
                        message: "'\(character)' must be escaped in markdown", range: index..<index + 1,
                        suggestion: "write '\\\(character)'"))
                index += 1
            default: index += 1
            }
        }
        return problems + open.map { unclosed($0.mark, $0.offset) }
    }

    private func unclosed(_ mark: String, _ offset: Int) -> Markup.Problem {
        let first = mark.prefix(1)
        return .init(
            message: "'\(mark)' is never closed", range: offset..<offset + mark.utf8.count,
            suggestion:
                "close it, or write '\(String(repeating: "\\\(first)", count: mark.count))' for the character\(mark.count > 1 ? "s" : "")")
    }

    private func starts(_ text: String, at index: Int) -> Bool { index < bytes.count && bytes[index...].starts(with: text.utf8) }

    /// Quotes begin with `>`, the expandable ones with `**>`.
    private func isLineStart(_ index: Int) -> Bool {
        var start = index
        while start > 0, bytes[start - 1] == UInt8(ascii: "*") { start -= 1 }
        return start == 0 || bytes[start - 1] == 0x0A
    }

    /// Behind the next unescaped mark.
    private func find(_ mark: String, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if let end = skipped[index] {
                index = end
            } else if bytes[index] == UInt8(ascii: "\\") {
                index += 2
            } else if starts(mark, at: index) {
                return index + mark.utf8.count
            } else {
                index += 1
            }
        }
        return nil
    }
}
