import JSON

/// The Bot API's view of files and polls.
extension World {
    func writeMedia(_ media: Media, to json: inout JSONWriter) {
        guard let file = files[media.file] else { return }
        let width = media.width ?? file.dimensions?.width
        let height = media.height ?? file.dimensions?.height
        json.key(media.kind.rawValue)
        if media.kind == .sticker { return writeSticker(file.id, emoji: media.emoji, width: width, height: height, to: &json) }
        func write(_ json: inout JSONWriter) {
            json.object {
                writeFileMembers(file, to: &$0)
                switch media.kind {
                case .photo:
                    $0.member("width", width ?? 0)
                    $0.member("height", height ?? 0)
                case .document:
                    $0.member("file_name", file.name)
                    $0.member("mime_type", file.contentType)
                case .audio:
                    $0.member("duration", media.duration ?? 0)
                    $0.member("performer", media.performer)
                    $0.member("title", media.title)
                    $0.member("file_name", file.name)
                    $0.member("mime_type", file.contentType)
                case .video, .animation:
                    $0.member("duration", media.duration ?? 0)
                    $0.member("width", width ?? 0)
                    $0.member("height", height ?? 0)
                    $0.member("file_name", file.name)
                    $0.member("mime_type", file.contentType)
                case .voice:
                    $0.member("duration", media.duration ?? 0)
                    $0.member("mime_type", file.contentType)
                case .videoNote:
                    $0.member("duration", media.duration ?? 0)
                    $0.member("length", width ?? 240)
                // Written elsewhere.
                case .sticker: break
                }
            }
        }
        if media.kind == .photo { json.array { write(&$0) } } else { write(&json) }
        if media.kind == .animation {
            // Animations come as documents too, for clients older than them.
            json.member(
                "document",
                object: {
                    writeFileMembers(file, to: &$0)
                    $0.member("file_name", file.name)
                    $0.member("mime_type", file.contentType)
                })
        }
        writeCaption(media, to: &json)
    }

    func writeCaption(_ media: Media, to json: inout JSONWriter) {
        if !media.caption.text.isEmpty { json.member("caption", media.caption.text) }
        if !media.caption.entities.isEmpty { json.member("caption_entities", media.caption.entities) }
        if media.hasSpoiler { json.member("has_media_spoiler", true) }
        if media.showsCaptionAbove { json.member("show_caption_above_media", true) }
    }

    func writeFileMembers(_ file: StoredFile, to json: inout JSONWriter) {
        json.member("file_id", file.id)
        json.member("file_unique_id", file.uniqueID)
        json.member("file_size", file.size)
    }

    func writePoll(_ id: PollID, to json: inout JSONWriter) {
        guard let poll = polls[id] else { return json.null() }
        json.object { json in
            json.member("id", poll.id)
            json.member("question", poll.question.text)
            if !poll.question.entities.isEmpty { json.member("question_entities", poll.question.entities) }
            json.key("options")
            json.array { json in
                for (number, option) in poll.options.enumerated() {
                    json.object {
                        $0.member("persistent_id", String(number))
                        $0.member("text", option.text.text)
                        if !option.text.entities.isEmpty { $0.member("text_entities", option.text.entities) }
                        $0.member("voter_count", option.voters)
                    }
                }
            }
            json.member("total_voter_count", poll.votes.count)
            json.member("is_closed", poll.isClosed)
            json.member("is_anonymous", poll.isAnonymous)
            json.member("type", poll.isQuiz ? "quiz" : "regular")
            json.member("allows_multiple_answers", poll.allowsMultipleAnswers)
            json.member("allows_revoting", poll.allowsRevoting)
            json.member("members_only", poll.membersOnly)
            if poll.isQuiz, poll.showsSolution {
                json.member("correct_option_id", poll.correctOptions.first)
                json.member("correct_option_ids", poll.correctOptions)
            }
            if poll.showsSolution { json.member("explanation", poll.explanation?.text) }
            if poll.showsSolution, let entities = poll.explanation?.entities, !entities.isEmpty {
                json.member("explanation_entities", entities)
            }
            json.member("open_period", poll.openPeriod)
            json.member("close_date", poll.closeDate)
        }
    }
}
