import JSON

/// The send methods without files.
extension World {
    mutating func sendMessage(_ call: Call) throws(APIFailure) -> APIAnswer {
        let text = try messageText(call)
        return try send(.text(text), call, to: chat(call))
    }

    mutating func sendLocation(_ call: Call) throws(APIFailure) -> APIAnswer {
        try send(.location(try location(call)), call, to: chat(call))
    }

    mutating func sendVenue(_ call: Call) throws(APIFailure) -> APIAnswer {
        let venue = Venue(
            location: try location(call), title: call.parameters.text("title") ?? "",
            address: call.parameters.text("address") ?? "", foursquareID: call.parameters.text("foursquare_id"),
            googlePlaceID: call.parameters.text("google_place_id"))
        return try send(.venue(venue), call, to: chat(call))
    }

    private func location(_ call: Call) throws(APIFailure) -> Location {
        guard let latitude = call.parameters.double("latitude"), abs(latitude) <= 90,
            let longitude = call.parameters.double("longitude"), abs(longitude) <= 180
        else { throw .badRequest("wrong location specified") }
        return Location(
            latitude: latitude, longitude: longitude, accuracy: call.parameters.double("horizontal_accuracy"),
            livePeriod: try livePeriod(call), heading: call.parameters.int("heading"),
            proximityAlertRadius: call.parameters.int("proximity_alert_radius"))
    }

    private func livePeriod(_ call: Call) throws(APIFailure) -> Int64? {
        guard let period = call.parameters.int("live_period"), period != 0 else { return nil }
        guard (60...86_400).contains(period) || period == Location.forever else { throw .badRequest("invalid live_period specified") }
        return period
    }

    /// Where a live location is now.
    mutating func editMessageLiveLocation(_ call: Call) throws(APIFailure) -> APIAnswer {
        var new = try location(call)
        return try editLocation(call) { old in
            new.livePeriod = new.livePeriod ?? old.livePeriod
            return new
        }
    }

    mutating func stopMessageLiveLocation(_ call: Call) throws(APIFailure) -> APIAnswer {
        try editLocation(call) { old in
            Location(latitude: old.latitude, longitude: old.longitude, accuracy: old.accuracy)
        }
    }

    private mutating func editLocation(_ call: Call, _ body: (Location) -> Location) throws(APIFailure) -> APIAnswer {
        let (key, message, keyboard) = try editable(call)
        guard case .location(let old) = message.content, let period = old.livePeriod,
            period == Location.forever || message.date + period > date
        else { throw .badRequest("message can't be edited") }
        return try edit(message, to: .location(body(old)), keyboard, call, in: key)
    }

    mutating func sendContact(_ call: Call) throws(APIFailure) -> APIAnswer {
        let contact = Contact(
            phoneNumber: call.parameters.text("phone_number") ?? "", firstName: call.parameters.text("first_name") ?? "",
            lastName: call.parameters.text("last_name"), vcard: call.parameters.text("vcard"))
        return try send(.contact(contact), call, to: chat(call))
    }

    mutating func sendDice(_ call: Call) throws(APIFailure) -> APIAnswer {
        let emoji = call.parameters.text("emoji") ?? "🎲"
        let key = try chat(call)
        return try send(.dice(emoji: emoji, value: throwDice(emoji)), call, to: key)
    }

    mutating func throwDice(_ emoji: String) throws(APIFailure) -> Int {
        let sides = ["🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "⚽️": 5, "🎰": 64]
        guard let highest = sides[emoji] else { throw .badRequest("DICE_EMOJI_INVALID") }
        return Int.random(in: 1...highest, using: &random)
    }

    mutating func sendChatAction(_ call: Call) throws(APIFailure) -> APIAnswer {
        let actions: Set<String> = [
            "cancel", "typing", "record_video", "upload_video", "record_voice", "upload_voice", "record_audio",
            "upload_audio", "upload_photo", "upload_document", "choose_sticker", "pick_up_location", "find_location",
            "record_video_note", "upload_video_note",
        ]
        let action = call.parameters.text("action")?.lowercased() ?? ""
        guard actions.contains(action) else { throw .badRequest("wrong parameter action in request") }
        record(.action(action), in: try chat(call))
        return .success
    }

    // MARK: Polls

    mutating func sendPoll(_ call: Call) throws(APIFailure) -> APIAnswer {
        let parameters = call.parameters
        let key = try chat(call)
        let question = try formatted(
            parameters.text("question") ?? "", mode: parameters.text("question_parse_mode"),
            entities: parameters.json("question_entities", "question entities"))
        guard !question.text.isEmpty else { throw .badRequest("text must be non-empty") }
        guard question.utf16Count <= 300 else { throw .badRequest("poll question length must not exceed 300") }
        var poll = Poll(id: newID(), bot: call.bot, question: question, options: try pollOptions(parameters))
        poll.isAnonymous = parameters.text("is_anonymous") == nil || parameters.bool("is_anonymous")
        switch parameters.text("type")?.lowercased() {
        case nil, "regular": break
        case "quiz": poll.isQuiz = true
        default: throw .badRequest("unsupported poll type specified")
        }
        poll.allowsMultipleAnswers = parameters.bool("allows_multiple_answers")
        poll.allowsRevoting = parameters.text("allows_revoting") == nil ? !poll.isQuiz : parameters.bool("allows_revoting")
        poll.membersOnly = parameters.bool("members_only")
        if poll.isQuiz {
            let list = try parameters.json("correct_option_ids", "correct option identifiers")?.array
            let ids = list?.compactMap(\.int) ?? parameters.int("correct_option_id").map { [$0] } ?? []
            guard !ids.isEmpty, ids.allSatisfy({ poll.options.indices.contains(Int(clamping: $0)) }) else {
                throw .badRequest("invalid correct option identifier specified")
            }
            poll.correctOptions = ids.map { Int(clamping: $0) }
            if let text = parameters.text("explanation") {
                let explanation = try formatted(
                    text, mode: parameters.text("explanation_parse_mode"),
                    entities: parameters.json("explanation_entities", "explanation entities"))
                guard explanation.utf16Count <= 200 else { throw .badRequest("MESSAGE_TOO_LONG") }
                poll.explanation = explanation
            }
        }
        poll.openPeriod = parameters.int("open_period")
        poll.closeDate = parameters.int("close_date")
        guard poll.openPeriod == nil || poll.closeDate == nil else {
            throw .badRequest("only one of open_period and close_date can be specified")
        }
        if let seconds = poll.openPeriod {
            guard (5...Poll.longest).contains(seconds) else { throw .badRequest("invalid open_period specified") }
            poll.endsAt = now + Double(seconds)
        } else if let end = poll.closeDate {
            guard (5...Poll.longest).contains(end - date) else { throw .badRequest("invalid close_date specified") }
            poll.endsAt = Double(end)
        }
        poll.isClosed = parameters.bool("is_closed")
        let options = try sendOptions(call, key)
        polls[poll.id] = poll
        do throws(APIFailure) {
            let sent = try deliver([.poll(poll.id)], call, to: key, options)
            polls[poll.id]?.place = (key, sent[0].id)
            if let end = poll.endsAt, !poll.isClosed, end < nextPollEnd {
                nextPollEnd = end
                emit(.lookAgain(at: end))
            }
            return answer(sent[0], in: key)
        } catch {
            polls[poll.id] = nil
            throw error
        }
    }

    private func pollOptions(_ parameters: Parameters) throws(APIFailure) -> [Poll.Option] {
        guard let array = try parameters.json("options", "options")?.array else {
            throw .badRequest("expected an Array of InputPollOption")
        }
        guard !array.isEmpty else { throw .badRequest("poll must have at least one answer option") }
        guard array.count <= 12 else { throw .badRequest("poll can't have more than 12 options") }
        var options: [Poll.Option] = []
        for json in array {
            guard let text = json.string ?? json["text"]?.string else { throw .badRequest("expected an option to be of type String") }
            let formattedText = try formatted(text, mode: json["text_parse_mode"]?.string, entities: json["text_entities"])
            guard !formattedText.text.isEmpty else { throw .badRequest("text must be non-empty") }
            guard formattedText.utf16Count <= 100 else { throw .badRequest("poll options length must not exceed 100") }
            options.append(Poll.Option(text: formattedText))
        }
        return options
    }

    mutating func stopPoll(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        let message = try message(call.parameters.int("message_id"), in: key, "message with poll to stop")
        guard case .poll(let id) = message.content else { throw .badRequest("message with poll to stop not found") }
        guard message.sender == .bot(call.bot) else { throw .badRequest("poll can't be stopped") }
        guard polls[id]?.isClosed == false else { throw .badRequest("poll has already been closed") }
        let markup = try ReplyMarkup.parse(call.parameters)
        polls[id]?.isClosed = true
        push(id)
        change(message.id, in: key) { $0.keyboard = if case .inline(let keyboard) = markup { keyboard } else { nil } }
        var json = JSONWriter()
        writePoll(id, to: &json)
        return .success(json.bytes)
    }

    // MARK: Callbacks

    mutating func answerCallbackQuery(_ call: Call) throws(APIFailure) -> APIAnswer {
        let id = call.parameters.text("callback_query_id") ?? ""
        guard let query = callbacks[id], query.bot == call.bot, query.answer == nil,
            query.createdAt + CallbackQuery.lifetime > now
        else { throw .badRequest(CallbackQuery.tooOld) }
        let text = call.parameters.text("text")
        if let text, text.utf16.count > 200 { throw .badRequest("MESSAGE_TOO_LONG") }
        let answer = CallbackAnswer(
            query: id, person: query.person, text: text, isAlert: call.parameters.bool("show_alert"),
            url: call.parameters.text("url"))
        callbacks[id]?.answer = answer
        record(.callbackAnswer(answer), in: query.chat)
        return .success
    }
}

extension CallbackQuery {
    static let tooOld = "query is too old and response timeout expired or query ID is invalid"
}
