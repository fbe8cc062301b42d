import JSON

/// Sets of stickers.
extension World {
    // MARK: Finding

    /// A set that the bot made.
    private func ownSet(_ call: Call) throws(APIFailure) -> StickerSet {
        guard let set = stickers[call.parameters.text("name") ?? ""], set.bot == call.bot else { throw .badRequest("STICKERSET_INVALID") }
        return set
    }

    /// A sticker of a set that the bot made.
    private func ownSticker(_ call: Call, _ name: String = "sticker") throws(APIFailure) -> (set: StickerSet, index: Int) {
        guard let file = call.parameters.text(name), files[file] != nil else {
            throw .badRequest("wrong file identifier/HTTP URL specified")
        }
        guard let place = stickers.place(of: file), place.set.bot == call.bot else { throw .badRequest("STICKERSET_INVALID") }
        return place
    }

    private func stickerOwner(_ call: Call) throws(APIFailure) -> PersonID {
        guard let id = call.parameters.int("user_id"), people[id] != nil else { throw .badRequest("user not found") }
        return id
    }

    mutating func getStickerSet(_ call: Call) throws(APIFailure) -> APIAnswer {
        let name = call.parameters.text("name") ?? ""
        if name == StickerStore.topicSet { makeTopicIcons() }
        guard let set = stickers[name] else { throw .badRequest("STICKERSET_INVALID") }
        var json = JSONWriter(capacity: 2_048)
        json.object { json in
            json.member("name", set.name)
            json.member("title", set.title)
            json.member("sticker_type", set.kind.rawValue)
            json.key("stickers")
            json.array { json in for sticker in set.stickers { writeSticker(sticker.file, emoji: nil, to: &json) } }
            guard let thumbnail = set.thumbnail.flatMap({ files[$0] }) else { return }
            json.member(
                "thumbnail",
                object: {
                    writeFileMembers(thumbnail, to: &$0)
                    $0.member("width", thumbnail.dimensions?.width ?? 100)
                    $0.member("height", thumbnail.dimensions?.height ?? 100)
                })
        }
        return .success(json.bytes)
    }

    mutating func getCustomEmojiStickers(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard let ids = try call.parameters.json("custom_emoji_ids", "custom emoji identifiers")?.array else {
            throw .badRequest("expected an Array of String")
        }
        guard ids.count <= 200 else { throw .badRequest("too many custom emoji identifiers specified") }
        makeTopicIcons()
        return answerStickers(ids.compactMap { $0.string.flatMap { stickers.customEmoji[$0] } })
    }

    mutating func getForumTopicIconStickers(_ call: Call) -> APIAnswer {
        makeTopicIcons()
        return answerStickers(stickers[StickerStore.topicSet]?.stickers.map(\.file) ?? [])
    }

    private func answerStickers(_ list: [FileID]) -> APIAnswer {
        var json = JSONWriter(capacity: 1_024)
        json.array { json in for file in list { writeSticker(file, emoji: nil, to: &json) } }
        return .success(json.bytes)
    }

    /// The set of icons comes into being when somebody first asks for one.
    mutating func makeTopicIcons() {
        guard stickers[StickerStore.topicSet] == nil else { return }
        var set = StickerSet(
            name: StickerStore.topicSet, title: "Topic Icons", kind: .customEmoji, bot: nil, owner: nil, needsRepainting: false)
        for (id, emoji) in StickerStore.topicIcons {
            let file = files.add(Placeholder.upload, as: .sticker, random: &random).id
            set.stickers.append(Sticker(file: file, format: .static, emoji: [emoji], customEmojiID: id))
        }
        stickers.set(set)
    }

    // MARK: Files

    mutating func uploadStickerFile(_ call: Call) throws(APIFailure) -> APIAnswer {
        _ = try stickerOwner(call)
        let format = try stickerFormat(call.parameters.text("sticker_format"))
        guard let upload = call.parameters.uploads["sticker"] else { throw .badRequest("sticker must be uploaded as an InputFile") }
        let file = try store(upload, as: .sticker)
        try checkSticker(file, format, nil)
        var json = JSONWriter()
        json.object { json in
            guard let file = files[file] else { return }
            writeFileMembers(file, to: &json)
            json.member("file_path", file.path)
        }
        return .success(json.bytes)
    }

    private func stickerFormat(_ text: String?) throws(APIFailure) -> Sticker.Format {
        guard let text else { throw .badRequest("sticker format must be non-empty") }
        guard let format = Sticker.Format(rawValue: text.lowercased()) else { throw .badRequest("invalid sticker format specified") }
        return format
    }

    /// Whether a file is what its format says, by its first bytes and its size.
    private func checkSticker(_ id: FileID, _ format: Sticker.Format, _ kind: StickerSet.Kind?) throws(APIFailure) {
        guard let file = files[id], let bytes = file.bytes else { throw .badRequest("STICKER_FILE_INVALID") }
        switch format {
        case .static:
            let isPicture = bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) || bytes.starts(with: "RIFF".utf8)
            guard isPicture, let size = file.dimensions else { throw .badRequest("STICKER_PNG_NOPNG") }
            guard file.size <= 512 << 10 else { throw .badRequest("STICKER_FILE_INVALID") }
            guard kind == nil || max(size.width, size.height) == kind?.side else { throw .badRequest("STICKER_PNG_DIMENSIONS") }
        case .animated: guard bytes.starts(with: [0x1F, 0x8B]) else { throw .badRequest("STICKER_TGS_NOTGS") }
        case .video: guard bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) else { throw .badRequest("STICKER_VIDEO_NOWEBM") }
        }
    }

    /// `InputSticker`
    private mutating func inputSticker(_ json: JSON?, _ kind: StickerSet.Kind, _ call: Call) throws(APIFailure) -> Sticker {
        guard let json, case .object = json else { throw .badRequest("can't parse InputSticker: expected an Object") }
        guard let reference = json["sticker"]?.string, !reference.isEmpty else {
            throw .badRequest("can't parse InputSticker: Can't find field \"sticker\"")
        }
        let format = try stickerFormat(json["format"]?.string)
        let emoji = json["emoji_list"]?.array?.compactMap(\.string) ?? []
        try checkEmoji(emoji)
        var file = try file(.sticker, nil, reference, call.parameters)
        try checkSticker(file, format, kind)
        // A file is in one set only; another set gets a copy.
        if stickers.place(of: file) != nil, let known = files[file], let bytes = known.bytes {
            file = files.add(Upload(name: known.name, contentType: known.contentType, bytes: bytes), as: .sticker, random: &random).id
        }
        var sticker = Sticker(file: file, format: format, emoji: emoji, customEmojiID: kind == .customEmoji ? newID() : nil)
        sticker.keywords = try keywords(json["keywords"])
        if let position = json["mask_position"], !position.isNull { sticker.maskPosition = try maskPosition(position) }
        return sticker
    }

    private func checkEmoji(_ list: [String]) throws(APIFailure) {
        guard (1...20).contains(list.count) else { throw .badRequest("STICKER_EMOJI_INVALID") }
        guard list.allSatisfy({ $0.unicodeScalars.contains { $0.properties.isEmoji } }) else { throw .badRequest("STICKER_EMOJI_INVALID") }
    }

    private func keywords(_ json: JSON?) throws(APIFailure) -> [String] {
        let list = json?.array?.compactMap(\.string) ?? []
        guard list.count <= 20, list.reduce(0, { $0 + $1.utf16.count }) <= 64 else { throw .badRequest("too many keywords specified") }
        return list
    }

    private func maskPosition(_ json: JSON) throws(APIFailure) -> JSON {
        guard let point = json["point"]?.string, ["forehead", "eyes", "mouth", "chin"].contains(point) else {
            throw .badRequest("wrong point specified in MaskPosition")
        }
        var object = JSONObject([("point", .string(point))])
        for name in ["x_shift", "y_shift", "scale"] {
            guard let value = json[name]?.double else { throw .badRequest("can't parse MaskPosition: Can't find field \"\(name)\"") }
            object[name] = .double(value)
        }
        return .object(object)
    }

    // MARK: Making and changing sets

    mutating func createNewStickerSet(_ call: Call) throws(APIFailure) -> APIAnswer {
        let parameters = call.parameters
        let owner = try stickerOwner(call)
        let title = try setTitle(call)
        let name = parameters.text("name") ?? ""
        try checkSetName(name, call.bot)
        guard let kind = StickerSet.Kind(rawValue: parameters.text("sticker_type") ?? "regular") else {
            throw .badRequest("unsupported sticker type specified")
        }
        guard let list = try parameters.json("stickers", "stickers")?.array else { throw .badRequest("expected an Array of InputSticker") }
        guard (1...50).contains(list.count) else { throw .badRequest(list.isEmpty ? "STICKERS_EMPTY" : "STICKERS_TOO_MUCH") }
        guard stickers[name] == nil else { throw .badRequest("sticker set name is already occupied") }
        var set = StickerSet(
            name: name, title: title, kind: kind, bot: call.bot, owner: owner,
            needsRepainting: kind == .customEmoji && parameters.bool("needs_repainting"))
        for json in list { set.stickers.append(try inputSticker(json, kind, call)) }
        stickers.set(set)
        return .success
    }

    private func checkSetName(_ name: String, _ bot: BotID) throws(APIFailure) {
        let letters = name.utf8.allSatisfy { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || (0x30...0x39).contains($0) || $0 == 0x5F }
        guard letters, (1...64).contains(name.utf8.count), name.first?.isLetter == true, !name.contains("__"),
            let username = bots[bot]?.username, name.lowercased().hasSuffix("_by_\(username.lowercased())")
        else { throw .badRequest("invalid sticker set name is specified") }
    }

    private func setTitle(_ call: Call) throws(APIFailure) -> String {
        let title = (call.parameters.text("title") ?? "").trimmingSpaces
        guard (1...64).contains(title.utf16.count) else { throw .badRequest("sticker set title must be non-empty") }
        return title
    }

    mutating func addStickerToSet(_ call: Call) throws(APIFailure) -> APIAnswer {
        _ = try stickerOwner(call)
        var set = try ownSet(call)
        guard set.stickers.count < set.kind.maximum else { throw .badRequest("STICKERS_TOO_MUCH") }
        set.stickers.append(try inputSticker(call.parameters.json("sticker", "sticker"), set.kind, call))
        stickers.set(set)
        return .success
    }

    mutating func replaceStickerInSet(_ call: Call) throws(APIFailure) -> APIAnswer {
        _ = try stickerOwner(call)
        let (found, index) = try ownSticker(call, "old_sticker")
        var set = try ownSet(call)
        guard found.name == set.name else { throw .badRequest("STICKER_INVALID") }
        set.stickers[index] = try inputSticker(call.parameters.json("sticker", "sticker"), set.kind, call)
        stickers.set(set)
        return .success
    }

    mutating func setStickerPositionInSet(_ call: Call) throws(APIFailure) -> APIAnswer {
        var (set, index) = try ownSticker(call)
        guard let position = call.parameters.int("position"), position >= 0 else { throw .badRequest("invalid sticker position specified") }
        let sticker = set.stickers.remove(at: index)
        set.stickers.insert(sticker, at: min(Int(clamping: position), set.stickers.count))
        stickers.set(set)
        return .success
    }

    mutating func deleteStickerFromSet(_ call: Call) throws(APIFailure) -> APIAnswer {
        var (set, index) = try ownSticker(call)
        set.stickers.remove(at: index)
        // A set without stickers goes.
        if set.stickers.isEmpty { stickers.remove(set.name) } else { stickers.set(set) }
        return .success
    }

    /// Changes one sticker.
    private mutating func changeSticker(_ call: Call, _ body: (inout Sticker) throws(APIFailure) -> Void) throws(APIFailure) -> APIAnswer {
        var (set, index) = try ownSticker(call)
        try body(&set.stickers[index])
        stickers.set(set)
        return .success
    }

    mutating func setStickerEmojiList(_ call: Call) throws(APIFailure) -> APIAnswer {
        let emoji = try call.parameters.json("emoji_list", "emoji list")?.array?.compactMap(\.string) ?? []
        try checkEmoji(emoji)
        return try changeSticker(call) { $0.emoji = emoji }
    }

    mutating func setStickerKeywords(_ call: Call) throws(APIFailure) -> APIAnswer {
        let keywords = try keywords(call.parameters.json("keywords", "keywords"))
        return try changeSticker(call) { $0.keywords = keywords }
    }

    mutating func setStickerMaskPosition(_ call: Call) throws(APIFailure) -> APIAnswer {
        var position: JSON?
        if let json = try call.parameters.json("mask_position", "mask position") { position = try maskPosition(json) }
        guard try ownSticker(call).set.kind == .mask else { throw .badRequest("STICKER_MASK_COORDS_NOT_ALLOWED") }
        return try changeSticker(call) { $0.maskPosition = position }
    }

    mutating func setStickerSetTitle(_ call: Call) throws(APIFailure) -> APIAnswer {
        let title = try setTitle(call)
        var set = try ownSet(call)
        set.title = title
        stickers.set(set)
        return .success
    }

    mutating func setStickerSetThumbnail(_ call: Call) throws(APIFailure) -> APIAnswer {
        _ = try stickerOwner(call)
        let format = try stickerFormat(call.parameters.text("format"))
        var set = try ownSet(call)
        guard set.kind != .customEmoji else { throw .badRequest("STICKERSET_INVALID") }
        let (upload, reference) = (call.parameters.uploads["thumbnail"], call.parameters.text("thumbnail"))
        if upload == nil, reference == nil {
            set.thumbnail = nil
        } else {
            let file = try file(.sticker, upload, reference, call.parameters)
            try checkSticker(file, format, nil)
            if format == .static {
                guard let size = files[file]?.dimensions, size.width == 100, size.height == 100, files[file]?.size ?? 0 <= 128 << 10 else {
                    throw .badRequest("STICKER_THUMB_PNG_NOPNG")
                }
            }
            set.thumbnail = file
        }
        stickers.set(set)
        return .success
    }

    mutating func setCustomEmojiStickerSetThumbnail(_ call: Call) throws(APIFailure) -> APIAnswer {
        var set = try ownSet(call)
        guard set.kind == .customEmoji else { throw .badRequest("STICKERSET_INVALID") }
        if let id = call.parameters.text("custom_emoji_id") {
            guard let sticker = set.stickers.first(where: { $0.customEmojiID == id }) else { throw .badRequest("STICKER_INVALID") }
            set.thumbnail = sticker.file
        } else {
            set.thumbnail = nil
        }
        stickers.set(set)
        return .success
    }

    mutating func deleteStickerSet(_ call: Call) throws(APIFailure) -> APIAnswer {
        stickers.remove(try ownSet(call).name)
        return .success
    }

    // MARK: Writing

    /// `Sticker`
    ///
    /// - Parameter emoji: that of the message; the set says which when it is nil.
    func writeSticker(_ id: FileID, emoji: String?, width: Int64? = nil, height: Int64? = nil, to json: inout JSONWriter) {
        guard let file = files[id] else { return json.null() }
        let place = stickers.place(of: id)
        let sticker = place.map { $0.set.stickers[$0.index] }
        let name = file.name.lowercased()
        json.object {
            writeFileMembers(file, to: &$0)
            $0.member("type", place?.set.kind.rawValue ?? "regular")
            $0.member("width", width ?? file.dimensions?.width ?? 512)
            $0.member("height", height ?? file.dimensions?.height ?? 512)
            $0.member("is_animated", sticker.map { $0.format == .animated } ?? name.hasSuffix(".tgs"))
            $0.member("is_video", sticker.map { $0.format == .video } ?? name.hasSuffix(".webm"))
            $0.member("emoji", emoji ?? sticker?.emoji.first)
            $0.member("set_name", place?.set.name)
            $0.member("mask_position", sticker?.maskPosition)
            $0.member("custom_emoji_id", sticker?.customEmojiID)
            if place?.set.needsRepainting == true { $0.member("needs_repainting", true) }
        }
    }
}
