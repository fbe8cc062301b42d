import Contracts
import JSON

/// Turns the documented kinds of updates into events.
struct UpdateMapping {
    let bot: TelegramBot
    let receivedAt: Timestamp

    /// Nil for a kind that has no platform-neutral form.
    func event(kind: String, payload: JSON) throws(JSONError) -> Event? {
        switch kind {
        case "message", "channel_post": try message(payload)
        case "edited_message", "edited_channel_post": try editedMessage(payload)
        case "callback_query": try button(payload)
        case "poll": event(at: receivedAt, content: .poll(try TelegramPoll(json: payload).poll))
        case "poll_answer": try pollAnswer(payload)
        case "my_chat_member": try membership(payload, isSelf: true)
        case "chat_member": try membership(payload, isSelf: false)
        case "chat_join_request": try joinRequest(payload)
        default: nil
        }
    }

    private func event(
        at: Timestamp, chat: TelegramChat? = nil, person: TelegramUser? = nil, thread: Int64? = nil, content: Event.Content
    ) -> Event {
        Event(
            bot: bot.name, platform: .telegram, at: at, chat: chat?.chat, person: person?.person, thread: thread.map { String($0) },
            content: content)
    }

    // MARK: Messages

    private func message(_ json: JSON) throws(JSONError) -> Event {
        let source = try TelegramMessage(json: json)
        if let change = try membersInMessage(json) { return event(of: source, content: .membership(change)) }
        let message = try source.message()
        if let command = source.command { return event(of: source, content: .command(command, message)) }
        return event(of: source, content: .message(message))
    }

    private func editedMessage(_ json: JSON) throws(JSONError) -> Event {
        let source = try TelegramMessage(json: json)
        return event(of: source, content: .messageEdited(try source.message()))
    }

    private func event(of source: TelegramMessage, content: Event.Content) -> Event {
        event(at: source.date, chat: source.chat, person: source.from, thread: source.thread, content: content)
    }

    /// Coming and going as a group's service message: all that a bot without rights is told.
    private func membersInMessage(_ json: JSON) throws(JSONError) -> MembershipChange? {
        let joined: [TelegramUser] = try json.list("new_chat_members")
        if !joined.isEmpty { return change(.joined, joined, status: nil) }
        guard let left: TelegramUser = try json.optional("left_chat_member") else { return nil }
        return change(.left, [left], status: nil)
    }

    // MARK: Everything else

    private func button(_ json: JSON) throws(JSONError) -> Event {
        let message = json["message"]
        let press = ButtonPress(
            query: try json.required("id"), data: try json.optional("data"),
            message: try (message?.optional("message_id") as Int64?).map { MessageID($0) })
        // Outside forums the thread only groups replies, and nothing can be sent there.
        let isTopic = message?["is_topic_message"]?.bool ?? false
        return event(
            at: receivedAt, chat: try message?.optional("chat"), person: try json.required("from"),
            thread: isTopic ? try message?.optional("message_thread_id") : nil, content: .button(press))
    }

    private func pollAnswer(_ json: JSON) throws(JSONError) -> Event {
        event(
            at: receivedAt, person: try json.optional("user"),
            content: .pollAnswer(PollAnswer(poll: try json.required("poll_id"), options: try json.list("option_ids"))))
    }

    private func joinRequest(_ json: JSON) throws(JSONError) -> Event {
        let person: TelegramUser = try json.required("from")
        return event(
            at: Timestamp(seconds: try json.required("date")), chat: try json.required("chat"), person: person,
            content: .membership(change(.requested, [person], status: nil)))
    }

    private func membership(_ json: JSON, isSelf: Bool) throws(JSONError) -> Event {
        let chat: TelegramChat = try json.required("chat")
        let before = try member(json, "old_chat_member")
        let after = try member(json, "new_chat_member")
        var change = change(.rights, [after.user], status: after.status)
        change.isSelf = isSelf
        switch (before.isPresent, after.isPresent) {
        case (false, true): change.change = chat.chat.kind == .direct ? .unblocked : .joined
        case (true, false): change.change = chat.chat.kind == .direct ? .blocked : .left
        default: change.change = .rights
        }
        return event(
            at: Timestamp(seconds: try json.required("date")), chat: chat, person: try json.optional("from"),
            content: .membership(change))
    }

    private func member(_ json: JSON, _ key: String) throws(JSONError) -> (user: TelegramUser, status: String, isPresent: Bool) {
        let member: JSON = try json.required(key)
        let status: String = try member.required("status")
        let isPresent = status == "restricted" ? try member.optional("is_member") ?? true : status != "left" && status != "kicked"
        return (try member.required("user"), status, isPresent)
    }

    private func change(_ change: MembershipChange.Change, _ members: [TelegramUser], status: String?) -> MembershipChange {
        MembershipChange(
            change: change, members: members.map(\.person), isSelf: members.contains { $0.person.id == bot.id }, status: status)
    }
}
