import JSON

/// Answers to inline queries and web apps.
extension World {
    /// Results of one answer at most.
    private static let maximumResults = 50

    mutating func answerInlineQuery(_ call: Call) throws(APIFailure) -> APIAnswer {
        let id = call.parameters.text("inline_query_id") ?? ""
        guard let array = try call.parameters.json("results", "inline query results")?.array else {
            throw .badRequest("expected an Array of inline query results")
        }
        guard array.count <= Self.maximumResults else { throw .badRequest("RESULTS_TOO_MUCH") }
        let nextOffset = call.parameters.text("next_offset") ?? ""
        guard nextOffset.utf8.count <= 64 else { throw .badRequest("NEXT_OFFSET_INVALID") }
        var results: [(id: String, result: InlineResult)] = []
        for json in array {
            let (id, result) = try inlineResult(json, call.bot)
            guard !results.contains(where: { $0.id == id }) else { throw .badRequest("RESULT_ID_DUPLICATE") }
            results.append((id, result))
        }
        guard let query = inlineQueries[id], query.bot == call.bot, query.answer == nil, query.createdAt + InlineQuery.lifetime > now
        else { throw .badRequest(CallbackQuery.tooOld) }
        inlineQueries[id]?.answer = InlineAnswer(
            results: results, nextOffset: nextOffset, isPersonal: call.parameters.bool("is_personal"),
            cacheTime: call.parameters.int("cache_time") ?? 300, button: try call.parameters.json("button", "InlineQueryResultsButton"))
        record(.inlineAnswer(id), in: directChat(bot: call.bot, person: query.person))
        return .success
    }

    mutating func answerWebAppQuery(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard let json = try call.parameters.json("result", "InlineQueryResult") else { throw .badRequest("result isn't specified") }
        let (_, result) = try inlineResult(json, call.bot)
        let file = result.url.flatMap { call.parameters.uploads[$0] }
        let id = call.parameters.text("web_app_query_id") ?? ""
        guard let query = webAppQueries[id], query.bot == call.bot, query.createdAt + WebAppQuery.lifetime > now else {
            throw .badRequest(CallbackQuery.tooOld)
        }
        let message = try sendResult(
            result, of: call.bot, by: query.person, in: directChat(bot: call.bot, person: query.person), file: file)
        webAppQueries[id] = nil
        var answer = JSONWriter()
        answer.object { $0.member("inline_message_id", message.inlineID) }
        return .success(answer.bytes)
    }

    mutating func savePreparedInlineMessage(_ call: Call) throws(APIFailure) -> APIAnswer {
        guard let json = try call.parameters.json("result", "InlineQueryResult") else { throw .badRequest("result isn't specified") }
        let (_, result) = try inlineResult(json, call.bot)
        guard let person = call.parameters.int("user_id"), people[person] != nil else { throw .badRequest("user not found") }
        var kinds: Set<Chat.Kind> = []
        if call.parameters.bool("allow_user_chats") || call.parameters.bool("allow_bot_chats") { kinds.insert(.private) }
        if call.parameters.bool("allow_group_chats") { kinds.formUnion([.group, .supergroup]) }
        if call.parameters.bool("allow_channel_chats") { kinds.insert(.channel) }
        guard !kinds.isEmpty else { throw .badRequest("PEER_TYPES_INVALID") }
        let id = newID()
        let end = now + PreparedMessage.lifetime
        preparedMessages = preparedMessages.filter { $0.value.expiresAt > now }
        preparedMessages[id] = PreparedMessage(bot: call.bot, person: person, result: result, kinds: kinds, expiresAt: end)
        let answer: JSON = ["id": .string(id), "expiration_date": .int(Int64(end))]
        return .success(answer.bytes)
    }

    // MARK: Results

    private mutating func inlineResult(_ json: JSON, _ bot: BotID) throws(APIFailure) -> (id: String, InlineResult) {
        let prefix = "can't parse inline query result: "
        guard case .object = json else { throw .badRequest(prefix + "InlineQueryResult must be an Object") }
        guard let type = json["type"]?.string else { throw .badRequest(prefix + "Can't find field \"type\"") }
        guard let id = json["id"]?.string else { throw .badRequest(prefix + "Can't find field \"id\"") }
        guard (1...64).contains(id.utf8.count) else { throw .badRequest("RESULT_ID_INVALID") }
        var result = InlineResult(json: json)
        if let markup = json["reply_markup"] {
            var parameters = Parameters()
            parameters.add("reply_markup", markup)
            guard case .inline(let keyboard) = try ReplyMarkup.parse(parameters) else { throw .badRequest("inline keyboard expected") }
            result.keyboard = keyboard.rows.isEmpty ? nil : keyboard
        }
        if let content = json["input_message_content"] {
            result.content = try inputContent(content)
        } else {
            result.content = try ownContent(json, type, prefix, bot)
            if case .game(let game) = result.content, result.keyboard == nil {
                result.keyboard = try Self.keyboard(nil, startingWith: "callback_game", or: "Play \(game.title)", value: [:])
            }
            if result.content == nil { (result.remote, result.url) = (try media(json, type), Self.fileURL(ofResult: json)) }
        }
        return (id, result)
    }

    /// `InputMessageContent`
    private func inputContent(_ json: JSON) throws(APIFailure) -> Content {
        guard case .object = json else { throw .badRequest("input message content must be an Object") }
        if let text = json["message_text"]?.string {
            let text = try formatted(text, mode: json["parse_mode"]?.string, entities: json["entities"])
            guard !text.text.isEmpty else { throw .badRequest("message text is empty") }
            guard text.utf16Count <= 4_096 else { throw .badRequest("MESSAGE_TOO_LONG") }
            return .text(text)
        }
        if let place = try place(json) { return place }
        if let contact = contact(json) { return contact }
        throw .badRequest("can't parse input message content")
    }

    /// What a result is by itself.
    private mutating func ownContent(
        _ json: JSON, _ type: String, _ prefix: String, _ bot: BotID
    ) throws(APIFailure) -> Content? {
        switch type {
        case "article":
            guard json["title"]?.string?.isEmpty == false else { throw .badRequest(prefix + "Can't find field \"title\"") }
            throw .badRequest(prefix + "Can't find field \"input_message_content\"")
        case "location", "venue":
            guard let place = try place(json) else { throw .badRequest(prefix + "Can't find field \"latitude\"") }
            return place
        case "contact":
            guard let contact = contact(json) else { throw .badRequest(prefix + "Can't find field \"phone_number\"") }
            return contact
        case "photo", "gif", "mpeg4_gif", "video", "audio", "voice", "document", "sticker":
            guard let file = json["\(type)_file_id"]?.string else {
                guard Self.fileURL(ofResult: json) != nil else { throw .badRequest(prefix + "Can't find field \"\(type)_url\"") }
                return nil
            }
            guard files[file] != nil else { throw .badRequest("wrong remote file identifier specified: Wrong string length") }
            var media = try media(json, type)
            media.file = file
            return .media(media)
        case "game":
            guard let name = json["game_short_name"]?.string else { throw .badRequest(prefix + "Can't find field \"game_short_name\"") }
            return .game(try game(name, of: bot))
        default: throw .badRequest(prefix + "Unsupported type")
        }
    }

    /// Where a result's file is; nil for those that have it already, or none.
    static func fileURL(ofResult json: JSON) -> String? {
        guard json["input_message_content"] == nil, let type = json["type"]?.string, json["\(type)_file_id"] == nil else { return nil }
        return json["\(type)_url"]?.string
    }

    /// A result's media, still without the file.
    private func media(_ json: JSON, _ type: String) throws(APIFailure) -> Media {
        let kind: Media.Kind = ["gif", "mpeg4_gif"].contains(type) ? .animation : Media.Kind(rawValue: type) ?? .document
        var media = Media(kind: kind, file: "")
        media.caption = try caption(
            json["caption"]?.string ?? "", mode: json["parse_mode"]?.string, entities: json["caption_entities"])
        media.duration = json["\(type)_duration"]?.int
        media.width = json["\(type)_width"]?.int
        media.height = json["\(type)_height"]?.int
        media.performer = json["performer"]?.string
        media.title = kind == .audio ? json["title"]?.string : nil
        media.showsCaptionAbove = json["show_caption_above_media"]?.bool ?? false
        return media
    }

    private func place(_ json: JSON) throws(APIFailure) -> Content? {
        guard let latitude = json["latitude"]?.double, let longitude = json["longitude"]?.double else { return nil }
        guard abs(latitude) <= 90, abs(longitude) <= 180 else { throw .badRequest("wrong location specified") }
        let location = Location(
            latitude: latitude, longitude: longitude, accuracy: json["horizontal_accuracy"]?.double, livePeriod: json["live_period"]?.int)
        guard let title = json["title"]?.string, let address = json["address"]?.string else { return .location(location) }
        return .venue(
            Venue(
                location: location, title: title, address: address, foursquareID: json["foursquare_id"]?.string,
                googlePlaceID: json["google_place_id"]?.string))
    }

    private func contact(_ json: JSON) -> Content? {
        guard let phone = json["phone_number"]?.string, let name = json["first_name"]?.string else { return nil }
        return .contact(
            Contact(phoneNumber: phone, firstName: name, lastName: json["last_name"]?.string, vcard: json["vcard"]?.string))
    }

    /// Puts a result into a chat as its person's message.
    ///
    /// - Parameter file: what was found at the result's URL. A text file stands for what was not found, or is not what it should be.
    mutating func sendResult(
        _ result: InlineResult, of bot: BotID, by person: PersonID, in key: ChatKey, file: Upload? = nil
    ) throws(APIFailure) -> Message {
        try enter(key, person)
        var content = result.content
        if content == nil { content = try remoteContent(result, file) }
        guard let content else { throw .badRequest("the result has no content") }
        return try say(content, by: person, in: key, via: bot, keyboard: result.keyboard)
    }

    private mutating func remoteContent(_ result: InlineResult, _ file: Upload?) throws(APIFailure) -> Content? {
        guard var media = result.remote, let url = result.url else { return nil }
        if let file, let id = try? store(file, as: media.kind) {
            media.file = id
        } else {
            let name = url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last ?? "file"
            let text = "In place of \(url)\nThe simulated Telegram fetches files from this machine only.\n"
            media.file = try store(Upload(name: "\(name).txt", contentType: "text/plain", bytes: Array(text.utf8)), as: .document)
            media.kind = .document
        }
        return .media(media)
    }
}
