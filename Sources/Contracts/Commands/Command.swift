public import JSON

/// Something to do on a platform.
public struct Command: Sendable, Hashable {
    public var bot: BotName
    public var platform: Platform
    /// The chat it concerns; nil for what concerns none (answering a button).
    public var chat: ChatID?
    /// A forum topic within the chat.
    public var thread: String?
    /// Whose conversation asked for it; receipts go back there. Nil: nobody waits for a receipt.
    public var person: PersonID?
    public var action: Action
    public var receipt: ReceiptPolicy
    /// Whether it may be sent again when it is unknown whether it was sent. False for anything that a person would
    /// see twice.
    public var isRepeatable: Bool
    /// After this moment it is dropped instead of sent; nil: never too late.
    public var notAfter: Timestamp?

    public enum ReceiptPolicy: String, Sendable, Hashable, JSONCodable {
        case never
        /// Only when it was blocked, failed, is ambiguous or was dropped.
        case failures
        case always
    }

    public enum Action: Sendable, Hashable {
        case send(OutgoingMessage)
        /// The message gets this content and keyboard.
        case edit(MessageID, OutgoingMessage)
        /// The message gets this inline keyboard; nil takes it away.
        case editKeyboard(MessageID, Keyboard?)
        case delete([MessageID])
        case pin(MessageID, silent: Bool)
        /// Nil: all.
        case unpin(MessageID?)
        /// The message of another chat, as a new one without its author.
        case copy(from: ChatID, message: MessageID)
        case answerButton(ButtonAnswer)
        /// `typing`, `upload_photo`…
        case chatAction(String)
        case stopPoll(MessageID)
        /// The menu of commands that people see beside the text field; it concerns no chat. For those whose app speaks this
        /// language, such as `ru`; nil: for all who have no menu of their own.
        case setCommands([MenuCommand], language: String? = nil)
    }

    public init(
        bot: BotName, platform: Platform, chat: ChatID?, thread: String? = nil, person: PersonID? = nil, action: Action,
        receipt: ReceiptPolicy = .failures, isRepeatable: Bool = false, notAfter: Timestamp? = nil
    ) {
        self.bot = bot
        self.platform = platform
        self.chat = chat
        self.thread = thread
        self.person = person
        self.action = action
        self.receipt = receipt
        self.isRepeatable = isRepeatable
        self.notAfter = notAfter
    }

    /// What keeps its order: the chat of the bot.
    public var partitionKey: String { "\(bot)/\(chat?.rawValue ?? "")" }

    /// The action's name in routing, metrics and on the wire.
    public var kind: String { action.kind }
}

/// A line of the menu of commands.
public struct MenuCommand: Sendable, Hashable, JSONCodable {
    /// Without the slash.
    public var name: String
    /// 1–256 characters.
    public var description: String

    public init(name: String, description: String) {
        self.name = name
        self.description = description
    }

    public init(json: JSON) throws(JSONError) {
        name = try json.required("name")
        description = try json.required("description")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("name", name)
            $0.member("description", description)
        }
    }
}

/// The answer to a tapped button: a short note over the chat, a dialogue, or nothing visible.
public struct ButtonAnswer: Sendable, Hashable, JSONCodable {
    /// ``ButtonPress/query``.
    public var query: String
    /// 0–200 characters; nil shows nothing.
    public var text: String?
    /// A dialogue that must be closed instead of a note that fades.
    public var isAlert: Bool
    /// Opened instead of showing something.
    public var url: String?

    public init(query: String, text: String? = nil, isAlert: Bool = false, url: String? = nil) {
        self.query = query
        self.text = text
        self.isAlert = isAlert
        self.url = url
    }

    public init(json: JSON) throws(JSONError) {
        query = try json.required("query")
        text = try json.optional("text")
        isAlert = try json.optional("alert") ?? false
        url = try json.optional("url")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("query", query)
            $0.member("text", text)
            if isAlert { $0.member("alert", true) }
            $0.member("url", url)
        }
    }
}
