import JSON

/// Topics, as bots manage them.
extension World {
    private mutating func forum(_ call: Call) throws(APIFailure) -> ChatKey {
        let key = try chat(call)
        guard chats[key]?.isForum == true else { throw .badRequest("the chat is not a forum") }
        return key
    }

    /// The topic of a call; the general one for methods without `message_thread_id`.
    private func topic(_ call: Call, in key: ChatKey) throws(APIFailure) -> (MessageID, Topic) {
        var id = Topic.general
        if call.parameters.text("message_thread_id") != nil {
            guard let given = call.parameters.int("message_thread_id"), given > 0 else {
                throw .badRequest("invalid forum topic identifier specified")
            }
            id = given
        }
        guard let topic = chats[key]?.topics[id] else { throw .badRequest("TOPIC_ID_INVALID") }
        return (id, topic)
    }

    private func requireTopicRight(_ topic: Topic, _ call: Call, in key: ChatKey, _ refusal: String) throws(APIFailure) {
        guard topic.creator == .bot(call.bot) || hasRight(.manageTopics, call.bot, in: key) else { throw .badRequest(refusal) }
    }

    mutating func createForumTopic(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try forum(call)
        guard mayManageTopics(.bot(call.bot), in: key) else { throw .badRequest("not enough rights to create a topic") }
        let name = String((call.parameters.text("name") ?? "").trimmingSpaces.prefix(128))
        guard !name.isEmpty else { throw .badRequest("title must be non-empty") }
        let color = call.parameters.int("icon_color") ?? Topic.colors[Int(random.next() % UInt64(Topic.colors.count))]
        guard Topic.colors.contains(color) else { throw .badRequest("invalid icon color specified") }
        let emoji = try topicEmoji(call)
        let topic = Topic(name: name, iconColor: color, iconEmoji: emoji, creator: .bot(call.bot))
        let id = addTopic(topic, by: .bot(call.bot), in: key)
        var json = JSONWriter()
        json.object {
            $0.member("message_thread_id", id)
            $0.member("name", topic.name)
            $0.member("icon_color", topic.iconColor)
            $0.member("icon_custom_emoji_id", topic.iconEmoji)
        }
        return .success(json.bytes)
    }

    private func topicEmoji(_ call: Call) throws(APIFailure) -> String? {
        guard let id = call.parameters.text("icon_custom_emoji_id") else { return nil }
        let isIcon = StickerStore.topicIcons.contains { $0.id == id }
        guard isIcon || stickers.customEmoji[id] != nil else { throw .badRequest("DOCUMENT_INVALID") }
        return id
    }

    mutating func editForumTopic(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try forum(call)
        let (id, old) = try topic(call, in: key)
        try requireTopicRight(old, call, in: key, "not enough rights to edit the topic")
        var new = old
        if let name = call.parameters.text("name")?.trimmingSpaces, !name.isEmpty { new.name = String(name.prefix(128)) }
        // Empty takes the icon away, absent leaves it.
        if call.parameters.contains("icon_custom_emoji_id") {
            guard id != Topic.general else { throw .badRequest("GENERAL_MODIFY_ICON_FORBIDDEN") }
            new.iconEmoji = try topicEmoji(call)
        }
        guard new != old else { throw .badRequest("TOPIC_NOT_MODIFIED") }
        chats[key]?.topics[id] = new
        announce(
            .topicEdited(
                name: new.name == old.name ? nil : new.name, emoji: new.iconEmoji == old.iconEmoji ? nil : new.iconEmoji ?? ""),
            by: .bot(call.bot), in: key, thread: id)
        record(.chat, in: key)
        return .success
    }

    /// Closes or opens a topic.
    mutating func setTopicClosed(_ isClosed: Bool, _ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try forum(call)
        let (id, topic) = try topic(call, in: key)
        try requireTopicRight(topic, call, in: key, "not enough rights to close or open the topic")
        guard topic.isClosed != isClosed else { throw .badRequest("TOPIC_NOT_MODIFIED") }
        chats[key]?.topics[id]?.isClosed = isClosed
        announce(isClosed ? .topicClosed : .topicReopened, by: .bot(call.bot), in: key, thread: id)
        // Opening the general topic shows it as well.
        if !isClosed, topic.isHidden { setGeneralHidden(false, call.bot, in: key) }
        record(.chat, in: key)
        return .success
    }

    mutating func deleteForumTopic(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try forum(call)
        let (id, _) = try topic(call, in: key)
        guard hasRight(.deleteMessages, call.bot, in: key) else { throw .badRequest("not enough rights to delete the topic") }
        guard id != Topic.general else { throw .badRequest("TOPIC_ID_INVALID") }
        chats[key]?.topics[id] = nil
        let gone = chats[key]?.messages.all.filter { $0.threadID == id }.map(\.id) ?? []
        for message in gone { remove(message, in: key) }
        record(.chat, in: key)
        return .success
    }

    mutating func unpinAllForumTopicMessages(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try forum(call)
        let (id, _) = try topic(call, in: key)
        try requirePinRight(call.bot, in: key)
        let thread = id == Topic.general ? nil : id
        let messages = chats[key]?.messages
        chats[key]?.pinned.removeAll { messages?[$0]?.threadID == thread }
        record(.chat, in: key)
        return .success
    }

    mutating func setGeneralHidden(_ isHidden: Bool, _ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try forum(call)
        let (id, topic) = try topic(call, in: key)
        guard hasRight(.manageTopics, call.bot, in: key) else { throw .badRequest("not enough rights to close or open the topic") }
        guard topic.isHidden != isHidden else { throw .badRequest("TOPIC_NOT_MODIFIED") }
        // A hidden topic is closed.
        if isHidden { chats[key]?.topics[id]?.isClosed = true }
        setGeneralHidden(isHidden, call.bot, in: key)
        record(.chat, in: key)
        return .success
    }

    private mutating func setGeneralHidden(_ isHidden: Bool, _ bot: BotID, in key: ChatKey) {
        chats[key]?.topics[Topic.general]?.isHidden = isHidden
        announce(isHidden ? .generalTopicHidden : .generalTopicUnhidden, by: .bot(bot), in: key)
    }
}
