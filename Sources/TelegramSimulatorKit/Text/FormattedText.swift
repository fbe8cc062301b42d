package import JSON

/// A text with its entities. Offsets and lengths count UTF-16 code units, as everywhere in the Bot API.
package struct FormattedText: Sendable, Hashable {
    package var text: String
    package var entities: [TextEntity]

    package init(_ text: String, entities: [TextEntity] = []) {
        self.text = text
        self.entities = entities
    }

    package var utf16Count: Int { text.utf16.count }

    /// Without the white space at both ends, entities moved along; empty entities fall away.
    package func trimmed() -> FormattedText {
        var bytes = Array(text.utf8)
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = bytes.first, let last = bytes.last, isSpace(first) || isSpace(last) else { return self }
        let leading = bytes.prefix(while: isSpace).count
        bytes.removeFirst(leading)
        while let byte = bytes.last, isSpace(byte) { bytes.removeLast() }
        let text = String(decoding: bytes, as: UTF8.self)
        let count = text.utf16.count
        let moved = entities.compactMap { entity -> TextEntity? in
            var entity = entity
            let start = min(max(entity.offset - leading, 0), count)
            let end = min(max(entity.offset + entity.length - leading, 0), count)
            guard end > start else { return nil }
            entity.offset = start
            entity.length = end - start
            return entity
        }
        return FormattedText(text, entities: moved)
    }
}

package struct TextEntity: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case mention, hashtag, cashtag, url, email, bold, italic, underline, strikethrough, spoiler, blockquote, code, pre
        case botCommand = "bot_command"
        case phoneNumber = "phone_number"
        case expandableBlockquote = "expandable_blockquote"
        case textLink = "text_link"
        case textMention = "text_mention"
        case customEmoji = "custom_emoji"
    }

    package var kind: Kind
    package var offset: Int
    package var length: Int
    /// The URL of a text link, the language of a pre, the id of a custom emoji, the user id of a text mention.
    package var argument: String?

    package init(_ kind: Kind, offset: Int, length: Int, argument: String? = nil) {
        self.kind = kind
        self.offset = offset
        self.length = length
        self.argument = argument
    }
}

extension TextEntity: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("offset", offset)
            $0.member("length", length)
            $0.member("type", kind.rawValue)
            switch kind {
            case .textLink: $0.member("url", argument)
            case .pre: $0.member("language", argument)
            case .customEmoji: $0.member("custom_emoji_id", argument)
            case .textMention:
                let id = argument.flatMap { Int64($0) } ?? 0
                $0.member(
                    "user",
                    object: {
                        $0.member("id", id)
                        $0.member("is_bot", false)
                        $0.member("first_name", "User \(id)")
                    })
            default: break
            }
        }
    }
}

extension TextEntity {
    /// One element of a request's `entities`; nil for a type that is found by the server itself or unknown.
    init?(json: JSON) throws(APIFailure) {
        guard case .object = json else { throw APIFailure.badRequest("can't parse MessageEntity: expected an Object") }
        guard let offset = json["offset"]?.int, let length = json["length"]?.int else {
            throw APIFailure.badRequest("can't parse MessageEntity: Can't find field \"offset\"")
        }
        guard let name = json["type"]?.string, let kind = Kind(rawValue: name) else { return nil }
        let argument: String? =
            switch kind {
            case .textLink: json["url"]?.string
            case .pre: json["language"]?.string
            case .customEmoji: json["custom_emoji_id"]?.string
            case .textMention: json["user"]?["id"]?.int.map(String.init)
            default: nil
            }
        guard offset >= 0, length > 0, offset <= 1 << 20, length <= 1 << 20 else { return nil }
        self.init(kind, offset: Int(offset), length: Int(length), argument: argument)
    }
}
