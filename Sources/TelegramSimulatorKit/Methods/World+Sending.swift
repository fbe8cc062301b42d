import JSON

/// What all send methods share.
extension World {
    struct SendOptions {
        var markup: ReplyMarkup?
        var replyTo: MessageID?
        var threadID: MessageID?
        var isProtected = false
        var isPaid = false
        var origin: ForwardOrigin?
        var albumID: String?
    }

    mutating func sendOptions(_ call: Call, _ key: ChatKey) throws(APIFailure) -> SendOptions {
        let parameters = call.parameters
        var options = SendOptions()
        options.markup = try ReplyMarkup.parse(parameters)
        options.isProtected = parameters.bool("protect_content")
        options.isPaid = parameters.bool("allow_paid_broadcast")
        if let reply = try parameters.json("reply_parameters", "reply parameters") {
            guard case .object = reply else { throw .badRequest("object expected as reply parameters") }
            let id = reply["message_id"]?.int ?? reply["message_id"]?.string.flatMap { Int64($0) }
            options.replyTo = try replied(id, reply["allow_sending_without_reply"]?.bool ?? false, in: key)
        } else if let id = parameters.int("reply_to_message_id") {
            options.replyTo = try replied(id, parameters.bool("allow_sending_without_reply"), in: key)
        }
        options.threadID = try thread(parameters.int("message_thread_id"), replyTo: options.replyTo, by: .bot(call.bot), in: key)
        return options
    }

    private func replied(_ id: MessageID?, _ isOptional: Bool, in key: ChatKey) throws(APIFailure) -> MessageID? {
        guard let id, id != 0 else { return nil }
        if chats[key]?.messages[id] != nil { return id }
        if isOptional { return nil }
        throw .badRequest("message to be replied not found")
    }

    /// Asks the flood limiter.
    mutating func admit(_ action: FloodLimiter.Action, _ call: Call, in key: ChatKey, count: Int = 1, isPaid: Bool = false)
        throws(APIFailure)
    {
        let isReply = chats[key].map { now - $0.lastActivity <= limiter.limits.replyWindow } ?? false
        let wait = limiter.admit(
            action, count: count, bot: call.bot, chat: key.id, isGroup: key.isGroup, isReply: isReply, isPaid: isPaid,
            now: now)
        if let wait { throw .tooManyRequests(wait) }
    }

    /// Puts a bot's messages into a chat. The markup belongs to the last of them.
    mutating func deliver(_ contents: [Content], _ call: Call, to key: ChatKey, _ options: SendOptions) throws(APIFailure) -> [Message] {
        if key.isGroup, !maySend(.bot(call.bot), in: key) {
            throw .badRequest("not enough rights to send text messages to the chat")
        }
        try admit(.send, call, in: key, count: contents.count, isPaid: options.isPaid)
        if !drafts.isEmpty { removeDraft(in: key) }
        var sent: [Message] = []
        for (index, content) in contents.enumerated() {
            var message = Message(id: nextMessageID(in: key), date: date, sender: .bot(call.bot), content: content)
            message.replyTo = options.replyTo
            message.threadID = options.threadID
            message.origin = options.origin
            message.albumID = options.albumID
            message.isProtected = options.isProtected
            if index == contents.count - 1, case .inline(let keyboard) = options.markup, !keyboard.rows.isEmpty {
                message.keyboard = keyboard
            }
            append(message, to: key)
            sent.append(message)
        }
        switch options.markup {
        case .reply(let keyboard): setReplyKeyboard(keyboard, nil, in: key)
        case .remove: setReplyKeyboard(nil, nil, in: key)
        case .forceReply(let placeholder, let isSelective):
            guard let id = sent.last?.id else { break }
            var forced = ForcedReply(message: id, placeholder: placeholder)
            if isSelective, let original = options.replyTo.flatMap({ chats[key]?.messages[$0] }), case .person(let person) = original.sender
            {
                forced.person = person
            }
            setReplyKeyboard(chats[key]?.replyKeyboard, forced, in: key)
        case .inline, nil: break
        }
        return sent
    }

    mutating func append(_ message: Message, to key: ChatKey) {
        chats[key]?.messages.append(message)
        record(.message(message.id), in: key)
    }

    private mutating func setReplyKeyboard(_ keyboard: ReplyKeyboard?, _ forced: ForcedReply?, in key: ChatKey) {
        guard chats[key]?.replyKeyboard != keyboard || chats[key]?.forcedReply != forced else { return }
        chats[key]?.replyKeyboard = keyboard
        chats[key]?.forcedReply = forced
        record(.chat, in: key)
    }

    /// Sends one message and answers with it.
    mutating func send(_ content: Content, _ call: Call, to key: ChatKey) throws(APIFailure) -> APIAnswer {
        let options = try sendOptions(call, key)
        let sent = try deliver([content], call, to: key, options)
        return answer(sent[0], in: key)
    }

    func answer(_ message: Message, in key: ChatKey) -> APIAnswer {
        var json = JSONWriter(capacity: 512)
        writeMessage(message, in: key, to: &json)
        return .success(json.bytes)
    }

    // MARK: Texts

    /// A text of a request as the server keeps it: markup parsed, trimmed, with the entities it finds itself.
    func formatted(_ text: String, mode: String?, entities: JSON?) throws(APIFailure) -> FormattedText {
        guard text.utf8.count <= 1 << 15 else { throw .badRequest("text is too long") }
        var result: FormattedText
        switch mode?.lowercased() {
        case nil, "none":
            var own: [TextEntity] = []
            for json in entities?.array ?? [] {
                if let entity = try TextEntity(json: json) { own.append(entity) }
            }
            let count = own.isEmpty ? 0 : text.utf16.count
            for entity in own where entity.offset + entity.length > count {
                throw .badRequest(
                    "entity beginning at UTF-16 offset \(entity.offset) ends after the end of the text at UTF-16 offset \(entity.offset + entity.length)"
                )
            }
            result = FormattedText(text, entities: own)
        case "html": result = try HTMLMarkup.parse(text)
        case "markdown": result = try MarkdownMarkup.parse(text)
        case "markdownv2": result = try MarkdownV2Markup.parse(text)
        default: throw .badRequest("unsupported parse_mode")
        }
        result = result.trimmed()
        return FoundEntities.add(to: result)
    }

    func messageText(_ call: Call) throws(APIFailure) -> FormattedText {
        guard let text = call.parameters.text("text") else { throw .badRequest("message text is empty") }
        let result = try formatted(
            text, mode: call.parameters.text("parse_mode"), entities: call.parameters.json("entities", "entities"))
        guard !result.text.isEmpty else { throw .badRequest("text must be non-empty") }
        guard result.text.utf8.count <= 4_096 || result.utf16Count <= 4_096 else { throw .badRequest("message is too long") }
        return result
    }

    func caption(_ call: Call) throws(APIFailure) -> FormattedText {
        guard let text = call.parameters.text("caption") else { return FormattedText("") }
        return try caption(
            text, mode: call.parameters.text("parse_mode"),
            entities: call.parameters.json("caption_entities", "caption entities"))
    }

    func caption(_ text: String, mode: String?, entities: JSON?) throws(APIFailure) -> FormattedText {
        let result = try formatted(text, mode: mode, entities: entities)
        guard result.text.utf8.count <= 1_024 || result.utf16Count <= 1_024 else {
            throw .badRequest("message caption is too long")
        }
        return result
    }
}

extension APIAnswer {
    static func object(_ name: String, _ value: String) -> APIAnswer {
        var json = JSONWriter()
        json.object { $0.member(name, value) }
        return .success(json.bytes)
    }
}
