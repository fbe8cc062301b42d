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
        let key = try chat(call)
        _ = try thread(call.parameters.int("message_thread_id"), replyTo: nil, by: .bot(call.bot), in: key)
        record(.action(action), in: key)
        return .success
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
