import JSON

/// Pictures of chats and bots, tags of members, chats that write.
extension World {
    /// Pixels of the shorter side of a chat's picture at least.
    private static let smallestPhoto: Int64 = 160

    mutating func setChatPhoto(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .changeInfo, "not enough rights to change chat photo")
        guard let upload = call.parameters.uploads["photo"] ?? attached(call.parameters.text("photo"), call) else {
            throw .badRequest("photo must be uploaded as an InputFile")
        }
        let file = try storeProfilePhoto(upload)
        chats[key]?.photo = file
        announce(.photoChanged(file), by: .bot(call.bot), in: key)
        record(.chat, in: key)
        return .success
    }

    mutating func deleteChatPhoto(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .changeInfo, "not enough rights to delete chat photo")
        guard chats[key]?.photo != nil else { throw .badRequest("CHAT_NOT_MODIFIED") }
        chats[key]?.photo = nil
        announce(.photoDeleted, by: .bot(call.bot), in: key)
        record(.chat, in: key)
        return .success
    }

    private func attached(_ reference: String?, _ call: Call) -> Upload? {
        guard let reference, reference.hasPrefix("attach://") else { return nil }
        return call.parameters.uploads[String(reference.dropFirst("attach://".count))]
    }

    /// Keeps a picture of a person, bot or chat.
    private mutating func storeProfilePhoto(_ upload: Upload) throws(APIFailure) -> FileID {
        let file = try store(upload, as: .photo)
        guard let size = files[file]?.dimensions, min(size.width, size.height) >= Self.smallestPhoto else {
            throw .badRequest("PHOTO_CROP_SIZE_SMALL")
        }
        return file
    }

    mutating func setMyProfilePhoto(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard let json = try call.parameters.json("photo", "input profile photo"), case .object = json else {
            throw .badRequest("can't parse InputProfilePhoto: expected an Object")
        }
        guard json["type"]?.string == "static" else {
            throw .badRequest(
                json["type"]?.string == "animated"
                    ? "the simulated Telegram takes profile photos that don't move" : "invalid profile photo type specified")
        }
        guard let upload = attached(json["photo"]?.string, call) else { throw .badRequest("profile photo must be uploaded") }
        let file = try storeProfilePhoto(upload)
        bots[call.bot]?.photos.insert(file, at: 0)
        return .success
    }

    mutating func removeMyProfilePhoto(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard bots[call.bot]?.photos.isEmpty == false else { throw .badRequest("bot has no profile photo") }
        bots[call.bot]?.photos.removeFirst()
        return .success
    }

    /// A person gets a new picture.
    package mutating func addPhoto(_ upload: Upload, of person: PersonID) throws(APIFailure) -> FileID {
        let file = try storeProfilePhoto(upload)
        people[person]?.photos.insert(file, at: 0)
        return file
    }

    mutating func getUserProfilePhotos(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard let id = call.parameters.int("user_id"), let photos = bots[id]?.photos ?? people[id]?.photos else {
            throw .badRequest("user not found")
        }
        let offset = Int(clamping: max(call.parameters.int("offset") ?? 0, 0))
        let limit = Int(min(max(call.parameters.int("limit") ?? 100, 1), 100))
        var json = JSONWriter()
        json.object { json in
            json.member("total_count", photos.count)
            json.key("photos")
            json.array { json in for photo in photos.dropFirst(offset).prefix(limit) { writePhotoSizes(photo, to: &json) } }
        }
        return .success(json.bytes)
    }

    /// `Array of PhotoSize`; a photo has one size here.
    func writePhotoSizes(_ id: FileID, to json: inout JSONWriter) {
        json.array { json in
            guard let file = files[id] else { return }
            json.object {
                writeFileMembers(file, to: &$0)
                $0.member("width", file.dimensions?.width ?? 0)
                $0.member("height", file.dimensions?.height ?? 0)
            }
        }
    }

    /// `ChatPhoto`
    func writeChatPhoto(_ id: FileID?, to json: inout JSONWriter) {
        guard let id, let file = files[id] else { return }
        json.member(
            "photo",
            object: {
                for size in ["small", "big"] {
                    $0.member("\(size)_file_id", file.id)
                    $0.member("\(size)_file_unique_id", file.uniqueID)
                }
            })
    }

    // MARK: Sticker sets, tags

    /// Sets the set of a supergroup, or without a name takes it away.
    mutating func setChatStickerSet(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .changeInfo, "not enough rights to change supergroup sticker set", basicGroups: false)
        guard chats[key]?.kind == .supergroup else { throw .badRequest("method is available only for supergroups") }
        let name = call.parameters.text("sticker_set_name")
        if let name {
            guard stickers[name] != nil else { throw .badRequest("STICKERSET_INVALID") }
        }
        chats[key]?.stickerSet = name
        return .success
    }

    mutating func setChatMemberTag(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try administered(call, .manageTags, "not enough rights")
        let actor = try member(call)
        let tag = call.parameters.text("tag")
        guard tag?.utf16.count ?? 0 <= 16 else { throw .badRequest("TAG_TOO_LONG") }
        // Digits and signs such as # count as emoji to Unicode; only those that are pictures by themselves are meant.
        guard tag?.unicodeScalars.contains(where: { $0.properties.isEmojiPresentation }) != true else {
            throw .badRequest("TAG_EMOJI_NOT_ALLOWED")
        }
        let status = status(of: actor, in: key)
        guard status == .member || status == .restricted else {
            throw .badRequest(status.isPresent ? "user is an administrator of the chat" : "USER_NOT_PARTICIPANT")
        }
        var details = chats[key]?.memberDetails[actor] ?? MemberDetails()
        details.tag = tag
        setMember(actor, to: status, in: key, by: .bot(call.bot), details: details == MemberDetails() ? nil : details)
        return .success
    }

    // MARK: Chats that write

    private mutating func senderChat(_ call: Call) throws(APIFailure) -> (ChatKey, ChatID) {
        let key = try administered(
            call, .restrictMembers, "not enough rights to restrict/unrestrict chat member", basicGroups: false)
        guard let id = call.parameters.int("sender_chat_id"), id < 0, chats[.group(id)] != nil, .group(id) != key else {
            throw .badRequest("PARTICIPANT_ID_INVALID")
        }
        return (key, id)
    }

    mutating func banChatSenderChat(_ call: Call) throws(APIFailure) -> APIAnswer {
        let (key, id) = try senderChat(call)
        chats[key]?.bannedSenders.insert(id)
        return .success
    }

    mutating func unbanChatSenderChat(_ call: Call) throws(APIFailure) -> APIAnswer {
        let (key, id) = try senderChat(call)
        chats[key]?.bannedSenders.remove(id)
        return .success
    }

    /// For whom a person writes: a channel of theirs, or the group itself as an anonymous administrator; nil for themselves.
    func senderChat(_ channel: ChatID?, of person: PersonID, in key: ChatKey) throws(APIFailure) -> ChatID? {
        guard let channel else {
            let isAnonymous = chats[key]?.memberDetails[.person(person)]?.isAnonymous == true
            return isAnonymous && isAdministrator(.person(person), in: key) ? key.id : nil
        }
        guard chats[key]?.kind == .supergroup else { throw .badRequest("only in supergroups people write as a channel") }
        guard chats[.group(channel)]?.kind == .channel, chats[.group(channel)]?.members[.person(person)] == .creator else {
            throw .badRequest("\(channel) is no channel of this person")
        }
        // A ban holds for all channels of its owner.
        let banned = chats[key]?.bannedSenders ?? []
        guard !banned.contains(where: { chats[.group($0)]?.members[.person(person)] == .creator }) else {
            throw .badRequest("the channels of this person are banned here")
        }
        return channel
    }

    // MARK: Reactions of others

    private mutating func reactor(_ call: Call) throws(APIFailure) -> (ChatKey, Actor) {
        let key = try chat(call)
        guard key.isGroup, chats[key]?.kind != .channel else { throw .badRequest("method is available for groups and supergroups only") }
        guard hasRight(.deleteMessages, call.bot, in: key) else { throw .badRequest("not enough rights to delete reactions") }
        guard call.parameters.text("actor_chat_id") == nil else { throw .badRequest("PARTICIPANT_ID_INVALID") }
        return (key, try member(call))
    }

    mutating func deleteMessageReaction(_ call: Call) throws(APIFailure) -> APIAnswer {
        let (key, actor) = try reactor(call)
        let message = try message(call.parameters.int("message_id"), in: key, "message")
        guard message.reactions[actor] != nil else { throw .badRequest("REACTION_EMPTY") }
        setReactions([], of: actor, on: message.id, in: key)
        return .success
    }

    mutating func deleteAllMessageReactions(_ call: Call) throws(APIFailure) -> APIAnswer {
        let (key, actor) = try reactor(call)
        let reacted = chats[key]?.messages.all.filter { $0.reactions[actor] != nil }.map(\.id) ?? []
        for id in reacted.suffix(10_000) { setReactions([], of: actor, on: id, in: key) }
        return .success
    }
}
