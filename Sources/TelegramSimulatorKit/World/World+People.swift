import JSON

/// What people are and do. Failures are told as ``APIFailure`` too: the control API answers like the Bot API.
extension World {
    // MARK: Coming into the world

    package func person(named name: String) -> Person? {
        personIDs[name.lowercased()].flatMap { people[$0] } ?? Int64(name).flatMap { people[$0] }
    }

    /// Makes a person, or finds the one with that username.
    ///
    /// - Parameter username: made from the name when nil; it must be free.
    package mutating func addPerson(
        name: String, lastName: String? = nil, username: String? = nil, id: PersonID? = nil, languageCode: String = "en"
    ) throws(APIFailure) -> Person {
        let firstName = name.trimmingSpaces
        guard !firstName.isEmpty, firstName.utf16.count <= 64 else { throw .badRequest("a person's name has 1 to 64 characters") }
        let username = username ?? Self.username(from: firstName)
        if let username, let known = personIDs[username.lowercased()].flatMap({ people[$0] }) {
            guard id == nil || id == known.id else { throw .badRequest("username \(username) is taken") }
            return known
        }
        if let id {
            guard id > 0, people[id] == nil, bots[id] == nil else { throw .badRequest("id \(id) is taken or not positive") }
        }
        let person = Person(
            id: id ?? freeID(username), firstName: firstName, lastName: lastName, username: username, languageCode: languageCode)
        people[person.id] = person
        if let username { personIDs[username.lowercased()] = person.id }
        return person
    }

    /// An id that is nobody's. That of a username is the same in every world, so that bots, which remember people for
    /// longer than a simulator lives, know them again.
    private mutating func freeID(_ username: String?) -> PersonID {
        guard let username else {
            while people[nextPerson] != nil || bots[nextPerson] != nil { nextPerson += 1 }
            return nextPerson
        }
        // FNV-1a: short, and the same everywhere.
        let hash = username.lowercased().utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        var id = 1_000_000_000 + PersonID(hash % 1_000_000_000)
        while people[id] != nil || bots[id] != nil { id += 1 }
        return id
    }

    private static func username(from name: String) -> String? {
        let letters = name.lowercased().unicodeScalars.filter { $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)) }
        return letters.isEmpty ? nil : String(String.UnicodeScalarView(letters))
    }

    /// Opens the private chat of a person with a bot without a word, as if it had been started long ago.
    package mutating func start(_ person: PersonID, _ bot: BotID) -> ChatKey {
        let key = directChat(bot: bot, person: person)
        chats[key]?.isStarted = true
        return key
    }

    /// Makes people and groups of a recorded update known, so that answers to it arrive.
    mutating func adopt(_ json: JSON, for bot: BotID) {
        let user = json["from"] ?? json["user"]
        if let id = user?["id"]?.int, id > 0, people[id] == nil, bots[id] == nil, user?["is_bot"]?.bool != true {
            let person = Person(
                id: id, firstName: user?["first_name"]?.string ?? "User \(id)", lastName: user?["last_name"]?.string,
                username: user?["username"]?.string, languageCode: user?["language_code"]?.string ?? "en")
            people[id] = person
            if let name = person.username?.lowercased(), personIDs[name] == nil { personIDs[name] = id }
        }
        let chat = json["chat"] ?? json["message"]?["chat"]
        guard let id = chat?["id"]?.int else { return }
        if id > 0, bots[id] == nil {
            if people[id] == nil {
                people[id] = Person(
                    id: id, firstName: chat?["first_name"]?.string ?? "User \(id)", lastName: chat?["last_name"]?.string,
                    username: chat?["username"]?.string, languageCode: "en")
            }
            chats[start(id, bot)]?.lastActivity = now
        } else if id < 0 {
            let key = ChatKey.group(id)
            if chats[key] == nil {
                chats[key] = Chat(
                    key: key, kind: chat?["type"]?.string == "group" ? .group : .supergroup,
                    title: chat?["title"]?.string ?? "Group", capacity: configuration.messagesPerChat)
                groups.insert(id)
            }
            if chats[key]?.members[.bot(bot)] == nil { chats[key]?.members[.bot(bot)] = .member }
            chats[key]?.lastActivity = now
        }
    }

    // MARK: Saying things

    /// A person's message. In a private chat it starts the chat and unblocks the bot.
    ///
    /// - Parameters:
    ///   - thread: the topic of a forum; that of the answered message, or the general one when nil.
    ///   - channel: writes in the name of a channel that the person owns.
    package mutating func say(
        _ content: Content, by person: PersonID, in key: ChatKey, replyTo: MessageID? = nil, albumID: String? = nil,
        via bot: BotID? = nil, keyboard: InlineKeyboard? = nil, thread: MessageID? = nil, as channel: ChatID? = nil,
        origin: ForwardOrigin? = nil
    ) throws(APIFailure) -> Message {
        try enter(key, person)
        let thread = try self.thread(thread, replyTo: replyTo, by: .person(person), in: key)
        let senderChat = try senderChat(channel, of: person, in: key)
        var content = content
        if case .text(let text) = content {
            let text = FoundEntities.add(to: text.trimmed())
            guard !text.text.isEmpty else { throw .badRequest("text must be non-empty") }
            guard text.utf16Count <= 4_096 else { throw .badRequest("message is too long") }
            content = .text(text)
        }
        var message = Message(id: nextMessageID(in: key), date: date, sender: .person(person), content: content)
        message.replyTo = replyTo
        message.albumID = albumID
        message.origin = origin
        message.threadID = thread
        message.senderChat = senderChat
        if let bot {
            let id = "BAAD\(String(random.next(), radix: 36))"
            message.viaBot = bot
            message.inlineID = id
            message.keyboard = keyboard
            inlineMessages[id] = InlineMessage(bot: bot, chat: key, message: message.id)
        }
        chats[key]?.lastActivity = now
        append(message, to: key)
        push(message, .message, in: key)
        let isAnswered = chats[key]?.forcedReply.map { $0.person == nil || $0.person == person } ?? false
        if isAnswered { chats[key]?.forcedReply = nil }
        let isUsed = chats[key]?.replyKeyboard?.isOneTime == true
        if isUsed { chats[key]?.replyKeyboard = nil }
        if isAnswered || isUsed { record(.chat, in: key) }
        return message
    }

    package mutating func say(
        _ text: String, by person: PersonID, in key: ChatKey, replyTo: MessageID? = nil, thread: MessageID? = nil,
        as channel: ChatID? = nil
    ) throws(APIFailure) -> Message {
        try say(.text(FormattedText(text)), by: person, in: key, replyTo: replyTo, thread: thread, as: channel)
    }

    package mutating func sendFile(
        _ upload: Upload, as kind: Media.Kind, caption: String = "", album: String? = nil, by person: PersonID, in key: ChatKey,
        thread: MessageID? = nil
    ) throws(APIFailure) -> Message {
        let file = try store(upload, as: kind)
        let media = Media(kind: kind, file: file, caption: FoundEntities.add(to: FormattedText(caption).trimmed()))
        return try say(.media(media), by: person, in: key, albumID: album, thread: thread)
    }

    /// A person passes a message on to another chat.
    package mutating func forward(_ id: MessageID, from: ChatKey, to key: ChatKey, by person: PersonID) throws(APIFailure) -> Message {
        let isThere = if case .direct(_, let owner) = from { owner == person } else { status(of: .person(person), in: from).isPresent }
        guard isThere else { throw .badRequest("no such chat") }
        let original = try message(id, in: from, "message to forward")
        guard !original.isProtected else { throw .badRequest("message can't be forwarded") }
        if case .service = original.content { throw .badRequest("message can't be forwarded") }
        return try say(original.content, by: person, in: key, origin: origin(of: original, in: from))
    }

    /// A person corrects a text of their own.
    package mutating func edit(_ id: MessageID, to text: String, by person: PersonID, in key: ChatKey) throws(APIFailure) -> Message {
        let message = try message(id, in: key, "message to edit")
        guard message.sender == .person(person), case .text = message.content else { throw .badRequest("message can't be edited") }
        let date = date
        change(id, in: key) {
            $0.content = .text(FoundEntities.add(to: FormattedText(text).trimmed()))
            $0.editDate = date
        }
        let edited = chats[key]?.messages[id] ?? message
        push(edited, .editedMessage, in: key)
        return edited
    }

    /// Tells the bots of a chat about a message; in channels as a post.
    mutating func push(_ message: Message, _ kind: UpdateKind, in key: ChatKey) {
        var kind = kind
        if chats[key]?.kind == .channel { kind = kind == .editedMessage ? .editedChannelPost : .channelPost }
        // The queue changes while the message is written, so it is written first.
        var json = JSONWriter(capacity: 768)
        writeMessage(message, in: key, to: &json)
        let bytes = json.bytes
        for bot in bots(in: key) { push(kind, to: bot, lane: .chat(key.id)) { $0.value(rawJSON: bytes) } }
    }

    mutating func enter(_ key: ChatKey, _ person: PersonID, toWrite: Bool = true) throws(APIFailure) {
        guard let who = people[person], !who.isDeactivated else { throw .badRequest("no such person") }
        switch key {
        case .direct(let bot, let owner):
            guard owner == person, bots[bot] != nil else { throw .badRequest("no such chat") }
            let wasStarted = chats[key]?.isStarted == true
            let key = start(person, bot)
            if !wasStarted { record(.chat, in: key) }
            if chats[key]?.isBlocked == true { setBlocked(false, person, bot) }
        case .group:
            guard status(of: .person(person), in: key).isPresent else { throw .badRequest("\(who.firstName) is not in this group") }
            guard toWrite else { return }
            if chats[key]?.kind == .channel, !isAdministrator(.person(person), in: key) {
                throw .badRequest("only administrators write to a channel")
            }
            guard maySend(.person(person), in: key) else { throw .badRequest("\(who.firstName) may not write here") }
        }
    }

    /// Whether restrictions let somebody write.
    func maySend(_ actor: Actor, in key: ChatKey) -> Bool {
        switch status(of: actor, in: key) {
        case .restricted: chats[key]?.memberDetails[actor]?.permissions.contains(.sendMessages) ?? false
        case .member: chats[key]?.permissions.contains(.sendMessages) ?? true
        default: true
        }
    }

    /// A person deletes a message, for everybody. Bots don't hear of it.
    package mutating func delete(_ id: MessageID, by person: PersonID, in key: ChatKey) throws(APIFailure) {
        try enter(key, person, toWrite: false)
        let message = try message(id, in: key, "message to delete")
        guard !key.isGroup || message.sender == .person(person) || isAdministrator(.person(person), in: key) else {
            throw .badRequest("message can't be deleted")
        }
        remove(id, in: key)
    }

    // MARK: Buttons

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
