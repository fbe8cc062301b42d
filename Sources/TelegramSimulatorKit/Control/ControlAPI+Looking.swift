import JSON

/// Transcripts, waiting, and the state of the world.
extension ControlAPI {
    /// Messages that one transcript shows at most.
    static let maximumMessages: Int64 = 10_000
    /// Seconds that one wait lasts at most.
    static let maximumWait: Double = 60

    func transcript(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        let limit = min(max(p.int("limit") ?? 500, 1), Self.maximumMessages)
        return try simulator.run { world throws(APIFailure) in world.transcript(try world.chat(p), limit: Int(limit)) }
    }

    /// Returns when `changes` changes, or `messages` messages of bots, came after the cursor `since`; or after `timeout`.
    func wait(_ p: Parameters) async throws -> [UInt8] {
        let key = try simulator.run { world throws(APIFailure) in try world.chat(p) }
        let since = p.int("since") ?? 0
        let messages = p.int("messages")
        let wanted = Int(clamping: messages ?? p.int("changes") ?? 1)
        let timeout = p.double("timeout") ?? 10
        guard timeout >= 0 else { throw APIFailure.badRequest("timeout must be a number of seconds, not negative") }
        for await _ in simulator.watch(key, seconds: min(timeout, Self.maximumWait)) {
            let isEnough = simulator.with { world in
                guard let changes = world.chats[key]?.changes(since: since) else { return true }
                return (messages == nil ? changes.count : changes.count { world.isBotMessage($0, in: key) }) >= wanted
            }
            if isEnough { break }
        }
        return simulator.with { $0.changesJSON(key, since: since).body }
    }
}

extension World {
    func isBotMessage(_ change: Change, in key: ChatKey) -> Bool {
        guard case .message(let id) = change.kind, case .bot = chats[key]?.messages[id]?.sender else { return false }
        return true
    }

    func json(_ message: Message, in key: ChatKey) -> [UInt8] {
        var json = JSONWriter(capacity: 768)
        json.object { json in
            json.member("cursor", lastChange)
            json.key("message")
            writeMessage(message, in: key, to: &json)
        }
        return json.bytes
    }

    func transcript(_ key: ChatKey, limit: Int) -> [UInt8] {
        var json = JSONWriter(capacity: 16_384)
        json.object { json in
            json.member("cursor", lastChange)
            json.key("chat")
            writeChatView(key, to: &json)
            json.key("messages")
            json.array { json in
                for message in (chats[key]?.messages.all ?? []).suffix(limit) {
                    json.object { json in
                        json.member("edits", message.edits)
                        writeOwnReactions(message, to: &json)
                        json.key("message")
                        writeMessage(message, in: key, to: &json)
                    }
                }
            }
        }
        return json.bytes
    }

    /// What the chat page shows around the messages.
    func writeChatView(_ key: ChatKey, to json: inout JSONWriter) {
        let chat = chats[key]
        let commands: [Bot.Command] = bots(in: key).flatMap { bots[$0]?.commands(isGroup: key.isGroup) ?? [] }
        json.object { json in
            writeChatMembers(key, to: &json)
            json.member("started", chat?.isStarted ?? false)
            json.member("blocked", chat?.isBlocked ?? false)
            json.member("pinned", chat?.pinned ?? [])
            json.member("reply_keyboard", chat?.replyKeyboard)
            // A message that is gone wants no answer.
            if let forced = chat?.forcedReply, chat?.messages[forced.message] != nil {
                json.member(
                    "force_reply",
                    object: {
                        $0.member("message_id", forced.message)
                        $0.member("input_field_placeholder", forced.placeholder)
                        $0.member("person", forced.person)
                    })
            }
            json.key("commands")
            json.array { json in
                for command in commands {
                    json.object {
                        $0.member("command", command.name)
                        $0.member("description", command.text)
                    }
                }
            }
            guard key.isGroup else { return }
            if chat?.isForum == true {
                json.key("topics")
                json.array { json in
                    for (id, topic) in (chat?.topics ?? [:]).sorted(by: { $0.key < $1.key }) {
                        json.object {
                            $0.member("message_thread_id", id)
                            $0.member("name", topic.name)
                            $0.member("icon_color", topic.iconColor)
                            $0.member("icon_custom_emoji_id", topic.iconEmoji)
                            $0.member("closed", topic.isClosed)
                            $0.member("hidden", topic.isHidden)
                        }
                    }
                }
            }
            json.key("members")
            json.array { json in
                for (actor, status) in (chat?.members ?? [:]).sorted(by: { $0.key.id < $1.key.id }) where status.isPresent {
                    writeMember(actor, status, chat?.memberDetails[actor], in: key, to: &json)
                }
            }
        }
    }

    /// The changes after a cursor and the cursor to go on from. `reset` tells that some are no longer known.
    package func changesJSON(_ key: ChatKey, since: Int64) -> (body: [UInt8], cursor: Int64, isEmpty: Bool) {
        // A cursor from the future is another simulator's, which ran here before.
        let changes = since > lastChange ? nil : chats[key]?.changes(since: since)
        var json = JSONWriter(capacity: 2_048)
        json.object { json in
            json.member("cursor", lastChange)
            json.member("reset", changes == nil)
            json.key("changes")
            json.array { json in for change in changes ?? [] { writeChange(change, in: key, to: &json) } }
        }
        return (json.bytes, lastChange, changes?.isEmpty ?? false)
    }

    private func writeChange(_ change: Change, in key: ChatKey, to json: inout JSONWriter) {
        json.object { json in
            json.member("number", change.number)
            switch change.kind {
            case .message(let id): writeChangedMessage("message", id, in: key, to: &json)
            case .edited(let id): writeChangedMessage("edited", id, in: key, to: &json)
            case .deleted(let id):
                json.member("type", "deleted")
                json.member("message_id", id)
            case .action(let action):
                json.member("type", "action")
                json.member("action", action)
            case .callbackAnswer(let answer):
                json.member("type", "callback_answer")
                json.member("callback_query_id", answer.query)
                json.member("person", answer.person)
                json.member("text", answer.text)
                json.member("show_alert", answer.isAlert)
                json.member("url", answer.url)
            case .inlineAnswer(let id):
                json.member("type", "inline_answer")
                json.member("inline_query_id", id)
            case .draft:
                json.member("type", "draft")
                guard let draft = draft(in: key) else { return }
                json.key("draft")
                write(draft, to: &json)
            case .payment(let id):
                json.member("type", "payment")
                guard let payment = payments[id] else { return }
                json.key("payment")
                write(payment, to: &json)
            case .chat:
                json.member("type", "chat")
                json.key("chat")
                writeChatView(key, to: &json)
            }
        }
    }

    /// The message as it is now; one that is gone meanwhile has no `message`.
    private func writeChangedMessage(_ type: String, _ id: MessageID, in key: ChatKey, to json: inout JSONWriter) {
        json.member("type", type)
        json.member("message_id", id)
        guard let message = chats[key]?.messages[id] else { return }
        json.member("edits", message.edits)
        writeOwnReactions(message, to: &json)
        json.key("message")
        writeMessage(message, in: key, to: &json)
    }

    /// Beside the message: the Bot API doesn't show them in it, and never who reacted.
    func writeOwnReactions(_ message: Message, to json: inout JSONWriter) {
        guard !message.reactions.isEmpty else { return }
        json.key("reactions")
        writeReactions(message, to: &json, namesPeople: true)
    }

    private func people(in key: ChatKey) -> [PersonID] {
        var ids: [PersonID] = []
        for (actor, status) in chats[key]?.members ?? [:] where status.isPresent {
            if case .person(let id) = actor { ids.append(id) }
        }
        return ids.sorted()
    }

    /// Bots, people and groups, for those who choose among them. Tokens stay secret.
    func stateJSON() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("cursor", lastChange)
            json.key("bots")
            json.array { json in
                for bot in bots.values.sorted(by: { $0.username < $1.username }) {
                    json.object {
                        $0.member("id", bot.id)
                        $0.member("name", bot.name)
                        $0.member("username", bot.username)
                        $0.member("description", bot.description)
                        $0.member("pending_updates", bot.updates.count)
                        $0.member("has_webhook", bot.webhook != nil)
                        $0.member("is_polling", bot.poller != nil)
                    }
                }
            }
            json.key("people")
            // Load tests make thousands; nobody chooses from a list of thousands.
            json.array { json in for person in people.values.sorted(by: { $0.id < $1.id }).prefix(500) { person.write(to: &json) } }
            json.member("people_count", people.count)
            json.key("groups")
            json.array { json in
                for id in groups.sorted() {
                    json.object {
                        $0.member("id", id)
                        $0.member("title", chats[.group(id)]?.title ?? "")
                        $0.member("type", chats[.group(id)]?.kind.rawValue ?? "")
                        $0.member("username", chats[.group(id)]?.username)
                        $0.member("bots", bots(in: .group(id)))
                        $0.member("people", people(in: .group(id)))
                    }
                }
            }
        }
        return json.bytes
    }
}
