public import JSON

/// Somebody wants an operation done. Its id is that of its envelope: the same on every repeat, so workers can tell.
public struct OperationRequest: Sendable, Hashable {
    public var operation: Operation
    public var bot: BotName
    public var platform: Platform
    /// When it was asked for.
    public var at: Timestamp
    /// Where the replies go; chosen as in ``Event``.
    public var chat: Chat?
    public var person: Person?
    public var thread: String?
    /// By the names of the contract.
    public var arguments: JSONObject
    /// Whether anybody waits for progress and the end.
    public var wantsReply: Bool
    /// Nobody waits any longer than that.
    public var deadline: Timestamp

    public init(
        _ operation: Operation, bot: BotName, platform: Platform, at: Timestamp, chat: Chat? = nil, person: Person? = nil,
        thread: String? = nil, arguments: JSONObject = JSONObject(), wantsReply: Bool = true, deadline: Timestamp
    ) {
        self.operation = operation
        self.bot = bot
        self.platform = platform
        self.at = at
        self.chat = chat
        self.person = person
        self.thread = thread
        self.arguments = arguments
        self.wantsReply = wantsReply
        self.deadline = deadline
    }

    /// The most bytes that a request may have, all in all. What is larger travels as a file.
    public static let maximumSize = 262_144

    /// The event that a reply to it becomes.
    ///
    /// - Parameters:
    ///   - id: of the request's envelope.
    ///   - moment: when it was said.
    public func event(_ content: OperationReply.Content, id: EnvelopeID, at moment: Timestamp) -> Event {
        Event(
            bot: bot, platform: platform, at: moment, chat: chat, person: person, thread: thread,
            content: .operation(OperationReply(request: id, operation: operation, content: content)))
    }
}

extension OperationRequest: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        operation = try json.required("operation")
        bot = try json.required("bot")
        platform = try json.required("platform")
        at = try json.required("at")
        chat = try json.optional("chat")
        person = try json.optional("person")
        thread = try json.optional("thread")
        arguments = json["arguments"]?.object ?? JSONObject()
        wantsReply = try json.optional("reply") ?? false
        deadline = try json.required("deadline")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("operation", operation)
            $0.member("bot", bot)
            $0.member("platform", platform)
            $0.member("at", at)
            $0.member("chat", chat)
            $0.member("person", person)
            $0.member("thread", thread)
            if !arguments.isEmpty { $0.member("arguments", JSON.object(arguments)) }
            if wantsReply { $0.member("reply", true) }
            $0.member("deadline", deadline)
        }
    }
}

extension OperationRequest: CustomStringConvertible {
    /// Without its arguments, which may be secret.
    public var description: String { "\(operation) for \(bot)" }
}
