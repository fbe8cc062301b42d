import JSON

/// Editing, deleting, pinning, copying and forwarding.
extension World {
    /// Changes a message and tells those who look.
    mutating func change(_ id: MessageID, in key: ChatKey, _ body: (inout Message) -> Void) {
        _ = chats[key]?.messages.update(id) {
            body(&$0)
            $0.edits += 1
        }
        record(.edited(id), in: key)
    }

    // MARK: Editing

    mutating func editable(_ call: Call) throws(APIFailure) -> (ChatKey, Message, InlineKeyboard?) {
        let markup = try ReplyMarkup.parse(call.parameters)
        let key: ChatKey
        let message: Message
        if call.parameters.text("chat_id") == nil, let id = call.parameters.text("inline_message_id") {
            guard let place = inlineMessages[id], place.bot == call.bot, let found = chats[place.chat]?.messages[place.message] else {
                throw .badRequest("MESSAGE_ID_INVALID")
            }
            (key, message) = (place.chat, found)
        } else {
            key = try chat(call)
            message = try self.message(call.parameters.int("message_id"), in: key, "message to edit")
            guard message.sender == .bot(call.bot), message.origin == nil else { throw .badRequest("message can't be edited") }
        }
        switch markup {
        case .inline(let keyboard): return (key, message, keyboard.rows.isEmpty ? nil : keyboard)
        case nil: return (key, message, nil)
        default: throw .badRequest("inline keyboard expected")
        }
    }

    mutating func edit(
        _ message: Message, to content: Content, _ keyboard: InlineKeyboard?, _ call: Call, in key: ChatKey, setsDate: Bool = true
    ) throws(APIFailure) -> APIAnswer {
        guard content != message.content || keyboard != message.keyboard else {
            throw .badRequest(
                "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
            )
        }
        try admit(.edit, call, in: key)
        let date = date
        change(message.id, in: key) {
            $0.content = content
            $0.keyboard = keyboard
            if setsDate { $0.editDate = date }
        }
        // Bots don't get to see messages that they know by inline_message_id only.
        guard message.inlineID == nil else { return .success }
        return answer(chats[key]?.messages[message.id] ?? message, in: key)
    }

    mutating func editMessageText(_ call: Call) throws(APIFailure) -> APIAnswer {
        let text = try messageText(call)
        let (key, message, keyboard) = try editable(call)
        guard case .text = message.content else { throw .badRequest("there is no text in the message to edit") }
        return try edit(message, to: .text(text), keyboard, call, in: key)
    }

    mutating func editMessageCaption(_ call: Call) throws(APIFailure) -> APIAnswer {
        let caption = try caption(call)
        let (key, message, keyboard) = try editable(call)
        let isAbove = call.parameters.bool("show_caption_above_media")
        var content = message.content
        switch content {
        case .media(var media) where ![.videoNote, .sticker].contains(media.kind):
            (media.caption, media.showsCaptionAbove) = (caption, isAbove)
            content = .media(media)
        case .livePhoto(var film, let photo):
            (film.caption, film.showsCaptionAbove) = (caption, isAbove)
            content = .livePhoto(film: film, photo: photo)
        case .paidMedia(var media):
            (media.caption, media.showsCaptionAbove) = (caption, isAbove)
            content = .paidMedia(media)
        default: throw .badRequest("there is no caption in the message to edit")
        }
        return try edit(message, to: content, keyboard, call, in: key)
    }

    mutating func editMessageMedia(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard let json = try call.parameters.json("media", "input media") else { throw .badRequest("media is empty") }
        let (key, message, keyboard) = try editable(call)
        guard case .media = message.content else { throw .badRequest("message can't be edited to the specified message type") }
        let media = try inputMedia(json, call.parameters)
        return try edit(message, to: .media(media), keyboard, call, in: key)
    }

    mutating func editMessageReplyMarkup(_ call: Call) throws(APIFailure) -> APIAnswer {
        let (key, message, keyboard) = try editable(call)
        return try edit(message, to: message.content, keyboard, call, in: key, setsDate: false)
    }

    // MARK: Deleting

    mutating func deleteMessage(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        let message = try message(call.parameters.int("message_id"), in: key, "message to delete")
        guard mayDelete(message, call.bot, in: key) else { throw .badRequest("message can't be deleted") }
        remove(message.id, in: key)
        return .success
    }

    /// Skips what is not there; refuses only what may not be deleted.
    mutating func deleteMessages(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        let found = try messageIDs(call).compactMap { chats[key]?.messages[$0] }
        guard found.allSatisfy({ mayDelete($0, call.bot, in: key) }) else { throw .badRequest("message can't be deleted") }
        for message in found { remove(message.id, in: key) }
        return .success
    }

    /// Within 48 hours; in private chats both sides' messages, in groups one's own, others' as an administrator.
    private func mayDelete(_ message: Message, _ bot: BotID, in key: ChatKey) -> Bool {
        let isOwn = message.sender == .bot(bot)
        let isAdministrator = key.isGroup && isAdministrator(.bot(bot), in: key)
        return isAdministrator || (date - message.date <= 48 * 3_600 && (isOwn || !key.isGroup))
    }

    mutating func remove(_ id: MessageID, in key: ChatKey) {
        guard chats[key]?.messages.remove(id) != nil else { return }
        chats[key]?.pinned.removeAll { $0 == id }
        record(.deleted(id), in: key)
    }

    // MARK: Pinning

    mutating func pinChatMessage(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        try requirePinRight(call.bot, in: key)
        let message = try message(call.parameters.int("message_id"), in: key, "message to pin")
        guard chats[key]?.pinned.last != message.id else { return .success }
        chats[key]?.pinned.removeAll { $0 == message.id }
        chats[key]?.pinned.append(message.id)
        var service = Message(
            id: nextMessageID(in: key), date: date, sender: .bot(call.bot), content: .service(.pinned(message.id)))
        service.threadID = message.threadID
        append(service, to: key)
        record(.chat, in: key)
        return .success
    }

    mutating func unpinChatMessage(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        try requirePinRight(call.bot, in: key)
        if call.parameters.text("message_id") != nil {
            let message = try message(call.parameters.int("message_id"), in: key, "message to unpin")
            chats[key]?.pinned.removeAll { $0 == message.id }
        } else if chats[key]?.pinned.popLast() == nil {
            throw .badRequest("message to unpin not found")
        }
        record(.chat, in: key)
        return .success
    }

    mutating func unpinAllChatMessages(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        try requirePinRight(call.bot, in: key)
        chats[key]?.pinned.removeAll()
        record(.chat, in: key)
        return .success
    }

    func requirePinRight(_ bot: BotID, in key: ChatKey) throws(APIFailure) {
        guard
            !key.isGroup || chats[key]?.kind == .group
                || hasRight(chats[key]?.kind == .channel ? .editMessages : .pinMessages, bot, in: key)
        else {
            throw .badRequest("not enough rights to manage pinned messages in the chat")
        }
    }

    // MARK: Copying and forwarding

    mutating func copyMessage(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        let from = try chat(call, "from_chat_id", .read)
        let original = try message(call.parameters.int("message_id"), in: from, "message to copy")
        var content = try copyable(original, call, "copied")
        if call.parameters.contains("caption"), case .media(var media) = content {
            media.caption = try caption(call)
            content = .media(media)
        }
        let sent = try deliver([content], call, to: key, sendOptions(call, key))
        return .messageID(sent[0].id)
    }

    mutating func copyMessages(_ call: Call) throws(APIFailure) -> APIAnswer {
        let (key, originals) = try several(call)
        var contents: [Content] = []
        for original in originals {
            guard var content = try? copyable(original, call, "copied") else { continue }
            if call.parameters.bool("remove_caption"), case .media(var media) = content {
                media.caption = FormattedText("")
                content = .media(media)
            }
            contents.append(content)
        }
        guard !contents.isEmpty else { throw .badRequest("there are no messages to copy") }
        return .messageIDs(try deliver(contents, call, to: key, sendOptions(call, key)).map(\.id))
    }

    mutating func forwardMessage(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        let from = try chat(call, "from_chat_id", .read)
        let original = try message(call.parameters.int("message_id"), in: from, "message to forward")
        var options = try sendOptions(call, key)
        options.origin = origin(of: original, in: from)
        let sent = try deliver([copyable(original, call, "forwarded")], call, to: key, options)
        return answer(sent[0], in: key)
    }

    mutating func forwardMessages(_ call: Call) throws(APIFailure) -> APIAnswer {
        let (key, originals) = try several(call)
        let from = try chat(call, "from_chat_id", .read)
        var options = try sendOptions(call, key)
        let contents = originals.compactMap { original in
            (try? copyable(original, call, "forwarded")).map { ($0, original) }
        }
        guard !contents.isEmpty else { throw .badRequest("there are no messages to forward") }
        try admit(.send, call, in: key, count: contents.count)
        var ids: [MessageID] = []
        for (content, original) in contents {
            options.origin = origin(of: original, in: from)
            var message = Message(id: nextMessageID(in: key), date: date, sender: .bot(call.bot), content: content)
            message.origin = options.origin
            message.isProtected = options.isProtected
            message.threadID = options.threadID
            append(message, to: key)
            ids.append(message.id)
        }
        return .messageIDs(ids)
    }

    func origin(of message: Message, in key: ChatKey) -> ForwardOrigin {
        if let origin = message.origin { return origin }
        let post = chats[key]?.kind == .channel ? ForwardOrigin.Post(channel: key.id, message: message.id) : nil
        return ForwardOrigin(sender: message.sender, date: message.date, post: post)
    }

    private mutating func several(_ call: Call) throws(APIFailure) -> (ChatKey, [Message]) {
        let key = try chat(call)
        let from = try chat(call, "from_chat_id", .read)
        let ids = try messageIDs(call)
        guard zip(ids, ids.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw .badRequest("message identifiers must be in a strictly increasing order")
        }
        return (key, ids.compactMap { chats[from]?.messages[$0] })
    }

    private func copyable(_ message: Message, _ call: Call, _ what: String) throws(APIFailure) -> Content {
        guard !message.isProtected || message.sender == .bot(call.bot) else { throw .badRequest("message can't be \(what)") }
        switch message.content {
        case .service: throw .badRequest("message can't be \(what)")
        // Forwarded they still are their bot's; a copy would be somebody else's.
        case .invoice where what == "copied", .paidMedia where what == "copied": throw .badRequest("message can't be copied")
        default: break
        }
        return message.content
    }
}

extension APIAnswer {
    static func messageID(_ id: MessageID) -> APIAnswer { .success(Array("{\"message_id\":\(id)}".utf8)) }

    static func messageIDs(_ ids: [MessageID]) -> APIAnswer {
        .success(Array("[\(ids.map { "{\"message_id\":\($0)}" }.joined(separator: ","))]".utf8))
    }
}
