public import JSON

/// Something that happened to a conversation.
public struct Event: Sendable, Hashable {
    public var bot: BotName
    public var platform: Platform
    /// When it happened, by the platform's clock; handlers take "now" from here, so a repeat gives the same result.
    public var at: Timestamp
    /// Nil where there is no chat, such as an inline query.
    public var chat: Chat?
    /// Nil where nobody in particular did it, such as a channel's post or the results of an anonymous poll.
    public var person: Person?
    /// A forum topic within the chat.
    public var thread: String?
    public var content: Content

    public enum Content: Sendable, Hashable {
        case message(Message)
        case messageEdited(Message)
        /// A message that starts with a bot command, such as `/start`.
        case command(BotCommand, Message)
        case button(ButtonPress)
        /// New results of a poll that the bot sent.
        case poll(Poll)
        case pollAnswer(PollAnswer)
        case membership(MembershipChange)
        case receipt(Receipt)
        /// From a handler of the same bot.
        case signal(Signal)
        /// To be seen here, from a handler of the same bot.
        case post(Post)
        /// Of a row that is shown here.
        case rowChange(RowChange)
        /// A moment that was asked for has come.
        case timer(DueTimer)
        /// From a worker that was asked for something in this conversation.
        case operation(OperationReply)
        /// Something that only its platform knows, passed on as it came.
        case native(NativeEvent)
    }

    public init(
        bot: BotName, platform: Platform, at: Timestamp, chat: Chat? = nil, person: Person? = nil, thread: String? = nil,
        content: Content
    ) {
        self.bot = bot
        self.platform = platform
        self.at = at
        self.chat = chat
        self.person = person
        self.thread = thread
        self.content = content
    }

    /// What keeps its order: a signal's lane; else the chat of the bot; without one, the person; without either, the bot.
    public var partitionKey: String {
        if case .signal(let signal) = content, let lane = signal.lane { return "\(bot)/lane:\(lane)" }
        return "\(bot)/\(chat?.id.rawValue ?? person.map { "person:\($0.id)" } ?? "")"
    }

    /// Whether somebody did something on the platform; else it comes from a handler or from the scheduler, or tells what
    /// became of one's effects.
    public var isFromPlatform: Bool {
        switch content {
        case .message, .messageEdited, .command, .button, .poll, .pollAnswer, .membership, .native: true
        case .receipt, .signal, .post, .rowChange, .timer, .operation: false
        }
    }

    /// The content's name in routing keys, metrics and on the wire.
    public var kind: String { content.kind }
}

extension Event.Content {
    public var kind: String {
        switch self {
        case .message: "message"
        case .messageEdited: "message_edited"
        case .command: "command"
        case .button: "button"
        case .poll: "poll"
        case .pollAnswer: "poll_answer"
        case .membership: "membership"
        case .receipt: "receipt"
        case .signal: "signal"
        case .post: "post"
        case .rowChange: "row_change"
        case .timer: "timer"
        case .operation: "operation"
        case .native: "native"
        }
    }
}

extension Event: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        bot = try json.required("bot")
        platform = try json.required("platform")
        at = try json.required("at")
        chat = try json.optional("chat")
        person = try json.optional("person")
        thread = try json.optional("thread")
        content = try Content(kind: try json.required("kind"), of: json)
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("kind", kind)
            $0.member("bot", bot)
            $0.member("platform", platform)
            $0.member("at", at)
            $0.member("chat", chat)
            $0.member("person", person)
            $0.member("thread", thread)
            content.writeMembers(to: &$0)
        }
    }
}

extension Event.Content {
    /// A kind that this version doesn't know comes from a newer minor version: it is passed on as ``native(_:)``.
    fileprivate init(kind: String, of json: JSON) throws(JSONError) {
        switch kind {
        case "message": self = .message(try json.required("message"))
        case "message_edited": self = .messageEdited(try json.required("message"))
        case "command": self = .command(try json.required("command"), try json.required("message"))
        case "button": self = .button(try json.required("button"))
        case "poll": self = .poll(try json.required("poll"))
        case "poll_answer": self = .pollAnswer(try json.required("poll_answer"))
        case "membership": self = .membership(try json.required("membership"))
        case "receipt": self = .receipt(try json.required("receipt"))
        case "signal": self = .signal(try json.required("signal"))
        case "post": self = .post(try json.required("post"))
        case "row_change": self = .rowChange(try json.required("row_change"))
        case "timer": self = .timer(try json.required("timer"))
        case "operation": self = .operation(try json.required("operation"))
        case "native": self = .native(try json.required("native"))
        default: self = .native(NativeEvent(kind: kind, payload: json))
        }
    }

    fileprivate func writeMembers(to json: inout JSONWriter) {
        switch self {
        case .message(let message), .messageEdited(let message): json.member("message", message)
        case .command(let command, let message):
            json.member("command", command)
            json.member("message", message)
        case .button(let button): json.member("button", button)
        case .poll(let poll): json.member("poll", poll)
        case .pollAnswer(let answer): json.member("poll_answer", answer)
        case .membership(let change): json.member("membership", change)
        case .receipt(let receipt): json.member("receipt", receipt)
        case .signal(let signal): json.member("signal", signal)
        case .post(let post): json.member("post", post)
        case .rowChange(let change): json.member("row_change", change)
        case .timer(let timer): json.member("timer", timer)
        case .operation(let reply): json.member("operation", reply)
        case .native(let event): json.member("native", event)
        }
    }
}

/// An event in its platform's own words.
public struct NativeEvent: Sendable, Hashable, JSONCodable {
    /// The platform's name for it: `chat_boost`, `inline_query`…
    public var kind: String
    public var payload: JSON

    public init(kind: String, payload: JSON) {
        self.kind = kind
        self.payload = payload
    }

    public init(json: JSON) throws(JSONError) {
        kind = try json.required("kind")
        // What came may have been null.
        payload = json["payload"] ?? .null
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("kind", kind)
            $0.member("payload", payload)
        }
    }
}
