import JSON

/// Asking about chats, members, files and the bot itself.
extension World {
    mutating func getMe(_ call: Call) -> APIAnswer {
        guard let bot = bots[call.bot] else { return .failure(.unauthorized) }
        var json = JSONWriter()
        json.object {
            $0.member("id", bot.id)
            $0.member("is_bot", true)
            $0.member("first_name", bot.name)
            $0.member("username", bot.username)
            $0.member("can_join_groups", true)
            $0.member("can_read_all_group_messages", true)
            $0.member("supports_guest_queries", false)
            $0.member("supports_inline_queries", true)
            $0.member("can_connect_to_business", false)
            $0.member("has_main_web_app", false)
            $0.member("has_topics_enabled", false)
            $0.member("allows_users_to_create_topics", false)
            $0.member("can_manage_bots", false)
            $0.member("supports_join_request_queries", false)
        }
        return .success(json.bytes)
    }

    mutating func getFile(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard let file = files[call.parameters.text("file_id") ?? ""] else { throw .badRequest("invalid file_id") }
        guard file.size <= 20 << 20 else { throw .badRequest("file is too big") }
        guard file.bytes != nil else { throw .badRequest("wrong file_id or the file is temporarily unavailable") }
        var json = JSONWriter()
        json.object {
            writeFileMembers(file, to: &$0)
            $0.member("file_path", file.path)
        }
        return .success(json.bytes)
    }

    // MARK: Chats

    mutating func getChat(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call, "chat_id", .read)
        var json = JSONWriter()
        json.object { json in
            writeChatMembers(key, to: &json)
            json.member("accent_color_id", 0)
            json.member("max_reaction_count", 11)
            writeChatPhoto(photo(of: key), to: &json)
            if let pinned = chats[key]?.pinned.last, let message = chats[key]?.messages[pinned] {
                json.key("pinned_message")
                writeMessage(message, in: key, to: &json, depth: 1)
            }
            json.member(
                "accepted_gift_types",
                object: {
                    for name in ["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"] {
                        $0.member(name, false)
                    }
                })
            guard key.isGroup, let chat = chats[key] else { return }
            json.member("description", chat.description)
            if hasRight(.inviteUsers, call.bot, in: key) {
                json.member("invite_link", chat.inviteLinks.first { $0.isPrimary && !$0.isRevoked }?.link)
            }
            guard chat.kind != .channel else { return }
            json.member("sticker_set_name", chat.stickerSet)
            if chat.kind == .supergroup, hasRight(.changeInfo, call.bot, in: key) { json.member("can_set_sticker_set", true) }
            json.member(
                "permissions",
                object: {
                    for permission in ChatPermission.allCases { $0.member(permission.rawValue, chat.permissions.contains(permission)) }
                })
        }
        return .success(json.bytes)
    }

    private func photo(of key: ChatKey) -> FileID? {
        if case .direct(_, let person) = key { return people[person]?.photos.first }
        return chats[key]?.photo
    }

    mutating func getChatMemberCount(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call, "chat_id", .read)
        let count = key.isGroup ? chats[key]?.members.keys.count { status(of: $0, in: key).isPresent } ?? 0 : 2
        return .success(Array(String(count).utf8))
    }

    mutating func getChatMember(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call, "chat_id", .read)
        guard let id = call.parameters.int("user_id"), let actor = actor(id) else { throw .badRequest("PARTICIPANT_ID_INVALID") }
        let status: MemberStatus
        if key.isGroup {
            status = self.status(of: actor, in: key)
        } else {
            guard id == key.id || id == call.bot else { throw .badRequest("PARTICIPANT_ID_INVALID") }
            status = .member
        }
        var json = JSONWriter()
        writeMember(actor, status, chats[key]?.memberDetails[actor], in: key, to: &json)
        return .success(json.bytes)
    }

    mutating func getChatAdministrators(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call, "chat_id", .read)
        guard key.isGroup else { throw .badRequest("there are no administrators in the private chat") }
        let members = (chats[key]?.members ?? [:]).sorted { $0.key.id < $1.key.id }
        var json = JSONWriter()
        json.array { json in
            for (actor, status) in members where status == .creator || status == .administrator {
                if case .bot = actor, actor != .bot(call.bot), !call.parameters.bool("return_bots") { continue }
                writeMember(actor, status, chats[key]?.memberDetails[actor], in: key, to: &json)
            }
        }
        return .success(json.bytes)
    }

    mutating func leaveChat(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        guard key.isGroup else { throw .badRequest("chat member status can't be changed in private chats") }
        leave(.bot(call.bot), key, by: .bot(call.bot))
        return .success
    }

    func actor(_ id: Int64) -> Actor? {
        if bots[id] != nil { return .bot(id) }
        return people[id] != nil ? .person(id) : nil
    }

    func writeMember(_ actor: Actor, _ status: MemberStatus, _ details: MemberDetails?, in key: ChatKey, to json: inout JSONWriter) {
        let details = details ?? MemberDetails()
        let kind = chats[key]?.kind ?? .supergroup
        json.object { json in
            json.key("user")
            writeUser(actor, to: &json)
            json.member("status", status.rawValue)
            switch status {
            case .creator:
                json.member("is_anonymous", details.isAnonymous)
                json.member("custom_title", details.customTitle)
            case .administrator:
                json.member("can_be_edited", false)
                json.member("is_anonymous", details.isAnonymous)
                for right in AdministratorRight.allCases where right.applies(to: kind) {
                    json.member(right.rawValue, details.rights?.contains(right) ?? true)
                }
                json.member("custom_title", details.customTitle)
            case .restricted:
                json.member("tag", details.tag)
                json.member("is_member", true)
                for permission in ChatPermission.allCases { json.member(permission.rawValue, details.permissions.contains(permission)) }
                json.member("until_date", details.untilDate)
            case .kicked: json.member("until_date", details.untilDate)
            case .member:
                json.member("tag", details.tag)
                if details.untilDate > 0 { json.member("until_date", details.untilDate) }
            case .left: break
            }
        }
    }

    // MARK: Commands

    mutating func setMyCommands(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard let array = try call.parameters.json("commands", "commands")?.array else {
            throw .badRequest("expected an Array of BotCommand")
        }
        guard array.count <= 100 else { throw .badRequest("BOT_COMMANDS_TOO_MUCH") }
        var commands: [Bot.Command] = []
        for json in array {
            guard let given = json["command"]?.string, let text = json["description"]?.string else {
                throw .badRequest("can't parse BotCommand: Can't find field \"command\"")
            }
            let name = given.hasPrefix("/") ? String(given.dropFirst()) : given
            guard (1...32).contains(name.utf8.count),
                name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") })
            else { throw .badRequest("BOT_COMMAND_INVALID") }
            guard (1...256).contains(text.utf16.count) else { throw .badRequest("BOT_COMMAND_DESCRIPTION_INVALID") }
            commands.append(Bot.Command(name: name, text: text))
        }
        setCommands(try commandScope(call), commands, call.bot)
        return .success
    }

    mutating func deleteMyCommands(_ call: Call) throws(APIFailure) -> APIAnswer {
        setCommands(try commandScope(call), nil, call.bot)
        return .success
    }

    mutating func getMyCommands(_ call: Call) throws(APIFailure) -> APIAnswer {
        let scope = try commandScope(call)
        var json = JSONWriter()
        json.array { json in
            for command in bots[call.bot]?.commands[scope] ?? [] {
                json.object {
                    $0.member("command", command.name)
                    $0.member("description", command.text)
                }
            }
        }
        return .success(json.bytes)
    }

    private mutating func setCommands(_ scope: String, _ commands: [Bot.Command]?, _ bot: BotID) {
        bots[bot]?.commands[scope] = commands
        // Whoever looks at one of the bot's chats sees the new list.
        for key in Array(chats.keys) { if case .direct(bot, _) = key { record(.chat, in: key) } }
    }

    /// `default/`, `all_private_chats/de`, `chat:42/`
    private func commandScope(_ call: Call) throws(APIFailure) -> String {
        let language = call.parameters.text("language_code") ?? ""
        guard let json = try call.parameters.json("scope", "BotCommandScope") else { return "default/\(language)" }
        guard case .object = json else { throw .badRequest("BotCommandScope must be an Object") }
        let type = json["type"]?.string ?? ""
        let chat = json["chat_id"].map { $0.int.map(String.init) ?? $0.string ?? "" } ?? ""
        switch type {
        case "default", "all_private_chats", "all_group_chats", "all_chat_administrators": return "\(type)/\(language)"
        case "chat", "chat_administrators", "chat_member":
            guard !chat.isEmpty else { throw .badRequest("empty chat_id specified") }
            return "\(type):\(chat):\(json["user_id"]?.int ?? 0)/\(language)"
        default: throw .badRequest("unsupported type specified")
        }
    }
}
