import JSON

/// A message that a bot is still writing.
package struct Draft: Sendable, Hashable {
    package let bot: BotID
    package let id: Int64
    /// Empty while the bot thinks.
    package let text: FormattedText
    /// The person may tell the bot to stop.
    package let canStop: Bool
    package let keepsOnStop: Bool
    /// Seconds since 1970.
    package let sentAt: Double

    /// Seconds for which it is seen.
    static let lifetime: Double = 30
}

extension World {
    mutating func sendMessageDraft(_ call: Call) throws(APIFailure) -> APIAnswer {
        let p = call.parameters
        var text = FormattedText("")
        if let given = p.text("text") {
            text = try formatted(given, mode: p.text("parse_mode"), entities: p.json("entities", "entities"))
            guard text.utf16Count <= 4_096 else { throw .badRequest("message is too long") }
        }
        guard let id = p.int("draft_id"), id != 0 else { throw .badRequest("draft identifier must be non-zero") }
        let key = try chat(call)
        guard !key.isGroup else { throw .badRequest("message drafts can be sent only to private chats") }
        _ = try thread(p.int("message_thread_id"), replyTo: nil, by: .bot(call.bot), in: key)
        drafts[key] = Draft(
            bot: call.bot, id: id, text: text, canStop: p.bool("can_stop"), keepsOnStop: p.bool("keep_on_stop"), sentAt: now)
        record(.draft, in: key)
        return .success
    }

    /// What a bot is writing in a chat now.
    package func draft(in key: ChatKey) -> Draft? {
        drafts[key].flatMap { $0.sentAt + Draft.lifetime > now ? $0 : nil }
    }

    /// A person presses the button that ends a draft.
    package mutating func stopDraft(by person: PersonID, in key: ChatKey) throws(APIFailure) {
        try enter(key, person, toWrite: false)
        guard let draft = draft(in: key), draft.canStop else { throw .badRequest("there is nothing to stop here") }
        if !draft.keepsOnStop { removeDraft(in: key) }
        var json = JSONWriter()
        json.object { json in
            json.key("chat")
            writeChat(key, to: &json)
            json.member("draft_id", draft.id)
        }
        let bytes = json.bytes
        push(.stoppedMessageGeneration, to: draft.bot, lane: .chat(key.id)) { $0.value(rawJSON: bytes) }
    }

    /// The bot wrote the message, or gave up.
    mutating func removeDraft(in key: ChatKey) {
        guard drafts.removeValue(forKey: key) != nil else { return }
        record(.draft, in: key)
    }

    func write(_ draft: Draft, to json: inout JSONWriter) {
        json.object {
            $0.member("draft_id", draft.id)
            $0.member("text", draft.text.text)
            if !draft.text.entities.isEmpty { $0.member("entities", draft.text.entities) }
            $0.member("can_stop", draft.canStop)
        }
    }
}
