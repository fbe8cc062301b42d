import JSON

/// Banning, restricting, promoting, and letting people in.
extension World {
    /// A group or channel where the bot may do something.
    mutating func administered(
        _ call: Call, _ right: AdministratorRight, _ refusal: String, basicGroups: Bool = true
    ) throws(APIFailure) -> ChatKey {
        let key = try chat(call)
        guard key.isGroup else { throw .badRequest("chat member status can't be changed in private chats") }
        guard basicGroups || chats[key]?.kind != .group else { throw .badRequest("method is available only for supergroups") }
        guard hasRight(right, call.bot, in: key) else { throw .badRequest(refusal) }
        return key
    }

    func member(_ call: Call) throws(APIFailure) -> Actor {
        guard let id = call.parameters.int("user_id"), id > 0 else { throw .badRequest("invalid user_id specified") }
        guard let actor = actor(id) else { throw .badRequest("user not found") }
        return actor
    }

    /// Until when, in seconds since 1970; 0 for ever: less than 30 s or more than 366 days from now mean that too.
    private func untilDate(_ call: Call) -> Int64 {
        let until = call.parameters.int("until_date") ?? 0
        return until - date < 30 || until - date > 366 * 86_400 ? 0 : until
    }

    func refuseChangeOfAdministrators(_ actor: Actor, in key: ChatKey) throws(APIFailure) {
        switch chats[key]?.members[actor] {
        case .creator: throw .badRequest("can't remove chat owner")
        case .administrator: throw .badRequest("user is an administrator of the chat")
        default: return
        }
    }

    mutating func banChatMember(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .restrictMembers, "not enough rights to restrict/unrestrict chat member")
        let actor = try member(call)
        guard actor != .bot(call.bot) else { throw .badRequest("can't restrict self") }
        try refuseChangeOfAdministrators(actor, in: key)
        var details: MemberDetails?
        if case let until = untilDate(call), until > 0 { details = MemberDetails(untilDate: until) }
        setMember(actor, to: .kicked, in: key, by: .bot(call.bot), details: details)
        if call.parameters.bool("revoke_messages") || chats[key]?.kind != .group {
            let revoked = call.parameters.bool("revoke_messages") ? chats[key]?.messages.all.filter { $0.sender == actor } ?? [] : []
            for message in revoked { remove(message.id, in: key) }
        }
        return .success
    }

    mutating func unbanChatMember(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(
            call, .restrictMembers, "not enough rights to restrict/unrestrict chat member", basicGroups: false)
        let actor = try member(call)
        try refuseChangeOfAdministrators(actor, in: key)
        let status = status(of: actor, in: key)
        // Without only_if_banned it puts members out, able to come back.
        if status == .kicked || (status.isPresent && !call.parameters.bool("only_if_banned")) {
            setMember(actor, to: .left, in: key, by: .bot(call.bot))
        }
        return .success
    }

    mutating func restrictChatMember(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard let json = try call.parameters.json("permissions", "ChatPermissions"), case .object = json else {
            throw .badRequest("object expected as permissions")
        }
        let key = try administered(
            call, .restrictMembers, "not enough rights to restrict/unrestrict chat member", basicGroups: false)
        guard chats[key]?.kind == .supergroup else { throw .badRequest("method is available only for supergroups") }
        let actor = try member(call)
        guard actor != .bot(call.bot) else { throw .badRequest("can't restrict self") }
        try refuseChangeOfAdministrators(actor, in: key)
        guard status(of: actor, in: key).isPresent else { throw .badRequest("USER_NOT_PARTICIPANT") }
        let permissions = ChatPermission.all(in: json)
        // All that members may do means to lift the restriction.
        if permissions.isSuperset(of: ChatPermission.usual) {
            setMember(actor, to: .member, in: key, by: .bot(call.bot))
        } else {
            let details = MemberDetails(permissions: permissions, untilDate: untilDate(call))
            setMember(actor, to: .restricted, in: key, by: .bot(call.bot), details: details)
        }
        return .success
    }

    mutating func promoteChatMember(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .promoteMembers, "not enough rights")
        guard chats[key]?.kind != .group else { throw .badRequest("method is available for supergroup and channel chats only") }
        let actor = try member(call)
        guard actor != .bot(call.bot) else { throw .badRequest("can't promote self") }
        guard chats[key]?.members[actor] != .creator else { throw .badRequest("can't remove chat owner") }
        let status = status(of: actor, in: key)
        guard status.isPresent || chats[key]?.kind == .channel else { throw .badRequest("USER_NOT_PARTICIPANT") }
        let rights = Set(AdministratorRight.allCases.filter { call.parameters.bool($0.rawValue) })
        if rights.isEmpty, !call.parameters.bool("is_anonymous") {
            setMember(actor, to: .member, in: key, by: .bot(call.bot))
        } else {
            var details = MemberDetails(rights: rights.union([.manageChat]))
            details.isAnonymous = call.parameters.bool("is_anonymous")
            details.customTitle = chats[key]?.memberDetails[actor]?.customTitle
            setMember(actor, to: .administrator, in: key, by: .bot(call.bot), details: details)
        }
        return .success
    }

    mutating func setChatAdministratorCustomTitle(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .promoteMembers, "not enough rights", basicGroups: false)
        let actor = try member(call)
        let title = call.parameters.text("custom_title") ?? ""
        guard title.utf16.count <= 16 else { throw .badRequest("ADMIN_RANK_INVALID") }
        guard chats[key]?.members[actor] == .administrator else { throw .badRequest("user is not an administrator") }
        chats[key]?.memberDetails[actor, default: MemberDetails()].customTitle = title
        record(.chat, in: key)
        return .success
    }

    // MARK: The chat itself

    mutating func setChatTitle(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .changeInfo, "not enough rights to change chat title")
        let title = (call.parameters.text("title") ?? "").trimmingSpaces
        guard (1...128).contains(title.utf16.count) else { throw .badRequest("title must be non-empty") }
        guard chats[key]?.title != title else { throw .badRequest("chat title is not modified") }
        chats[key]?.title = title
        announce(.renamed(title), by: .bot(call.bot), in: key)
        record(.chat, in: key)
        return .success
    }

    mutating func setChatDescription(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .changeInfo, "not enough rights to set chat description")
        let text = call.parameters.text("description")
        guard text?.utf16.count ?? 0 <= 255 else { throw .badRequest("CHAT_ABOUT_TOO_LONG") }
        guard chats[key]?.description != text else { throw .badRequest("chat description is not modified") }
        chats[key]?.description = text
        return .success
    }

    mutating func setChatPermissions(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard let json = try call.parameters.json("permissions", "ChatPermissions"), case .object = json else {
            throw .badRequest("object expected as permissions")
        }
        let key = try administered(call, .restrictMembers, "not enough rights to change chat permissions")
        chats[key]?.permissions = ChatPermission.all(in: json)
        record(.chat, in: key)
        return .success
    }

    // MARK: Join requests

    mutating func approveChatJoinRequest(_ call: Call) throws(APIFailure) -> APIAnswer {
        let (key, person) = try asking(call)
        let link = chats[key]?.joinRequests[person]?.link
        if let index = chats[key]?.inviteLinks.firstIndex(where: { $0.link == link }) {
            chats[key]?.inviteLinks[index].followers.insert(person)
        }
        setMember(.person(person), to: .member, in: key, by: .bot(call.bot), viaRequest: true, link: link)
        return .success
    }

    mutating func declineChatJoinRequest(_ call: Call) throws(APIFailure) -> APIAnswer {
        let (key, person) = try asking(call)
        chats[key]?.joinRequests[person] = nil
        record(.chat, in: key)
        return .success
    }

    private mutating func asking(_ call: Call) throws(APIFailure) -> (ChatKey, PersonID) {
        let key = try administered(call, .inviteUsers, "not enough rights to manage chat join requests")
        guard case .person(let person) = try member(call) else { throw .badRequest("user not found") }
        guard !status(of: .person(person), in: key).isPresent else { throw .badRequest("USER_ALREADY_PARTICIPANT") }
        guard chats[key]?.joinRequests[person] != nil else { throw .badRequest("HIDE_REQUESTER_MISSING") }
        return (key, person)
    }
}
