import Contracts
import JSON

/// A Message of the Bot API.
struct TelegramMessage {
    let json: JSON
    let id: Int64
    let date: Timestamp
    let chat: TelegramChat
    let from: TelegramUser?
    let thread: Int64?

    init(json: JSON) throws(JSONError) {
        self.json = json
        id = try json.required("message_id")
        date = Timestamp(seconds: try json.required("date"))
        chat = try json.required("chat")
        from = try json.optional("from")
        // Outside forums the field only groups replies.
        let isTopic = json["is_topic_message"]?.bool ?? false
        thread = isTopic ? try json.optional("message_thread_id") : nil
    }

    func message() throws(JSONError) -> Message {
        Message(
            id: MessageID(id), content: try content(), album: try json.optional("media_group_id"),
            replyTo: try (json["reply_to_message"]?.optional("message_id") as Int64?).map { MessageID($0) },
            isForwarded: json["forward_origin"] != nil)
    }

    /// The command at its very beginning; nil when there is none.
    var command: BotCommand? {
        guard let text = json["text"]?.string,
            let entity = json["entities"]?.array?.first(where: { $0["type"] == "bot_command" && $0["offset"] == 0 }),
            let length = entity["length"]?.int, length > 1,
            let end = text.utf16.index(text.utf16.startIndex, offsetBy: Int(length), limitedBy: text.utf16.endIndex)
        else { return nil }
        let parts = text[..<end].dropFirst().split(separator: "@", maxSplits: 1)
        guard let name = parts.first else { return nil }
        let arguments = text[end...].drop(while: \.isWhitespace)
        let trailing = arguments.reversed().prefix(while: \.isWhitespace).count
        return BotCommand(
            name: name.lowercased(), arguments: String(arguments.dropLast(trailing)), addressee: parts.count > 1 ? String(parts[1]) : nil)
    }

    // MARK: Content

    /// Members that every message may have; the first other one tells what a message of unknown kind is about.
    private static let commonMembers: Set<String> = [
        "message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat", "sender_boost_count", "sender_business_bot",
        "sender_tag", "receiver_user", "ephemeral_message_id", "date", "guest_query_id", "business_connection_id", "chat", "forward_origin",
        "is_topic_message", "is_automatic_forward", "reply_to_message", "external_reply", "quote", "reply_to_story",
        "reply_to_checklist_task_id", "reply_to_poll_option_id", "via_bot", "guest_bot_caller_user", "guest_bot_caller_chat", "edit_date",
        "has_protected_content", "is_from_offline", "is_paid_post", "media_group_id", "author_signature", "paid_star_count",
        "link_preview_options", "suggested_post_info", "effect_id", "caption", "caption_entities", "show_caption_above_media",
        "has_media_spoiler", "reply_markup", "entities",
    ]

    private func content() throws(JSONError) -> Message.Content {
        if let text: String = try json.optional("text") { return .text(FormattedText(text, entities: try entities("entities"))) }
        if let media = try media() { return media }
        if let venue = try venue() { return .venue(venue) }
        if let location: TelegramLocation = try json.optional("location") { return .location(location.location) }
        if let contact = try contact() { return .contact(contact) }
        if let poll: TelegramPoll = try json.optional("poll") { return .poll(poll.poll) }
        if let dice = json["dice"] { return .dice(Dice(emoji: try dice.required("emoji"), value: try dice.required("value"))) }
        if let data = json["web_app_data"] { return .webAppData(try data.required("data")) }
        let member = json.object?.members.first { !Self.commonMembers.contains($0.key) }
        return .native(NativeEvent(kind: member?.key ?? "empty", payload: member?.value ?? .null))
    }

    /// An animation comes with a `document` beside it for older clients, so it is looked for first.
    private static let mediaMembers: [(String, MediaKind)] = [
        ("animation", .animation), ("audio", .audio), ("document", .document), ("sticker", .sticker), ("video", .video),
        ("video_note", .videoNote), ("voice", .voice),
    ]

    private func media() throws(JSONError) -> Message.Content? {
        if let sizes = json["photo"]?.array, let largest = sizes.max(by: { area($0) < area($1) }) {
            return .media(.photo, try file(largest, "photo"), caption: try caption())
        }
        for (name, kind) in Self.mediaMembers {
            if let member = json[name] { return .media(kind, try file(member, name), caption: try caption()) }
        }
        return nil
    }

    private func area(_ photo: JSON) -> Double { (photo["width"]?.double ?? 0) * (photo["height"]?.double ?? 0) }

    private func file(_ json: JSON, _ name: String) throws(JSONError) -> File {
        do throws(JSONError) {
            let side: Int? = try json.optional("length")  // a video note is a square
            return File(
                id: try json.required("file_id"), uniqueID: try json.optional("file_unique_id"), name: try json.optional("file_name"),
                mimeType: try json.optional("mime_type"), size: try json.optional("file_size"), width: try json.optional("width") ?? side,
                height: try json.optional("height") ?? side, duration: try json.optional("duration"))
        } catch { throw error.inside(name) }
    }

    private func caption() throws(JSONError) -> FormattedText? {
        guard let text: String = try json.optional("caption") else { return nil }
        return FormattedText(text, entities: try entities("caption_entities"))
    }

    private func entities(_ key: String) throws(JSONError) -> [TextEntity] {
        try json.list(key, of: TelegramEntity.self).map(\.entity)
    }

    private func venue() throws(JSONError) -> Venue? {
        guard let venue = json["venue"] else { return nil }
        return Venue(
            location: try venue.required("location", as: TelegramLocation.self).location, title: try venue.required("title"),
            address: try venue.required("address"))
    }

    private func contact() throws(JSONError) -> Contact? {
        guard let contact = json["contact"] else { return nil }
        return Contact(
            phone: try contact.required("phone_number"), firstName: try contact.required("first_name"),
            lastName: try contact.optional("last_name"), person: try (contact.optional("user_id") as Int64?).map { PersonID($0) })
    }
}
