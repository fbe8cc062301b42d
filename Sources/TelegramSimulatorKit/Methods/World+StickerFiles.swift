import JSON

/// What stickers are made from.
extension World {
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

    func stickerFormat(_ text: String?) throws(APIFailure) -> Sticker.Format {
        guard let text else { throw .badRequest("sticker format must be non-empty") }
        guard let format = Sticker.Format(rawValue: text.lowercased()) else { throw .badRequest("invalid sticker format specified") }
        return format
    }

    /// Whether a file is what its format says, by its first bytes and its size.
    func checkSticker(_ id: FileID, _ format: Sticker.Format, _ kind: StickerSet.Kind?) throws(APIFailure) {
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
    mutating func inputSticker(_ json: JSON?, _ kind: StickerSet.Kind, _ call: Call) throws(APIFailure) -> Sticker {
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

    func checkEmoji(_ list: [String]) throws(APIFailure) {
        guard (1...20).contains(list.count) else { throw .badRequest("STICKER_EMOJI_INVALID") }
        guard list.allSatisfy({ $0.unicodeScalars.contains { $0.properties.isEmoji } }) else { throw .badRequest("STICKER_EMOJI_INVALID") }
    }

    func keywords(_ json: JSON?) throws(APIFailure) -> [String] {
        let list = json?.array?.compactMap(\.string) ?? []
        guard list.count <= 20, list.reduce(0, { $0 + $1.utf16.count }) <= 64 else { throw .badRequest("too many keywords specified") }
        return list
    }

    func maskPosition(_ json: JSON) throws(APIFailure) -> JSON {
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
}
