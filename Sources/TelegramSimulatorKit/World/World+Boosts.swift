import JSON

/// Boosts, which people with a subscription give to chats.
extension World {
    /// A person boosts a chat. Bots that administrate it hear of it.
    ///
    /// - Parameter seconds: how long it lasts.
    package mutating func boost(_ key: ChatKey, by person: PersonID, seconds: Int64) throws(APIFailure) -> Boost {
        try enter(key, person, toWrite: false)
        guard key.isGroup, chats[key]?.kind != .group else { throw .badRequest("only supergroups and channels are boosted") }
        guard (1...31_622_400).contains(seconds) else { throw .badRequest("a boost lasts for a year at most") }
        let boost = Boost(id: newID(), person: person, addedAt: date, expiresAt: date + seconds)
        chats[key]?.boosts.append(boost)
        pushBoost(.chatBoost, in: key) { world, json in
            json.key("boost")
            world.write(boost, to: &json)
        }
        record(.chat, in: key)
        return boost
    }

    /// Takes a boost back.
    package mutating func removeBoost(_ id: String, in key: ChatKey) throws(APIFailure) {
        guard let index = chats[key]?.boosts.firstIndex(where: { $0.id == id }), let boost = chats[key]?.boosts.remove(at: index) else {
            throw .badRequest("there is no such boost")
        }
        let date = date
        pushBoost(.removedChatBoost, in: key) { world, json in
            json.member("boost_id", boost.id)
            json.member("remove_date", date)
            json.key("source")
            world.writeSource(boost, to: &json)
        }
        record(.chat, in: key)
    }

    private mutating func pushBoost(_ kind: UpdateKind, in key: ChatKey, _ body: (World, inout JSONWriter) -> Void) {
        var json = JSONWriter()
        json.object { json in
            json.key("chat")
            writeChat(key, to: &json)
            body(self, &json)
        }
        let bytes = json.bytes
        for bot in bots(in: key) where isAdministrator(.bot(bot), in: key) {
            push(kind, to: bot, lane: .chat(key.id)) { $0.value(rawJSON: bytes) }
        }
    }

    private func writeSource(_ boost: Boost, to json: inout JSONWriter) {
        json.object { json in
            json.member("source", "premium")
            json.key("user")
            writeUser(.person(boost.person), to: &json)
        }
    }

    private func write(_ boost: Boost, to json: inout JSONWriter) {
        json.object { json in
            json.member("boost_id", boost.id)
            json.member("add_date", boost.addedAt)
            json.member("expiration_date", boost.expiresAt)
            json.key("source")
            writeSource(boost, to: &json)
        }
    }

    mutating func getUserChatBoosts(_ call: Call) throws(APIFailure) -> APIAnswer {
        let key = try chat(call)
        guard key.isGroup, chats[key]?.kind != .group else {
            throw .badRequest("method is available for supergroup and channel chats only")
        }
        guard isAdministrator(.bot(call.bot), in: key) else { throw .badRequest("CHAT_ADMIN_REQUIRED") }
        let user = try member(call)
        var json = JSONWriter()
        json.object { json in
            json.key("boosts")
            json.array { json in
                for boost in chats[key]?.boosts ?? [] where user == .person(boost.person) && boost.expiresAt > date {
                    write(boost, to: &json)
                }
            }
        }
        return .success(json.bytes)
    }
}
