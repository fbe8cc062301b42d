import JSON

/// What people tap and vote.
extension World {
    /// A tap on an inline button. Only callback buttons and those of games ask the bot something; the others give nil.
    package mutating func press(
        _ message: MessageID, row: Int, column: Int, by person: PersonID, in key: ChatKey
    ) throws(APIFailure) -> CallbackQuery? {
        try enter(key, person, toWrite: false)
        guard let message = chats[key]?.messages[message] else { throw .badRequest("message not found") }
        guard let rows = message.keyboard?.rows, rows.indices.contains(row), rows[row].indices.contains(column) else {
            throw .badRequest("no such button")
        }
        var owner = message.viaBot
        if owner == nil, case .bot(let sender) = message.sender { owner = sender }
        guard let bot = owner else { return nil }
        let asked: (name: String, value: String)
        switch (rows[row][column].action, message.content) {
        case (.callback(let data), _): asked = ("data", data)
        case (.other("callback_game", _), .game(let game)): asked = ("game_short_name", game.shortName)
        default: return nil
        }
        chats[key]?.lastActivity = now
        let query = CallbackQuery(
            id: newID(), bot: bot, person: person, chat: key, message: message.id, createdAt: now)
        callbacks[query.id] = query
        sweepCallbacks()
        var json = JSONWriter(capacity: 1_024)
        json.object { json in
            json.member("id", query.id)
            json.key("from")
            writeUser(.person(person), to: &json)
            if let id = message.inlineID {
                json.member("inline_message_id", id)
            } else {
                json.key("message")
                writeMessage(message, in: key, to: &json)
            }
            json.member("chat_instance", String(key.id.magnitude &* 7_919 &+ UInt64(bot.magnitude)))
            json.member(asked.name, asked.value)
        }
        let bytes = json.bytes
        push(.callbackQuery, to: bot, lane: .user(person)) { $0.value(rawJSON: bytes) }
        return query
    }

    /// The place of the first button with this label, in the newest message that has one.
    package func button(labelled label: String, message: MessageID?, in key: ChatKey) -> (message: MessageID, row: Int, column: Int)? {
        for candidate in (chats[key]?.messages.all ?? []).reversed() where message == nil || candidate.id == message {
            for (row, buttons) in (candidate.keyboard?.rows ?? []).enumerated() {
                if let column = buttons.firstIndex(where: { $0.text == label }) { return (candidate.id, row, column) }
            }
        }
        return nil
    }

    /// A vote in a poll; an empty choice takes it back.
    package mutating func vote(_ message: MessageID, _ choice: [Int], by person: PersonID, in key: ChatKey) throws(APIFailure) {
        try enter(key, person, toWrite: false)
        guard let message = chats[key]?.messages[message], case .poll(let id) = message.content, let poll = polls[id] else {
            throw .badRequest("there is no poll in this message")
        }
        guard !poll.isClosed else { throw .badRequest("poll has already been closed") }
        guard choice.allSatisfy(poll.options.indices.contains), poll.allowsMultipleAnswers || choice.count <= 1,
            Set(choice).count == choice.count
        else { throw .badRequest("invalid option chosen") }
        guard poll.allowsRevoting || poll.votes[person] == nil else { throw .badRequest("the vote can't be changed") }
        polls[id]?.vote(person, choice)
        chats[key]?.lastActivity = now
        // Bots hear of votes in their own polls only.
        if !poll.isAnonymous, case .bot(let bot) = poll.creator {
            var json = JSONWriter()
            json.object { json in
                json.member("poll_id", id)
                json.key("user")
                writeUser(.person(person), to: &json)
                json.member("option_ids", choice)
                json.member("option_persistent_ids", choice.map(String.init))
            }
            let bytes = json.bytes
            push(.pollAnswer, to: bot, lane: .poll(Int64(id) ?? 0)) { $0.value(rawJSON: bytes) }
        }
        if case .bot = poll.creator { push(id) }
        record(.edited(message.id), in: key)
    }

    /// Tells a poll's bot how the poll stands; of a person's, the bots of its chat.
    mutating func push(_ id: PollID) {
        guard let poll = polls[id] else { return }
        let listeners: [BotID] =
            switch poll.creator {
            case .bot(let bot): [bot]
            case .person: poll.place.map { bots(in: $0.chat) } ?? []
            }
        var json = JSONWriter()
        writePoll(id, to: &json)
        let bytes = json.bytes
        for bot in listeners { push(.poll, to: bot, lane: .poll(Int64(id) ?? 0)) { $0.value(rawJSON: bytes) } }
    }

    /// Closes polls whose time is over.
    package mutating func endPolls() {
        guard now >= nextPollEnd else { return }
        nextPollEnd = .infinity
        for (id, poll) in polls {
            guard !poll.isClosed, let end = poll.endsAt else { continue }
            guard end <= now else {
                nextPollEnd = min(nextPollEnd, end)
                continue
            }
            polls[id]?.isClosed = true
            if case .bot = poll.creator { push(id) }
            if let place = poll.place { record(.edited(place.message), in: place.chat) }
        }
        if nextPollEnd < .infinity { emit(.lookAgain(at: nextPollEnd)) }
    }
}
