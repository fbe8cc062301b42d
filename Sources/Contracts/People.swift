public import JSON

/// Where a conversation takes place.
public struct Chat: Sendable, Hashable, JSONCodable {
    public enum Kind: String, Sendable, Hashable, JSONCodable {
        /// One person and the bot.
        case direct
        case group
        /// One-way: its owners write, members read.
        case channel
    }

    public var id: ChatID
    public var kind: Kind
    /// A group's or channel's title; nil in a direct chat.
    public var title: String?
    public var username: String?

    public init(id: ChatID, kind: Kind, title: String? = nil, username: String? = nil) {
        self.id = id
        self.kind = kind
        self.title = title
        self.username = username
    }

    public init(json: JSON) throws(JSONError) {
        id = try json.required("id")
        kind = try json.required("kind")
        title = try json.optional("title")
        username = try json.optional("username")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("kind", kind)
            $0.member("title", title)
            $0.member("username", username)
        }
    }
}

/// Who did something.
public struct Person: Sendable, Hashable, JSONCodable {
    public var id: PersonID
    public var firstName: String
    public var lastName: String?
    /// Without the `@`.
    public var username: String?
    /// IETF language tag of the person's app.
    public var language: String?
    public var isBot: Bool

    public init(
        id: PersonID, firstName: String, lastName: String? = nil, username: String? = nil, language: String? = nil, isBot: Bool = false
    ) {
        self.id = id
        self.firstName = firstName
        self.lastName = lastName
        self.username = username
        self.language = language
        self.isBot = isBot
    }

    public init(json: JSON) throws(JSONError) {
        id = try json.required("id")
        firstName = try json.optional("first_name") ?? ""
        lastName = try json.optional("last_name")
        username = try json.optional("username")
        language = try json.optional("language")
        isBot = try json.optional("bot") ?? false
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("first_name", firstName)
            $0.member("last_name", lastName)
            $0.member("username", username)
            $0.member("language", language)
            if isBot { $0.member("bot", true) }
        }
    }
}
