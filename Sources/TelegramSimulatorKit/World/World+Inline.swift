import JSON

/// People who use inline mode and web apps.
extension World {
    /// A person types after a bot's name.
    ///
    /// - Parameter chatType: where: `sender` for the chat with the bot itself, else `private`, `group` and so on; may be nil.
    package mutating func query(
        _ text: String, offset: String = "", chatType: String? = nil, by person: PersonID, of bot: BotID
    ) throws(APIFailure) -> InlineQuery {
        guard text.utf16.count <= 256 else { throw .badRequest("an inline query has at most 256 characters") }
        inlineQueries = inlineQueries.filter { $0.value.createdAt + 86_400 > now }
        let query = InlineQuery(id: newID(), bot: bot, person: person, query: text, createdAt: now)
        inlineQueries[query.id] = query
        var json = JSONWriter()
        json.object { json in
            json.member("id", query.id)
            json.key("from")
            writeUser(.person(person), to: &json)
            json.member("query", text)
            json.member("offset", offset)
            json.member("chat_type", chatType)
        }
        let bytes = json.bytes
        push(.inlineQuery, to: bot, lane: .user(person)) { $0.value(rawJSON: bytes) }
        return query
    }

    /// The person takes one of the offered results and sends it to a chat.
    ///
    /// - Parameter file: what is at the result's URL.
    package mutating func choose(_ result: String, of id: String, in key: ChatKey, file: Upload? = nil) throws(APIFailure) -> Message {
        guard let query = inlineQueries[id] else { throw .badRequest("there is no such inline query") }
        guard let answer = query.answer else { throw .badRequest("the inline query was not answered yet") }
        guard let chosen = answer.results.first(where: { $0.id == result })?.result else {
            throw .badRequest("no result has the id \(result)")
        }
        let message = try sendResult(chosen, of: query.bot, by: query.person, in: key, file: file)
        var json = JSONWriter()
        json.object { json in
            json.member("result_id", result)
            json.key("from")
            writeUser(.person(query.person), to: &json)
            // As with the real server, the bot can change only what has a keyboard.
            if chosen.keyboard != nil { json.member("inline_message_id", message.inlineID) }
            json.member("query", query.query)
        }
        let bytes = json.bytes
        push(.chosenInlineResult, to: query.bot, lane: .user(query.person)) { $0.value(rawJSON: bytes) }
        return message
    }

    /// A person sends a message that a bot prepared.
    package mutating func sendPrepared(_ id: String, in key: ChatKey, file: Upload? = nil) throws(APIFailure) -> Message {
        guard let prepared = preparedMessages[id], prepared.expiresAt > now else { throw .badRequest("there is no such prepared message") }
        guard let kind = chats[key]?.kind, prepared.kinds.contains(kind) else {
            throw .badRequest("the bot doesn't let the message go to such a chat")
        }
        return try sendResult(prepared.result, of: prepared.bot, by: prepared.person, in: key, file: file)
    }

    /// A person opens a bot's web app, which may then send one message by ``answerWebAppQuery``.
    package mutating func openWebApp(by person: PersonID, of bot: BotID) -> String {
        let id = newID()
        webAppQueries = webAppQueries.filter { $0.value.createdAt + WebAppQuery.lifetime > now }
        webAppQueries[id] = WebAppQuery(bot: bot, person: person, createdAt: now)
        return id
    }
}
