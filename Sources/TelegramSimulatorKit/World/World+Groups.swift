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
        push(
            MemberChange(
                actor: .bot(bot), old: isBlocked ? .member : .kicked, new: isBlocked ? .kicked : .member, doer: .person(person)),
            .myChatMember, in: key, to: bot)
    }

    package mutating func setDeactivated(_ isDeactivated: Bool, _ person: PersonID) {
        people[person]?.isDeactivated = isDeactivated
    }

    // MARK: Groups

    /// - Parameters:
    ///   - kind: group, supergroup or channel.
    ///   - username: makes a supergroup or channel public.
    ///   - creator: becomes the owner; bots join groups as plain members and channels as administrators.
    package mutating func addGroup(
        title: String, creator: PersonID, people members: [PersonID] = [], bots: [BotID] = [], kind: Chat.Kind = .supergroup,
        username: String? = nil, isForum: Bool = false
    ) throws(APIFailure) -> ChatKey {
        guard people[creator] != nil else { throw .badRequest("no such person") }
        guard kind != .private else { throw .badRequest("type must be group, supergroup or channel") }
        guard !isForum || kind == .supergroup else { throw .badRequest("only supergroups are forums") }
        guard !title.trimmingSpaces.isEmpty, title.utf16.count <= 128 else { throw .badRequest("title must have 1 to 128 characters") }
        if let username {
            guard kind != .group, groupIDs[username.lowercased()] == nil, personIDs[username.lowercased()] == nil else {
                throw .badRequest("username \(username) is taken, or the group is a basic one")
            }
        }
        nextGroup += 1
        let id = kind == .group ? -nextGroup : -1_000_000_000_000 - nextGroup
        let key = ChatKey.group(id)
        var chat = Chat(key: key, kind: kind, title: title, capacity: configuration.messagesPerChat)
        chat.username = username
        chat.isForum = isForum
        if isForum { chat.topics[Topic.general] = Topic(name: "General", iconColor: Topic.colors[0], creator: nil) }
        if let username { groupIDs[username.lowercased()] = id }
        chat.members[.person(creator)] = .creator
        chats[key] = chat
        groups.insert(id)
        append(
            Message(id: nextMessageID(in: key), date: date, sender: .person(creator), content: .service(.created(title: title))),
            to: key)
        for person in members { try join(.person(person), key, by: .person(creator)) }
        for bot in bots { try join(.bot(bot), key, by: .person(creator), as: kind == .channel ? .administrator : .member) }
        return key
    }

    /// - Parameter status: ``MemberStatus/member`` or ``MemberStatus/administrator``.
    package mutating func join(
        _ actor: Actor, _ key: ChatKey, by inviter: Actor, as status: MemberStatus = .member
    ) throws(APIFailure) {
        guard key.isGroup, chats[key] != nil else { throw .badRequest("chat not found") }
        guard self.actor(actor.id) == actor else { throw .badRequest("no such member") }
        let old = self.status(of: actor, in: key)
        guard old != status else { return }
        guard old != .kicked || inviter != actor else { throw .badRequest("this member was banned") }
        setMember(actor, to: status, in: key, by: inviter)
    }

    package mutating func leave(_ actor: Actor, _ key: ChatKey, by remover: Actor) {
        guard status(of: actor, in: key).isPresent else { return }
        setMember(actor, to: actor == remover ? .left : .kicked, in: key, by: remover)
    }

    /// The standing now: bans and restrictions end by themselves.
    func status(of actor: Actor, in key: ChatKey) -> MemberStatus {
        guard let status = chats[key]?.members[actor] else { return .left }
        let until = chats[key]?.memberDetails[actor]?.untilDate ?? 0
        guard until > 0, until <= date else { return status }
        switch status {
        case .kicked: return .left
        case .restricted: return .member
        // A subscription that nobody paid for again.
        case .member: return .left
        default: return status
        }
    }

    /// Gives a member another standing and tells everybody who hears of it.
    mutating func setMember(
        _ actor: Actor, to status: MemberStatus, in key: ChatKey, by doer: Actor, details: MemberDetails? = nil,
        viaRequest: Bool = false, link: String? = nil
    ) {
        let old = self.status(of: actor, in: key)
        let oldDetails = chats[key]?.memberDetails[actor]
        guard old != status || oldDetails != details else { return }
        // In channels nobody sees who comes and goes. Who leaves still sees the message.
        let isQuiet = chats[key]?.kind == .channel
        if old.isPresent, !status.isPresent, !isQuiet { announce(.left(actor), by: doer, in: key) }
        chats[key]?.members[actor] = status
        chats[key]?.memberDetails[actor] = details
        if case .person(let person) = actor, status.isPresent { chats[key]?.joinRequests[person] = nil }
        if !old.isPresent, status.isPresent, !isQuiet { announce(.joined([actor]), by: doer, in: key) }
        record(.chat, in: key)
        let change = MemberChange(
            actor: actor, old: old, oldDetails: oldDetails, new: status, newDetails: details, doer: doer, isViaRequest: viaRequest,
            link: link.flatMap { text in chats[key]?.inviteLinks.first { $0.link == text } })
        if case .bot(let bot) = actor { push(change, .myChatMember, in: key, to: bot) }
        for bot in bots(in: key) where actor != .bot(bot) && isAdministrator(.bot(bot), in: key) {
            push(change, .chatMember, in: key, to: bot)
        }
    }

    /// - Parameter thread: the topic where it is said.
    mutating func announce(_ service: Content.Service, by actor: Actor, in key: ChatKey, thread: MessageID? = nil) {
        var message = Message(id: nextMessageID(in: key), date: date, sender: actor, content: .service(service))
        message.threadID = thread == Topic.general ? nil : thread
        append(message, to: key)
        push(message, .message, in: key)
    }

    /// A person follows an invite link.
    ///
    /// - Returns: the chat, and whether the person is in; otherwise an administrator decides.
    package mutating func follow(
        _ link: String, by person: PersonID, bio: String? = nil
    ) throws(APIFailure) -> (chat: ChatKey, hasJoined: Bool) {
        guard let who = people[person], !who.isDeactivated else { throw .badRequest("no such person") }
        let found = groups.compactMap { id in
            chats[.group(id)]?.inviteLinks.firstIndex { $0.link == link }.map { (ChatKey.group(id), $0) }
        }.first
        guard let (key, index) = found, let used = chats[key]?.inviteLinks[index], !used.isRevoked, used.expireDate ?? .max > date else {
            throw .badRequest("INVITE_HASH_EXPIRED")
        }
        if used.createsJoinRequest {
            try askToJoin(person, key, bio: bio, link: link)
            return (key, false)
        }
        switch status(of: .person(person), in: key) {
        case .kicked: throw .badRequest("this member was banned")
        case .left: break
        default: throw .badRequest("USER_ALREADY_PARTICIPANT")
        }
        // The limit is on those who are in the chat at the same time.
        let present = used.followers.count { status(of: .person($0), in: key).isPresent }
        guard present < used.memberLimit ?? .max else { throw .badRequest("INVITE_HASH_EXPIRED") }
        chats[key]?.inviteLinks[index].followers.insert(person)
        let details = used.subscription.map { MemberDetails(untilDate: date + $0.period) }
        setMember(.person(person), to: .member, in: key, by: .person(person), details: details, link: link)
        return (key, true)
    }

    /// A person asks to be let in. Bots that may invite hear of it.
    ///
    /// - Parameter link: the invite link that was used; must be one that asks for approval.
    package mutating func askToJoin(
        _ person: PersonID, _ key: ChatKey, bio: String? = nil, link: String? = nil
    ) throws(APIFailure) {
        guard let who = people[person], !who.isDeactivated else { throw .badRequest("no such person") }
        guard let chat = chats[key], key.isGroup else { throw .badRequest("chat not found") }
        switch status(of: .person(person), in: key) {
        case .kicked: throw .badRequest("this member was banned")
        case .left: break
        default: throw .badRequest("\(who.firstName) is in this chat already")
        }
        let used = link.flatMap { text in chat.inviteLinks.first { $0.link == text } }
        if link != nil {
            guard let used, !used.isRevoked, used.expireDate ?? .max > date, used.createsJoinRequest else {
                throw .badRequest("the invite link is unknown, over, or lets people in without a request")
            }
        }
        chats[key]?.joinRequests[person] = JoinRequest(askedAt: now, link: used?.link)
        record(.chat, in: key)
        var json = JSONWriter()
        json.object { json in
            json.key("chat")
            writeChat(key, to: &json)
            json.key("from")
            writeUser(.person(person), to: &json)
            json.member("user_chat_id", person)
            json.member("date", date)
            json.member("bio", bio)
            if let used {
                json.key("invite_link")
                write(used, in: key, to: &json)
            }
        }
        let bytes = json.bytes
        for bot in bots(in: key) where hasRight(.inviteUsers, bot, in: key) {
            push(.chatJoinRequest, to: bot, lane: .chat(key.id)) { $0.value(rawJSON: bytes) }
        }
    }

    private struct MemberChange {
        var actor: Actor
        var old: MemberStatus
        var oldDetails: MemberDetails?
        var new: MemberStatus
        var newDetails: MemberDetails?
        var doer: Actor
        var isViaRequest = false
        var link: InviteLink?
    }

    private mutating func push(_ change: MemberChange, _ kind: UpdateKind, in key: ChatKey, to bot: BotID) {
        var json = JSONWriter()
        json.object { json in
            json.key("chat")
            writeChat(key, to: &json)
            json.key("from")
            writeUser(change.doer, to: &json)
            json.member("date", date)
            json.key("old_chat_member")
            writeMember(change.actor, change.old, change.oldDetails, in: key, to: &json)
            json.key("new_chat_member")
            writeMember(change.actor, change.new, change.newDetails, in: key, to: &json)
            if let link = change.link {
                json.key("invite_link")
                write(link, in: key, to: &json)
            }
            if change.isViaRequest { json.member("via_join_request", true) }
        }
        let bytes = json.bytes
        push(kind, to: bot, lane: .chat(key.id)) { $0.value(rawJSON: bytes) }
    }
}
