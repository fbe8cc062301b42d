/// The plain text that a markup parser leaves behind, with the running UTF-16 offset.
struct MarkupOutput {
    private(set) var bytes: [UInt8] = []
    private(set) var utf16Offset = 0
    private(set) var entities: [TextEntity] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Counts each code point at its first byte; four bytes make a surrogate pair.
    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
        if byte & 0xC0 != 0x80 { utf16Offset += byte >= 0xF0 ? 2 : 1 }
    }

    mutating func append(_ scalar: Unicode.Scalar) {
        for byte in UTF8.encode(scalar) ?? .init() { append(byte) }
    }

    /// Closes an entity that began at `start`; nothing for an empty one.
    mutating func add(_ kind: TextEntity.Kind, from start: Int, argument: String? = nil) {
        guard utf16Offset > start else { return }
        entities.append(TextEntity(kind, offset: start, length: utf16Offset - start, argument: argument))
    }

    /// A link: links to users become text mentions, links to emoji custom emoji.
    mutating func addLink(_ url: String, from start: Int) {
        if let id = Self.query("tg://user?id=", of: url) {
            add(.textMention, from: start, argument: id)
        } else if let id = Self.query("tg://emoji?id=", of: url) {
            add(.customEmoji, from: start, argument: id)
        } else if let url = Self.normalized(url) {
            add(.textLink, from: start, argument: url)
        }
    }

    /// Outer entities before inner ones.
    func formattedText() -> FormattedText {
        let sorted = entities.sorted { ($0.offset, -$0.length) < ($1.offset, -$1.length) }
        return FormattedText(String(decoding: bytes, as: UTF8.self), entities: sorted)
    }

    func text(from index: Int) -> String { String(decoding: bytes[index...], as: UTF8.self) }

    private static func query(_ prefix: String, of url: String) -> String? {
        guard url.hasPrefix(prefix) else { return nil }
        let digits = url.dropFirst(prefix.count).prefix { $0.isASCII && $0.isNumber }
        return digits.isEmpty ? nil : String(digits)
    }

    /// As the server keeps links: `http://` when no scheme is named and a slash after a bare host. What is no link gives nil.
    static func normalized(_ url: String) -> String? {
        guard !url.isEmpty, !url.contains(where: \.isWhitespace) else { return nil }
        var url = url
        if !url.contains("://") {
            if url.hasPrefix("mailto:") || url.hasPrefix("tel:") { return url }
            guard url.contains(".") else { return nil }
            url = "http://" + url
        }
        guard let schemeEnd = url.firstRange(of: "://")?.upperBound, schemeEnd < url.endIndex else { return nil }
        let afterScheme = url[schemeEnd...]
        if url.hasPrefix("http"), !afterScheme.contains("/") {
            if let mark = afterScheme.firstIndex(where: { $0 == "?" || $0 == "#" }) { url.insert("/", at: mark) } else { url += "/" }
        }
        return url
    }
}

func isMarkupSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) || byte == 0 }
