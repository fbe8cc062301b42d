public import JSON

/// Text with its formatting, as a person sent it.
public struct FormattedText: Sendable, Hashable, JSONCodable {
    public var text: String
    public var entities: [TextEntity]

    public init(_ text: String, entities: [TextEntity] = []) {
        self.text = text
        self.entities = entities
    }

    public init(json: JSON) throws(JSONError) {
        text = try json.required("text")
        entities = try json.list("entities")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("text", text)
            if !entities.isEmpty { $0.member("entities", entities) }
        }
    }
}

/// A formatted or meaningful part of a text.
public struct TextEntity: Sendable, Hashable, JSONCodable {
    /// Telegram's name: `bold`, `url`, `mention`, `text_link`…
    public var type: String
    /// In UTF-16 code units.
    public var offset: Int
    public var length: Int
    /// Of a `text_link`.
    public var url: String?
    /// Of a `text_mention`.
    public var person: PersonID?

    public init(type: String, offset: Int, length: Int, url: String? = nil, person: PersonID? = nil) {
        self.type = type
        self.offset = offset
        self.length = length
        self.url = url
        self.person = person
    }

    public init(json: JSON) throws(JSONError) {
        type = try json.required("type")
        offset = try json.required("offset")
        length = try json.required("length")
        url = try json.optional("url")
        person = try json.optional("person")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("type", type)
            $0.member("offset", offset)
            $0.member("length", length)
            $0.member("url", url)
            $0.member("person", person)
        }
    }
}

/// How a bot's own text is marked up.
public enum ParseMode: String, Sendable, Hashable, JSONCodable {
    case none
    case html
    /// Telegram's MarkdownV2.
    case markdown
}
