import JSON

/// Finding chats and messages, and who may do what there.
extension World {
    enum Access { case read, write }

    /// The chat that a parameter names.
    ///
    /// - Throws: the server's refusals: unknown, blocked, deactivated, not a member, never started.
    mutating func chat(_ call: Call, _ name: String = "chat_id", _ access: Access = .write) throws(APIFailure) -> ChatKey {
        if call.parameters.text("business_connection_id") != nil { throw .badRequest("business connection not found") }
        guard call.parameters.text(name) != nil else { throw .badRequest("\(name) is empty") }
        // Only public groups and channels go by a name.
        guard let id = call.parameters.int(name) ?? publicChat(call.parameters.text(name)) else { throw .badRequest("chat not found") }
        return try id > 0 ? directChat(id, call.bot, access) : group(id, call.bot, access)
    }

    private func publicChat(_ name: String?) -> ChatID? {
        guard let name, name.hasPrefix("@") else { return nil }
        return groupIDs[name.dropFirst().lowercased()]
    }

    private mutating func directChat(_ id: ChatID, _ bot: BotID, _ access: Access) throws(APIFailure) -> ChatKey {
        if bots[id] != nil { throw .forbidden("bots can't send messages to bots") }
        guard let person = people[id] else { throw .badRequest("chat not found") }
        let key = ChatKey.direct(bot: bot, person: id)
        if access == .write, person.isDeactivated { throw .forbidden("user is deactivated") }
        if chats[key]?.isStarted != true, mayGreet(id, bot) { return directChat(bot: bot, person: id) }
        guard let chat = chats[key], chat.isStarted else {
            let hasMet = groups.contains { group in
                let members = chats[.group(group)]?.members ?? [:]
                return members[.person(id)] != nil && members[.bot(bot)] != nil
            }
            throw hasMet ? .forbidden("bot can't initiate conversation with a user") : .badRequest("chat not found")
        }
        if access == .write, chat.isBlocked { throw .forbidden("bot was blocked by the user") }
        return key
    }

    /// Whoever asks to join may be written to for five minutes by the bots that decide about it.
    private func mayGreet(_ person: PersonID, _ bot: BotID) -> Bool {
        groups.contains { group in
            guard let asked = chats[.group(group)]?.joinRequests[person] else { return false }
            return now - asked.askedAt < 300 && hasRight(.inviteUsers, bot, in: .group(group))
        }
    }

    private func group(_ id: ChatID, _ bot: BotID, _ access: Access) throws(APIFailure) -> ChatKey {
        let key = ChatKey.group(id)
        guard let chat = chats[key] else { throw .badRequest("chat not found") }
        let isOpen = access == .read && chat.username != nil
        guard chat.members[.bot(bot)] != nil || chat.username != nil else { throw .badRequest("chat not found") }
        switch status(of: .bot(bot), in: key) {
        case .left where isOpen: return key
        case .member where access == .write && chat.kind == .channel:
            throw .badRequest("need administrator rights in the channel chat")
        case .kicked: throw .forbidden("bot was kicked from the \(chat.kind.rawValue) chat")
        case .left where access == .write || chat.kind != .group:
            throw .forbidden("bot is not a member of the \(chat.kind.rawValue) chat")
        default: return key
        }
    }

    func message(_ id: MessageID?, in key: ChatKey, _ what: String) throws(APIFailure) -> Message {
        guard let id, id > 0 else { throw .badRequest("message identifier is not specified") }
        guard let message = chats[key]?.messages[id] else { throw .badRequest("\(what) not found") }
        return message
    }

    func messageIDs(_ call: Call) throws(APIFailure) -> [MessageID] {
        guard let json = try call.parameters.json("message_ids", "message identifiers"), let array = json.array else {
            throw .badRequest("expected an Array of message identifiers")
        }
        guard array.count <= 100 else { throw .badRequest("too many message identifiers specified") }
        var ids: [MessageID] = []
        for element in array {
            guard let id = element.int ?? element.string.flatMap({ Int64($0) }) else {
                throw .badRequest("message identifier must be a Number")
            }
            guard id > 0 else { throw .badRequest("invalid message identifier specified") }
            ids.append(id)
        }
        guard !ids.isEmpty else { throw .badRequest("message identifiers are not specified") }
        return ids
    }

    func isAdministrator(_ actor: Actor, in key: ChatKey) -> Bool {
        let status = chats[key]?.members[actor]
        return status == .administrator || status == .creator
    }

    func hasRight(_ right: AdministratorRight, _ bot: BotID, in key: ChatKey) -> Bool {
        isAdministrator(.bot(bot), in: key) && chats[key]?.memberDetails[.bot(bot)]?.rights?.contains(right) ?? true
    }
}
