import JSON

/// Reactions of bots and people.
extension World {
    /// The emoji that everybody may react with.
    private static let emoji: Set<String> = Set(
        """
        👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻
        👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
        """.split(whereSeparator: \.isWhitespace).map(plain))

    /// Without the selectors that only ask for a coloured picture.
    private static func plain(_ emoji: some StringProtocol) -> String {
        String(String.UnicodeScalarView(emoji.unicodeScalars.filter { $0.value != 0xFE0F }))
    }

    mutating func setMessageReaction(_ call: Call) throws(APIFailure) -> APIAnswer {
        let reactions = try reactions(call.parameters.json("reaction", "reaction type"))
        let key = try chat(call)
        let message = try message(call.parameters.int("message_id"), in: key, "message to react")
        // Bots are no premium users, who alone have more than one; paid ones are for people.
        guard reactions.count <= 1 else { throw .badRequest("REACTIONS_TOO_MANY") }
        guard !reactions.contains(.paid) else { throw .badRequest("REACTION_INVALID") }
        setReactions(reactions, of: .bot(call.bot), on: message.id, in: key)
        return .success
    }

    private func reactions(_ json: JSON?) throws(APIFailure) -> [Reaction] {
        guard let json else { return [] }
        guard let array = json.array else { throw .badRequest("expected an Array of ReactionType") }
        var reactions: [Reaction] = []
        for json in array {
            guard case .object = json else { throw .badRequest("expected an Object as ReactionType") }
            switch json["type"]?.string {
            case "emoji":
                let emoji = Self.plain(json["emoji"]?.string ?? "")
                guard Self.emoji.contains(emoji) else { throw .badRequest("REACTION_INVALID") }
                reactions.append(.emoji(emoji))
            case "custom_emoji": reactions.append(.customEmoji(json["custom_emoji_id"]?.string ?? ""))
            case "paid": reactions.append(.paid)
            default: throw .badRequest("invalid reaction type specified")
            }
        }
        return reactions
    }

    /// A person reacts with emoji; none take the reaction back.
    package mutating func react(_ emoji: [String], to id: MessageID, by person: PersonID, in key: ChatKey) throws(APIFailure) {
        try enter(key, person, toWrite: false)
        let new = try emoji.map { emoji throws(APIFailure) in
            guard Self.emoji.contains(Self.plain(emoji)) else { throw APIFailure.badRequest("\(emoji) is no reaction") }
            return Reaction.emoji(Self.plain(emoji))
        }
        guard new.count <= 3 else { throw .badRequest("a person has at most three reactions") }
        let message = try message(id, in: key, "message to react")
        let old = message.reactions[.person(person)] ?? []
        guard old != new else { return }
        setReactions(new, of: .person(person), on: id, in: key)
        var json = JSONWriter()
        json.object { json in
            json.key("chat")
            writeChat(key, to: &json)
            json.member("message_id", id)
            json.member("date", date)
            if chats[key]?.kind == .channel {
                json.key("reactions")
                writeReactions(chats[key]?.messages[id] ?? message, to: &json)
                return
            }
            json.key("user")
            writeUser(.person(person), to: &json)
            for (name, list) in [("old_reaction", old), ("new_reaction", new)] {
                json.key(name)
                json.array { json in for reaction in list { write(reaction, to: &json) } }
            }
        }
        let bytes = json.bytes
        let kind: UpdateKind = chats[key]?.kind == .channel ? .messageReactionCount : .messageReaction
        for bot in bots(in: key) where !key.isGroup || isAdministrator(.bot(bot), in: key) {
            push(kind, to: bot, lane: .chat(key.id)) { $0.value(rawJSON: bytes) }
        }
    }

    mutating func setReactions(_ reactions: [Reaction], of actor: Actor, on id: MessageID, in key: ChatKey) {
        _ = chats[key]?.messages.update(id) { $0.reactions[actor] = reactions.isEmpty ? nil : reactions }
        record(.edited(id), in: key)
    }

    private func write(_ reaction: Reaction, to json: inout JSONWriter) {
        json.object {
            switch reaction {
            case .emoji(let emoji):
                $0.member("type", "emoji")
                $0.member("emoji", emoji)
            case .customEmoji(let id):
                $0.member("type", "custom_emoji")
                $0.member("custom_emoji_id", id)
            case .paid: $0.member("type", "paid")
            }
        }
    }

    /// `Array of ReactionCount`, the most frequent first.
    ///
    /// - Parameter namesPeople: adds `by`, the ids of who reacted so.
    func writeReactions(_ message: Message, to json: inout JSONWriter, namesPeople: Bool = false) {
        var actors: [Reaction: [Int64]] = [:]
        for (actor, list) in message.reactions { for reaction in list { actors[reaction, default: []].append(actor.id) } }
        json.array { json in
            for (reaction, ids) in actors.sorted(by: { ($1.value.count, "\($0.key)") < ($0.value.count, "\($1.key)") }) {
                json.object { json in
                    json.key("type")
                    write(reaction, to: &json)
                    json.member("total_count", ids.count)
                    if namesPeople { json.member("by", ids.sorted()) }
                }
            }
        }
    }
}
