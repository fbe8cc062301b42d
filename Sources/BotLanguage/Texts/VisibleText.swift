package import Contracts

/// How long marked-up text is as Telegram counts it: in UTF-16 units, without the marks.
///
/// Where it isn't clear what counts, less is counted: nothing is refused here that the platform would take.
package enum VisibleText {
    /// Bytes that Telegram reads of a message with its markup, whatever is visible of it.
    package static let limit = 35_000

    package static func length(_ text: String, _ mode: ParseMode) -> Int { measure(text, mode, skipping: [:]).length }

    /// - Parameter skipped: parts that stand for something else, by where they begin, with their ends.
    /// - Returns: also where those of them begin that people see: not those within a tag or an address.
    static func measure(_ text: String, _ mode: ParseMode, skipping skipped: [Int: Int]) -> (length: Int, seen: Set<Int>) {
        var scanner = VisibleScanner(bytes: Array(text.utf8), skipped: skipped)
        switch mode {
        case .none: scanner.plain()
        case .html: scanner.html()
        case .markdown: scanner.markdown()
        }
        return (scanner.length, scanner.seen)
    }
}

private struct VisibleScanner {
    let bytes: [UInt8]
    let skipped: [Int: Int]
    var length = 0
    var seen: Set<Int> = []
    private var index = 0

    init(bytes: [UInt8], skipped: [Int: Int]) {
        self.bytes = bytes
        self.skipped = skipped
    }

    mutating func plain() {
        while index < bytes.count { if !takeSkipped() { takeCharacter() } }
    }

    mutating func html() {
        while index < bytes.count {
            if takeSkipped() { continue }
            switch bytes[index] {
            case UInt8(ascii: "<"): pass(to: ">")
            case UInt8(ascii: "&"):
                length += 1
                let name = bytes[(index + 1)...].prefix(10).prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 }
                let end = name.endIndex
                index = end < bytes.count && bytes[end] == UInt8(ascii: ";") && !name.isEmpty ? end + 1 : index + 1
            default: takeCharacter()
            }
        }
    }

    mutating func markdown() {
        var isLineStart = true
        while index < bytes.count {
            let wasLineStart = isLineStart
            isLineStart = false
            if takeSkipped() { continue }
            switch bytes[index] {
            case UInt8(ascii: "\\"):
                index += 1
                if index < bytes.count { takeCharacter() }
            case UInt8(ascii: "`"):
                let isBlock = bytes[index...].starts(with: "```".utf8)
                index += isBlock ? 3 : 1
                // The name of the language behind the beginning of a block.
                if isBlock {
                    while index < bytes.count, bytes[index] != 0x0A, bytes[index] | 0x20 >= 0x61, bytes[index] | 0x20 <= 0x7A { index += 1 }
                }
            case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "["), UInt8(ascii: "|"): index += 1
            case UInt8(ascii: "!") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "["): index += 2
            case UInt8(ascii: "]"):
                index += 1
                if index < bytes.count, bytes[index] == UInt8(ascii: "(") { pass(to: ")") }
            case UInt8(ascii: ">") where wasLineStart: index += 1
            case 0x0A:
                isLineStart = true
                takeCharacter()
            default: takeCharacter()
            }
        }
    }

    private mutating func takeSkipped() -> Bool {
        guard let end = skipped[index] else { return false }
        seen.insert(index)
        index = end
        return true
    }

    /// Behind the next of these, which nobody sees.
    private mutating func pass(to end: Character) {
        while index < bytes.count {
            if let end = skipped[index] {
                index = end
                continue
            }
            let isEnd = bytes[index] == end.asciiValue
            if bytes[index] == UInt8(ascii: "\\") { index += 1 }
            index += 1
            if isEnd { return }
        }
    }

    private mutating func takeCharacter() {
        let byte = bytes[index]
        // What follows the first byte of a character counts nothing; beyond U+FFFF it takes two units.
        if byte < 0x80 || byte >= 0xC0 { length += byte >= 0xF0 ? 2 : 1 }
        index += 1
    }
}
