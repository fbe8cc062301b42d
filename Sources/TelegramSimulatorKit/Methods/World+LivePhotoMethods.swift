import JSON

extension World {
    /// A photo with the seconds around it.
    mutating func sendLivePhoto(_ call: Call) throws(APIFailure) -> APIAnswer {
        let p = call.parameters
        let caption = try caption(call)
        let key = try chat(call)
        let options = try sendOptions(call, key)
        for name in ["live_photo", "photo"] where p.text(name)?.hasPrefix("http") == true {
            throw .badRequest("live photos can't be sent by a URL")
        }
        var film = Media(
            kind: .video, file: try file(.video, p.uploads["live_photo"], p.text("live_photo"), p), caption: caption)
        guard files[film.file]?.size ?? 0 <= Self.maximumPhoto else { throw .badRequest("file is too big") }
        film.hasSpoiler = p.bool("has_spoiler")
        film.showsCaptionAbove = p.bool("show_caption_above_media")
        let photo = try file(.photo, p.uploads["photo"], p.text("photo"), p)
        let sent = try deliver([.livePhoto(film: film, photo: photo)], call, to: key, options)
        return answer(sent[0], in: key)
    }

    /// Older clients see the photo alone.
    func writeLivePhoto(_ film: Media, _ photo: FileID, to json: inout JSONWriter) {
        let size = files[photo]?.dimensions
        json.key("live_photo")
        json.object { json in
            json.key("photo")
            writePhotoSizes(photo, to: &json)
            if let file = files[film.file] { writeFileMembers(file, to: &json) }
            json.member("width", size?.width ?? 0)
            json.member("height", size?.height ?? 0)
            json.member("duration", film.duration ?? 0)
            json.member("mime_type", files[film.file]?.contentType)
        }
        json.key("photo")
        writePhotoSizes(photo, to: &json)
        writeCaption(film, to: &json)
    }
}
