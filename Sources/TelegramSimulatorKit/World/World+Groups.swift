import JSON

/// Blocking, groups, joining and leaving.
extension World {
    // MARK: Blocking

    package mutating func setBlocked(_ isBlocked: Bool, _ person: PersonID, _ bot: BotID) {
        let key = directChat(bot: bot, person: person)
        guard chats[key]?.isBlocked != isBlocked else { return }
        chats[key]?.isBlocked = isBlocked
        if !isBlocked { chats[key]?.isStarted = true }
        record(.chat, in: key)
        pushMember(
            .myChatMember, .bot(bot), from: isBlocked ? .member : .kicked, to: isBlocked ? .kicked : .member,
            by: .person(person), in: key, bot)
    }

    package mutating func setDeactivated(_ isDeactivated: Bool, _ person: PersonID) {
        people[person]?.isDeactivated = isDeactivated
    }

    // MARK: Groups

    /// - Parameter creator: becomes the owner; bots join as plain members.
    package mutating func addGroup(
        title: String, creator: PersonID, people members: [PersonID] = [], bots: [BotID] = [], isBasic: Bool = false
    ) throws(APIFailure) -> ChatKey {
        guard people[creator] != nil else { throw .badRequest("no such person") }
        guard !title.trimmingSpaces.isEmpty else { throw .badRequest("title must be non-empty") }
        nextGroup += 1
        let id = isBasic ? -nextGroup : -1_000_000_000_000 - nextGroup
        let key = ChatKey.group(id)
        var chat = Chat(key: key, kind: isBasic ? .group : .supergroup, title: title, capacity: configuration.messagesPerChat)
        chat.members[.person(creator)] = .creator
        chats[key] = chat
        groups.insert(id)
        append(
            Message(id: nextMessageID(in: key), date: date, sender: .person(creator), content: .service(.created(title: title))),
            to: key)
        for person in members { try join(.person(person), key, by: .person(creator)) }
        for bot in bots { try join(.bot(bot), key, by: .person(creator)) }
        return key
    }

    /// - Parameter status: ``MemberStatus/member`` or ``MemberStatus/administrator``.
    package mutating func join(
        _ actor: Actor, _ key: ChatKey, by inviter: Actor, as status: MemberStatus = .member
    ) throws(APIFailure) {
        guard key.isGroup, chats[key] != nil else { throw .badRequest("chat not found") }
        guard self.actor(actor.id) == actor else { throw .badRequest("no such member") }
        let old = chats[key]?.members[actor] ?? .left
        guard old != status else { return }
        chats[key]?.members[actor] = status
        if !old.isPresent { announce(.joined([actor]), by: inviter, in: key) }
        tellMembers(actor, from: old, to: status, by: inviter, in: key)
    }

    package mutating func leave(_ actor: Actor, _ key: ChatKey, by remover: Actor) {
        guard let old = chats[key]?.members[actor], old.isPresent else { return }
        let status: MemberStatus = actor == remover ? .left : .kicked
        announce(.left(actor), by: remover, in: key)
        chats[key]?.members[actor] = status
        tellMembers(actor, from: old, to: status, by: remover, in: key)
    }

    private mutating func announce(_ service: Content.Service, by actor: Actor, in key: ChatKey) {
        let message = Message(id: nextMessageID(in: key), date: date, sender: actor, content: .service(service))
        append(message, to: key)
        var json = JSONWriter()
        writeMessage(message, in: key, to: &json)
        let bytes = json.bytes
        for bot in bots(in: key) { push(.message, to: bot, lane: .chat(key.id)) { $0.value(rawJSON: bytes) } }
    }

    private mutating func tellMembers(
        _ actor: Actor, from old: MemberStatus, to new: MemberStatus, by doer: Actor, in key: ChatKey
    ) {
        record(.chat, in: key)
        if case .bot(let bot) = actor { pushMember(.myChatMember, actor, from: old, to: new, by: doer, in: key, bot) }
        for bot in bots(in: key) where actor != .bot(bot) && isAdministrator(.bot(bot), in: key) {
            pushMember(.chatMember, actor, from: old, to: new, by: doer, in: key, bot)
        }
    }

    private mutating func pushMember(
        _ kind: UpdateKind, _ actor: Actor, from old: MemberStatus, to new: MemberStatus, by doer: Actor, in key: ChatKey,
        _ bot: BotID
    ) {
        var json = JSONWriter()
        json.object { json in
            json.key("chat")
            writeChat(key, to: &json)
            json.key("from")
            writeUser(doer, to: &json)
            json.member("date", date)
            json.key("old_chat_member")
            writeMember(actor, old, to: &json)
            json.key("new_chat_member")
            writeMember(actor, new, to: &json)
        }
        let bytes = json.bytes
        push(kind, to: bot, lane: .chat(key.id)) { $0.value(rawJSON: bytes) }
    }
}
