public import JSON

/// A message that somebody sent.
public struct Message: Sendable, Hashable, JSONCodable {
    public var id: MessageID
    public var content: Content
    /// Messages with the same album belong together; each comes as an event of its own.
    public var album: String?
    /// The message that this one answers.
    public var replyTo: MessageID?
    public var isForwarded: Bool

    public enum Content: Sendable, Hashable {
        case text(FormattedText)
        case media(MediaKind, File, caption: FormattedText?)
        case location(Location)
        case venue(Venue)
        case contact(Contact)
        case poll(Poll)
        case dice(Dice)
        case webAppData(String)
        /// What the platform tells about the chat (a pinned message, a new title, a started call…), and kinds of content
        /// that this version doesn't know: the platform's name for it and its own words.
        case native(NativeEvent)
    }

    public init(id: MessageID, content: Content, album: String? = nil, replyTo: MessageID? = nil, isForwarded: Bool = false) {
        self.id = id
        self.content = content
        self.album = album
        self.replyTo = replyTo
        self.isForwarded = isForwarded
    }

    /// The text, or the caption of a file.
    public var text: String? {
        switch content {
        case .text(let text): text.text
        case .media(_, _, let caption): caption?.text
        default: nil
        }
    }

    public init(json: JSON) throws(JSONError) {
        id = try json.required("id")
        album = try json.optional("album")
        replyTo = try json.optional("reply_to")
        isForwarded = try json.optional("forwarded") ?? false
        content = try Content(json: json)
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("type", content.type)
            $0.member("album", album)
            $0.member("reply_to", replyTo)
            if isForwarded { $0.member("forwarded", true) }
            content.writeMembers(to: &$0)
        }
    }
}

extension Message.Content {
    /// The name of the kind of content: a ``MediaKind``, `text`, `location`…
    public var type: String {
        switch self {
        case .text: "text"
        case .media(let kind, _, _): kind.rawValue
        case .location: "location"
        case .venue: "venue"
        case .contact: "contact"
        case .poll: "poll"
        case .dice: "dice"
        case .webAppData: "web_app_data"
        case .native: "native"
        }
    }

    fileprivate init(json: JSON) throws(JSONError) {
        let type: String = try json.required("type")
        switch type {
        case "text": self = .text(try FormattedText(json: json))
        case "location": self = .location(try json.required("location"))
        case "venue": self = .venue(try json.required("venue"))
        case "contact": self = .contact(try json.required("contact"))
        case "poll": self = .poll(try json.required("poll"))
        case "dice": self = .dice(try json.required("dice"))
        case "web_app_data": self = .webAppData(try json.required("data"))
        case "native": self = .native(try json.required("native"))
        default:
            if let kind = MediaKind(rawValue: type) {
                self = .media(kind, try json.required("file"), caption: try json.optional("caption"))
            } else {
                self = .native(NativeEvent(kind: type, payload: json))
            }
        }
    }

    fileprivate func writeMembers(to json: inout JSONWriter) {
        switch self {
        case .text(let text):
            json.member("text", text.text)
            if !text.entities.isEmpty { json.member("entities", text.entities) }
        case .media(_, let file, let caption):
            json.member("file", file)
            json.member("caption", caption)
        case .location(let location): json.member("location", location)
        case .venue(let venue): json.member("venue", venue)
        case .contact(let contact): json.member("contact", contact)
        case .poll(let poll): json.member("poll", poll)
        case .dice(let dice): json.member("dice", dice)
        case .webAppData(let data): json.member("data", data)
        case .native(let event): json.member("native", event)
        }
    }
}

/// A command to a bot, such as `/start deep-link` or `/add@demo_bot soup`.
public struct BotCommand: Sendable, Hashable, JSONCodable {
    /// In lower case, without the slash.
    public var name: String
    /// Everything behind the name, trimmed; empty when there is nothing.
    public var arguments: String
    /// The bot that was named with `@`; nil when none was.
    public var addressee: String?

    public init(name: String, arguments: String = "", addressee: String? = nil) {
        self.name = name
        self.arguments = arguments
        self.addressee = addressee
    }

    public init(json: JSON) throws(JSONError) {
        name = try json.required("name")
        arguments = try json.optional("arguments") ?? ""
        addressee = try json.optional("addressee")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("name", name)
            $0.member("arguments", arguments)
            $0.member("addressee", addressee)
        }
    }
}

/// A tapped inline button.
public struct ButtonPress: Sendable, Hashable, JSONCodable {
    /// To answer it, once, within the platform's time (Telegram: 150 s here).
    public var query: String
    /// What the bot attached to the button; nil for a game's button.
    public var data: String?
    /// The message under which the button stands; nil when the platform doesn't say any more.
    public var message: MessageID?

    public init(query: String, data: String?, message: MessageID?) {
        self.query = query
        self.data = data
        self.message = message
    }

    public init(json: JSON) throws(JSONError) {
        query = try json.required("query")
        data = try json.optional("data")
        message = try json.optional("message")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("query", query)
            $0.member("data", data)
            $0.member("message", message)
        }
    }
}
