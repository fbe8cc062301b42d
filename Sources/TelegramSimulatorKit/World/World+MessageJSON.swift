import JSON

/// The Bot API's view of messages, users and chats.
extension World {
    func writeUser(_ actor: Actor, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", actor.id)
            switch actor {
            case .bot(let id):
                json.member("is_bot", true)
                json.member("first_name", bots[id]?.name ?? "Deleted bot")
                json.member("username", bots[id]?.username)
            case .person(let id):
                let person = people[id]
                json.member("is_bot", false)
                json.member("first_name", person?.firstName ?? "Deleted Account")
                json.member("last_name", person?.lastName)
                json.member("username", person?.username)
                json.member("language_code", person?.languageCode)
            }
        }
    }

    func writeChat(_ key: ChatKey, to json: inout JSONWriter) {
        json.object { writeChatMembers(key, to: &$0) }
    }

    func writeChatMembers(_ key: ChatKey, to json: inout JSONWriter) {
        json.member("id", key.id)
        switch key {
        case .direct(_, let id):
            let person = people[id]
            json.member("first_name", person?.firstName ?? "Deleted Account")
            json.member("last_name", person?.lastName)
            json.member("username", person?.username)
            json.member("type", "private")
        case .group:
            json.member("title", chats[key]?.title ?? "")
            json.member("username", chats[key]?.username)
            if chats[key]?.isForum == true { json.member("is_forum", true) }
            json.member("type", chats[key]?.kind.rawValue ?? "group")
        }
    }

    /// - Parameter depth: replies are shown one level deep.
    func writeMessage(_ message: Message, in key: ChatKey, to json: inout JSONWriter, depth: Int = 0) {
        json.object { json in
            json.member("message_id", message.id)
            if chats[key]?.kind == .channel {
                // Posts are the channel's own, whoever wrote them.
                json.key("sender_chat")
                writeChat(key, to: &json)
            } else if let sender = message.senderChat {
                json.key("from")
                writeStandIn(for: sender, in: key, to: &json)
                json.key("sender_chat")
                writeChat(.group(sender), to: &json)
            } else {
                json.key("from")
                writeUser(message.sender, to: &json)
                if key.isGroup { json.member("sender_tag", chats[key]?.memberDetails[message.sender]?.tag) }
            }
            if let thread = message.threadID {
                json.member("message_thread_id", thread)
                json.member("is_topic_message", true)
            }
            json.key("chat")
            writeChat(key, to: &json)
            json.member("date", message.date)
            if let bot = message.viaBot {
                json.key("via_bot")
                writeUser(.bot(bot), to: &json)
            }
            json.member("edit_date", message.editDate)
            if let origin = message.origin { writeOrigin(origin, to: &json) }
            json.member("media_group_id", message.albumID)
            // What answers nothing in a topic answers the message that made the topic.
            let repliedTo = message.replyTo ?? (message.threadID == message.id ? nil : message.threadID)
            if depth == 0, let id = repliedTo, let original = chats[key]?.messages[id] {
                json.key("reply_to_message")
                writeMessage(original, in: key, to: &json, depth: 1)
            }
            writeContent(message.content, in: key, to: &json)
            if message.isProtected { json.member("has_protected_content", true) }
            json.member("reply_markup", message.keyboard)
        }
    }

    /// The account that older clients show as the author of what a chat wrote.
    private func writeStandIn(for sender: ChatID, in key: ChatKey, to json: inout JSONWriter) {
        let isAnonymous = sender == key.id
        json.object {
            $0.member("id", isAnonymous ? 1_087_968_824 : 136_817_688)
            $0.member("is_bot", true)
            $0.member("first_name", isAnonymous ? "Group" : "Channel")
            $0.member("username", isAnonymous ? "GroupAnonymousBot" : "Channel_Bot")
        }
    }

    private func writeOrigin(_ origin: ForwardOrigin, to json: inout JSONWriter) {
        json.member(
            "forward_origin",
            object: { json in
                if let post = origin.post {
                    json.member("type", "channel")
                    json.member("date", origin.date)
                    json.member("message_id", post.message)
                    json.key("chat")
                    writeChat(.group(post.channel), to: &json)
                    return
                }
                json.member("type", "user")
                json.member("date", origin.date)
                json.key("sender_user")
                writeUser(origin.sender, to: &json)
            })
    }

    private func writeContent(_ content: Content, in key: ChatKey, to json: inout JSONWriter) {
        switch content {
        case .text(let text):
            json.member("text", text.text)
            if !text.entities.isEmpty { json.member("entities", text.entities) }
        case .media(let media): writeMedia(media, to: &json)
        case .location(let location):
            json.key("location")
            write(location, to: &json)
        case .venue(let venue):
            json.key("venue")
            json.object { json in
                json.key("location")
                write(venue.location, to: &json)
                json.member("title", venue.title)
                json.member("address", venue.address)
                json.member("foursquare_id", venue.foursquareID)
                json.member("google_place_id", venue.googlePlaceID)
            }
            json.key("location")
            write(venue.location, to: &json)
        case .contact(let contact):
            json.member(
                "contact",
                object: {
                    $0.member("phone_number", contact.phoneNumber)
                    $0.member("first_name", contact.firstName)
                    $0.member("last_name", contact.lastName)
                    $0.member("user_id", contact.userID)
                    $0.member("vcard", contact.vcard)
                })
        case .poll(let id):
            json.key("poll")
            writePoll(id, to: &json)
        case .dice(let emoji, let value):
            json.member(
                "dice",
                object: {
                    $0.member("emoji", emoji)
                    $0.member("value", value)
                })
        case .webAppData(let data, let button):
            json.member(
                "web_app_data",
                object: {
                    $0.member("data", data)
                    $0.member("button_text", button)
                })
        case .livePhoto(let film, let photo): writeLivePhoto(film, photo, to: &json)
        case .game(let game):
            json.key("game")
            write(game, to: &json)
        case .invoice(let invoice):
            json.key("invoice")
            write(invoice, to: &json)
        case .paidMedia(let media): write(media, to: &json)
        case .service(let service): writeService(service, in: key, to: &json)
        }
    }

    private func writeService(_ service: Content.Service, in key: ChatKey, to json: inout JSONWriter) {
        switch service {
        case .joined(let actors):
            json.key("new_chat_members")
            json.array { json in for actor in actors { writeUser(actor, to: &json) } }
        case .left(let actor):
            json.key("left_chat_member")
            writeUser(actor, to: &json)
        case .created:
            switch chats[key]?.kind {
            case .channel: json.member("channel_chat_created", true)
            case .supergroup: json.member("supergroup_chat_created", true)
            default: json.member("group_chat_created", true)
            }
        case .renamed(let title): json.member("new_chat_title", title)
        case .paid(let charge):
            json.key("successful_payment")
            writeCharge(charge, isRefund: false, to: &json)
        case .refunded(let charge):
            json.key("refunded_payment")
            writeCharge(charge, isRefund: true, to: &json)
        case .photoChanged(let file):
            json.key("new_chat_photo")
            writePhotoSizes(file, to: &json)
        case .photoDeleted: json.member("delete_chat_photo", true)
        case .topicCreated(let topic):
            json.member(
                "forum_topic_created",
                object: {
                    $0.member("name", topic.name)
                    $0.member("icon_color", topic.iconColor)
                    $0.member("icon_custom_emoji_id", topic.iconEmoji)
                })
        case .topicEdited(let name, let emoji):
            json.member(
                "forum_topic_edited",
                object: {
                    $0.member("name", name)
                    $0.member("icon_custom_emoji_id", emoji)
                })
        case .topicClosed: json.member("forum_topic_closed", object: { _ in })
        case .topicReopened: json.member("forum_topic_reopened", object: { _ in })
        case .generalTopicHidden: json.member("general_forum_topic_hidden", object: { _ in })
        case .generalTopicUnhidden: json.member("general_forum_topic_unhidden", object: { _ in })
        case .pinned(let id):
            json.key("pinned_message")
            if let message = chats[key]?.messages[id] {
                writeMessage(message, in: key, to: &json, depth: 1)
            } else {
                json.object { json in
                    json.key("chat")
                    writeChat(key, to: &json)
                    json.member("message_id", id)
                    json.member("date", 0)
                }
            }
        }
    }

    private func write(_ location: Location, to json: inout JSONWriter) {
        json.object {
            $0.member("latitude", location.latitude)
            $0.member("longitude", location.longitude)
            $0.member("horizontal_accuracy", location.accuracy)
            $0.member("live_period", location.livePeriod)
            $0.member("heading", location.heading)
            $0.member("proximity_alert_radius", location.proximityAlertRadius)
        }
    }

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
