import JSON

/// The send methods with files.
extension World {
    /// Bytes of an upload, and of a photo, at most.
    static let maximumUpload = 50 << 20
    static let maximumPhoto = 10 << 20

    mutating func sendMedia(_ kind: Media.Kind, _ call: Call) throws(APIFailure) -> APIAnswer {
        let parameters = call.parameters
        let caption = try caption(call)
        let key = try chat(call)
        let options = try sendOptions(call, key)
        let file = try file(kind, parameters.uploads[kind.rawValue], parameters.text(kind.rawValue), parameters)
        var media = Media(kind: kind, file: file, caption: caption)
        media.duration = parameters.int("duration")
        media.width = parameters.int("width") ?? parameters.int("length")
        media.height = parameters.int("height") ?? parameters.int("length")
        media.performer = parameters.text("performer")
        media.title = parameters.text("title")
        media.emoji = parameters.text("emoji")
        media.hasSpoiler = parameters.bool("has_spoiler")
        media.showsCaptionAbove = parameters.bool("show_caption_above_media")
        let sent = try deliver([.media(media)], call, to: key, options)
        return answer(sent[0], in: key)
    }

    mutating func sendMediaGroup(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard let array = try call.parameters.json("media", "media")?.array else {
            throw .badRequest("expected an Array of InputMedia")
        }
        guard (2...10).contains(array.count) else {
            throw .badRequest(array.count < 2 ? "group of media must contain at least 2 items" : "too many messages to send as an album")
        }
        let key = try chat(call)
        var options = try sendOptions(call, key)
        options.albumID = newID()
        var contents: [Content] = []
        for json in array {
            let media = try inputMedia(json, call.parameters)
            let kinds = Set(contents.compactMap { if case .media(let other) = $0 { other.kind } else { nil } } + [media.kind])
            guard kinds.count == 1 || kinds.isSubset(of: [.photo, .video]), media.kind != .animation else {
                throw .badRequest("can't use the media of the specified type in the album")
            }
            contents.append(.media(media))
        }
        let sent = try deliver(contents, call, to: key, options)
        var json = JSONWriter(capacity: 2_048)
        json.array { for message in sent { writeMessage(message, in: key, to: &$0) } }
        return .success(json.bytes)
    }

    /// `InputMedia…` of an album or of an edit.
    mutating func inputMedia(_ json: JSON, _ parameters: Parameters) throws(APIFailure) -> Media {
        let prefix = "can't parse InputMedia: "
        guard case .object = json else { throw .badRequest(prefix + "Expected an Object") }
        guard let type = json["type"]?.string else { throw .badRequest(prefix + "Can't find field \"type\"") }
        guard let kind = Media.Kind(rawValue: type.lowercased()), ![.voice, .videoNote, .sticker].contains(kind) else {
            throw .badRequest(prefix + "type must be one of animation, audio, document, photo, video")
        }
        guard let reference = json["media"]?.string, !reference.isEmpty else { throw .badRequest(prefix + "media not found") }
        var media = Media(kind: kind, file: try file(kind, nil, reference, parameters))
        if let text = json["caption"]?.string {
            media.caption = try caption(text, mode: json["parse_mode"]?.string, entities: json["caption_entities"])
        }
        media.duration = json["duration"]?.int
        media.width = json["width"]?.int
        media.height = json["height"]?.int
        media.performer = json["performer"]?.string
        media.title = json["title"]?.string
        media.hasSpoiler = json["has_spoiler"]?.bool ?? false
        media.showsCaptionAbove = json["show_caption_above_media"]?.bool ?? false
        return media
    }

    /// The file of a parameter: an upload of that name, `attach://name`, or the id of a file that exists.
    ///
    /// URLs were fetched and put in place as uploads before the call; one that is still here could not be.
    mutating func file(
        _ kind: Media.Kind, _ upload: Upload?, _ reference: String?, _ parameters: Parameters
    ) throws(APIFailure) -> FileID {
        var upload = upload
        if let reference, reference.hasPrefix("attach://") {
            upload = parameters.uploads[String(reference.dropFirst("attach://".count))]
            guard upload != nil else { throw .badRequest("wrong file identifier/HTTP URL specified") }
        } else if upload == nil, let reference, let fetched = parameters.uploads[reference] {
            upload = fetched
        }
        if let upload { return try store(upload, as: kind) }
        guard let reference else { throw .badRequest("there is no \(kind.rawValue) in the request") }
        if reference.hasPrefix("http://") || reference.hasPrefix("https://") {
            throw .badRequest("failed to get HTTP URL content")
        }
        guard let known = files[reference] else { throw .badRequest("wrong file identifier/HTTP URL specified") }
        guard known.kind == kind || Self.isInterchangeable(known.kind, kind) else {
            throw .badRequest("can't use file of type \(known.kind.title) as \(kind.title)")
        }
        return known.id
    }

    private static func isInterchangeable(_ known: Media.Kind, _ wanted: Media.Kind) -> Bool {
        // Files that are kept as documents of one sort or another can be sent as plain documents.
        wanted == .document && [.animation, .video, .audio].contains(known)
    }

    mutating func store(_ upload: Upload, as kind: Media.Kind) throws(APIFailure) -> FileID {
        guard !upload.bytes.isEmpty else { throw .badRequest("file must be non-empty") }
        guard upload.bytes.count <= (kind == .photo ? Self.maximumPhoto : Self.maximumUpload) else {
            throw .badRequest("file is too big")
        }
        if kind == .photo {
            guard let size = ImageDimensions(of: upload.bytes) else { throw .badRequest("IMAGE_PROCESS_FAILED") }
            let (long, short) = (max(size.width, size.height), min(size.width, size.height))
            guard long + short <= 10_000, long <= short * 20 else { throw .badRequest("PHOTO_INVALID_DIMENSIONS") }
        }
        return files.add(upload, as: kind, random: &random).id
    }
}
