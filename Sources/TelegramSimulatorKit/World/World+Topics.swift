import JSON

/// Topics of forums.
extension World {
    /// Makes a topic and says so in the chat. Its id is that of the message.
    mutating func addTopic(_ topic: Topic, by actor: Actor, in key: ChatKey) -> MessageID {
        let id = nextMessageID(in: key)
        chats[key]?.topics[id] = topic
        var message = Message(id: id, date: date, sender: actor, content: .service(.topicCreated(topic)))
        message.threadID = id
        append(message, to: key)
        push(message, .message, in: key)
        record(.chat, in: key)
        return id
    }

    /// A person makes a topic.
    package mutating func addTopic(_ name: String, by person: PersonID, in key: ChatKey) throws(APIFailure) -> MessageID {
        try enter(key, person)
        guard chats[key]?.isForum == true else { throw .badRequest("the chat is not a forum") }
        guard mayManageTopics(.person(person), in: key) else { throw .badRequest("not enough rights to create a topic") }
        let name = name.trimmingSpaces
        guard (1...128).contains(name.utf16.count) else { throw .badRequest("title must be non-empty") }
        let color = Topic.colors[Int(random.next() % UInt64(Topic.colors.count))]
        return addTopic(Topic(name: name, iconColor: color, creator: .person(person)), by: .person(person), in: key)
    }

    /// A person closes or opens a topic.
    package mutating func setTopic(_ id: MessageID, isClosed: Bool, by person: PersonID, in key: ChatKey) throws(APIFailure) {
        try enter(key, person, toWrite: false)
        guard let topic = chats[key]?.topics[id] else { throw .badRequest("TOPIC_ID_INVALID") }
        guard topic.creator == .person(person) || isAdministrator(.person(person), in: key) else {
            throw .badRequest("not enough rights to close or open the topic")
        }
        guard topic.isClosed != isClosed else { throw .badRequest("TOPIC_NOT_MODIFIED") }
        chats[key]?.topics[id]?.isClosed = isClosed
        announce(isClosed ? .topicClosed : .topicReopened, by: .person(person), in: key, thread: id)
    }

    /// Whether somebody may make topics: administrators with the right, and members where all may.
    func mayManageTopics(_ actor: Actor, in key: ChatKey) -> Bool {
        switch status(of: actor, in: key) {
        case .creator: true
        case .administrator: chats[key]?.memberDetails[actor]?.rights?.contains(.manageTopics) ?? true
        case .member: chats[key]?.permissions.contains(.manageTopics) ?? false
        case .restricted: chats[key]?.memberDetails[actor]?.permissions.contains(.manageTopics) ?? false
        case .left, .kicked: false
        }
    }

    /// Where a new message goes in a forum: the topic asked for, or that of the message it answers.
    ///
    /// - Returns: nil for the general topic, and outside of forums.
    /// - Throws: when there is no such topic, and when it is closed for `actor`.
    func thread(_ id: MessageID?, replyTo: MessageID?, by actor: Actor, in key: ChatKey) throws(APIFailure) -> MessageID? {
        guard let chat = chats[key], chat.isForum else {
            guard id == nil || id == 0 else { throw .badRequest("message thread not found") }
            return nil
        }
        let wanted = id == 0 ? nil : id
        // Bots leave the general topic out, as people's messages in it do.
        guard wanted != Topic.general else { throw .badRequest("message thread not found") }
        let thread = wanted ?? replyTo.flatMap { chat.messages[$0]?.threadID }
        guard let topic = chat.topics[thread ?? Topic.general] else { throw .badRequest("message thread not found") }
        let isOwner = topic.creator == actor || (isAdministrator(actor, in: key) && mayManageTopics(actor, in: key))
        guard !topic.isClosed || isOwner else { throw .badRequest("TOPIC_CLOSED") }
        return thread
    }
}
