import JSON

/// Reactions, deletions, forwarding, inline mode, web apps.
extension ControlAPI {
    func delete(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let key = try world.chat(p)
            try world.delete(p.int("message_id") ?? 0, by: world.person(p), in: key)
            return Self.ok
        }
    }

    /// `to` names the other chat: `{"bot"}` or `{"chat"}`.
    func forward(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        guard let to = try p.json("to", "to")?.object else { throw .badRequest("parameter \"to\" is required: an object with bot or chat") }
        return try simulator.run { world throws(APIFailure) in
            let person = try world.person(p)
            var other = Parameters(to)
            if !other.contains("person") { other.add("person", String(person)) }
            let (from, key) = (try world.chat(p), try world.chat(other))
            let message = try world.forward(p.int("message_id") ?? 0, from: from, to: key, by: person)
            return world.json(message, in: key)
        }
    }

    func react(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        let list = try p.text("emoji").map { text throws(APIFailure) in
            guard text.hasPrefix("[") else { return [text] }
            return try p.json("emoji", "emoji")?.array?.compactMap(\.string) ?? []
        }
        return try simulator.run { world throws(APIFailure) in
            let key = try world.chat(p)
            try world.react(list ?? [], to: p.int("message_id") ?? 0, by: world.person(p), in: key)
            return Self.ok
        }
    }

    func deactivate(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            world.setDeactivated(!p.contains("deactivated") || p.bool("deactivated"), try world.person(p))
            return Self.ok
        }
    }

    func query(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let query = try world.query(
                p.text("query") ?? "", offset: p.text("offset") ?? "", chatType: p.text("chat_type"), by: world.person(p),
                of: world.bot(p))
            let json: JSON = ["inline_query_id": .string(query.id)]
            return json.bytes
        }
    }

    /// The bot's answer, waited for up to `timeout` seconds; `results` is missing when none came.
    func inlineAnswer(_ id: String, _ p: Parameters) async throws -> [UInt8] {
        guard let query = simulator.with({ $0.inlineQueries[id] }) else { throw APIFailure(404, "Not Found: no such inline query") }
        let timeout = p.double("timeout") ?? 10
        guard timeout >= 0 else { throw APIFailure.badRequest("timeout must be a number of seconds, not negative") }
        for await _ in simulator.watch(.direct(bot: query.bot, person: query.person), seconds: min(timeout, Self.maximumWait)) {
            if simulator.with({ $0.inlineQueries[id]?.answer != nil }) { break }
        }
        var json = JSONWriter(capacity: 4_096)
        let answer = simulator.with { $0.inlineQueries[id]?.answer }
        json.object { json in
            json.member("inline_query_id", id)
            json.member("query", query.query)
            guard let answer else { return }
            json.key("results")
            json.array { json in for (_, result) in answer.results { json.value(rawJSON: result.json.bytes) } }
            json.member("next_offset", answer.nextOffset)
            json.member("is_personal", answer.isPersonal)
            json.member("cache_time", answer.cacheTime)
            json.member("button", answer.button)
        }
        return json.bytes
    }

    /// Sends a result: to `chat`, a group's id, or to the private chat with `bot`, which need not be the one that was asked; else to its own.
    func choose(_ id: String, _ p: Parameters) async throws -> [UInt8] {
        guard let result = p.text("result") else { throw APIFailure.badRequest("parameter \"result\" is required: the id of a result") }
        let url = simulator.with { $0.inlineQueries[id]?.answer?.results.first { $0.id == result }?.result.url }
        let file = await simulator.fetch(url, transport)
        return try simulator.run { world throws(APIFailure) in
            guard let query = world.inlineQueries[id] else { throw APIFailure(404, "Not Found: no such inline query") }
            let isHere = p.text("chat") == nil && p.text("bot") == nil
            let key = isHere ? world.directChat(bot: query.bot, person: query.person) : try world.chat(p)
            let message = try world.choose(result, of: id, in: key, file: file)
            return world.json(message, in: key)
        }
    }

    /// Sends what a bot prepared: to `chat`, a group's id, or to the chat with the bot.
    func sendPrepared(_ id: String, _ p: Parameters) async throws -> [UInt8] {
        guard let prepared = simulator.with({ $0.preparedMessages[id] }) else {
            throw APIFailure(404, "Not Found: no such prepared message")
        }
        let file = await simulator.fetch(prepared.result.url, transport)
        return try simulator.run { world throws(APIFailure) in
            let key = p.text("chat") == nil ? world.directChat(bot: prepared.bot, person: prepared.person) : try world.chat(p)
            let message = try world.sendPrepared(id, in: key, file: file)
            return world.json(message, in: key)
        }
    }

    func openWebApp(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        try simulator.run { world throws(APIFailure) in
            let json: JSON = ["web_app_query_id": .string(world.openWebApp(by: try world.person(p), of: try world.bot(p)))]
            return json.bytes
        }
    }
}
