/// The entities that the server finds by itself: commands, mentions, hashtags, links and e-mail addresses.
enum FoundEntities {
    /// Adds what is found outside the entities that the text has already.
    static func add(to text: FormattedText) -> FormattedText {
        let bytes = Array(text.text.utf8)
        guard
            bytes.contains(where: {
                $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: ":")
            })
        else { return text }
        var found: [TextEntity] = []
        var offset = 0  // UTF-16
        var index = 0
        var previous: UInt8 = 0x20
        while index < bytes.count {
            let byte = bytes[index]
            if !isWord(previous), previous != UInt8(ascii: "/"), let (kind, length) = match(bytes, index) {
                let units = utf16Count(bytes[index..<index + length])
                found.append(TextEntity(kind, offset: offset, length: units))
                offset += units
                index += length
                previous = bytes[index - 1]
                continue
            }
            if byte & 0xC0 != 0x80 { offset += byte >= 0xF0 ? 2 : 1 }
            previous = byte
            index += 1
        }
        guard !found.isEmpty else { return text }
        let own = text.entities
        found.removeAll { new in
            own.contains { old in
                (old.kind == .code || old.kind == .pre || old.kind == .textLink || old.kind == new.kind)
                    && new.offset < old.offset + old.length && old.offset < new.offset + new.length
            }
        }
        let all = (own + found).sorted { ($0.offset, -$0.length) < ($1.offset, -$1.length) }
        return FormattedText(text.text, entities: all)
    }

    private static func match(_ bytes: [UInt8], _ start: Int) -> (TextEntity.Kind, Int)? {
        switch bytes[start] {
        case UInt8(ascii: "/"):
            let name = wordLength(bytes, start + 1)
            guard (1...64).contains(name) else { return nil }
            var length = 1 + name
            if start + length < bytes.count, bytes[start + length] == UInt8(ascii: "@") {
                let bot = wordLength(bytes, start + length + 1)
                if bot >= 3 { length += 1 + bot }
            }
            if start + length < bytes.count, bytes[start + length] == UInt8(ascii: "/") { return nil }
            return (.botCommand, length)
        case UInt8(ascii: "@"):
            let name = wordLength(bytes, start + 1)
            return (3...32).contains(name) ? (.mention, 1 + name) : nil
        case UInt8(ascii: "#"):
            var end = start + 1
            while end < bytes.count, isWord(bytes[end]) { end += 1 }
            let tag = bytes[start + 1..<end]
            return !tag.isEmpty && tag.contains { !isDigit($0) } ? (.hashtag, end - start) : nil
        case UInt8(ascii: "h"), UInt8(ascii: "H"): return matchLink(bytes, start)
        default: return matchEmail(bytes, start)
        }
    }

    private static func matchLink(_ bytes: [UInt8], _ start: Int) -> (TextEntity.Kind, Int)? {
        let head = bytes[start...].prefix(8).map { $0 | 0x20 }
        let scheme = ["https://", "http://"].first { head.starts(with: $0.utf8.map { $0 | 0x20 }) }
        guard let scheme else { return matchEmail(bytes, start) }
        var end = start + scheme.utf8.count
        let host = end
        while end < bytes.count, bytes[end] > 0x20, !"<>\"«»".utf8.contains(bytes[end]) { end += 1 }
        while end > host, ".,;:!?'\")".utf8.contains(bytes[end - 1]) { end -= 1 }
        return end > host ? (.url, end - start) : nil
    }

    private static func matchEmail(_ bytes: [UInt8], _ start: Int) -> (TextEntity.Kind, Int)? {
        guard isWord(bytes[start]), bytes[start] < 0x80 else { return nil }
        let isLocal = { (byte: UInt8) in byte < 0x80 && (isWord(byte) || ".+-".utf8.contains(byte)) }
        var at = start
        while at < bytes.count, at - start <= 64, isLocal(bytes[at]) { at += 1 }
        guard at < bytes.count, bytes[at] == UInt8(ascii: "@") else { return nil }
        var end = at + 1
        while end < bytes.count, bytes[end] < 0x80, isWord(bytes[end]) || bytes[end] == UInt8(ascii: ".") || bytes[end] == UInt8(ascii: "-")
        { end += 1 }
        while end > at, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
        return bytes[at + 1..<max(end, at + 1)].contains(UInt8(ascii: ".")) ? (.email, end - start) : nil
    }

    private static func wordLength(_ bytes: [UInt8], _ start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] < 0x80, isWord(bytes[end]) { end += 1 }
        return end - start
    }

    /// Letters, digits, underscore; every byte of a non-ASCII character counts as a letter.
    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func utf16Count(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : $1 >= 0xF0 ? 2 : 1) }
    }
}
