public import Contracts
public import JSON

/// An Update of the Bot API as it came, not yet understood.
///
/// Only the outermost shape is required; everything inside is read by ``TelegramUpdate/event(for:receivedAt:)``, which never fails:
/// an update that was refused would be sent again and again, and one that was swallowed would be lost.
public struct TelegramUpdate: Sendable {
    public var id: Int64
    /// The name of its only member beside `update_id`, such as `message`; empty when there is none.
    public var kind: String
    public var payload: JSON

    /// - Throws: ``JSONError`` when `bytes` are no JSON object with an integer `update_id`.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        try self.init(json: JSON(parsing: bytes))
    }

    public init(json: JSON) throws(JSONError) {
        id = try json.required("update_id")
        let member = json.object?.members.first { $0.key != "update_id" }
        kind = member?.key ?? ""
        payload = (member?.value ?? .null).withoutZeroCharacters
    }

    /// The identity of the event it becomes: the same whenever this update is delivered.
    public func envelopeID(for bot: BotName) -> EnvelopeID { EnvelopeID("telegram:\(bot):\(id)") }
}

extension JSON {
    /// U+0000 is a character in JSON and none in a PostgreSQL text, so it would stop whatever wants to keep it. Nobody means it.
    fileprivate var withoutZeroCharacters: JSON {
        guard hasZeroCharacter else { return self }
        return switch self {
        case .string(let text): .string(String(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : Character($0) }))
        case .array(let values): .array(values.map(\.withoutZeroCharacters))
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, $0.value.withoutZeroCharacters) }))
        case .null, .bool, .int, .double: self
        }
    }

    private var hasZeroCharacter: Bool {
        switch self {
        case .string(let text): text.utf8.contains(0)
        case .array(let values): values.contains(where: \.hasZeroCharacter)
        case .object(let object): object.members.contains { $0.value.hasZeroCharacter }
        case .null, .bool, .int, .double: false
        }
    }
}

extension TelegramUpdate {
    /// The event it is, and whether it was understood. One of a kind that we don't know, or with an inside other than
    /// documented, passes on as ``Event/Content-swift.enum/native(_:)`` with its JSON.
    ///
    /// - Parameter receivedAt: the time of what carries none itself, such as a tapped button.
    public func event(for bot: TelegramBot, receivedAt: Timestamp) -> (event: Event, problem: JSONError?) {
        do throws(JSONError) {
            if let event = try UpdateMapping(bot: bot, receivedAt: receivedAt).event(kind: kind, payload: payload) { return (event, nil) }
            return (native(for: bot, receivedAt: receivedAt), nil)
        } catch {
            return (native(for: bot, receivedAt: receivedAt), error.inside(kind))
        }
    }

    /// Chat and person are taken from where updates usually have them, so that even an unknown kind keeps its order.
    private func native(for bot: TelegramBot, receivedAt: Timestamp) -> Event {
        let person = try? (payload.optional("from") ?? payload.optional("user")) as TelegramUser?
        let chat = try? payload.optional("chat") as TelegramChat?
        return Event(
            bot: bot.name, platform: .telegram, at: receivedAt, chat: chat?.chat, person: person?.person,
            content: .native(NativeEvent(kind: kind.isEmpty ? "update" : kind, payload: payload)))
    }
}

/// What must be known of a bot to understand its updates.
public struct TelegramBot: Sendable, Hashable {
    public var name: BotName
    /// Its account: the number before the colon of its token.
    public var id: PersonID

    public init(name: BotName, id: PersonID) {
        self.name = name
        self.id = id
    }
}

extension TelegramUpdate {
    /// Every kind of Bot API 10.3, to be named in `allowed_updates`: its default leaves out `chat_member` and the reactions.
    public static let kinds = [
        "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
        "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction", "message_reaction_count",
        "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll",
        "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
        "subscription", "stopped_message_generation",
    ]
}
