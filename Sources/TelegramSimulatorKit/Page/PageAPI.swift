import JSON

/// What the chat page asks for and nobody else: a chat in pages, several chats and the request log in one stream.
package struct PageAPI: Sendable {
    /// Messages of one page of a chat at most.
    static let maximumMessages: Int64 = 500
    /// Chats that all tabs of a browser show at once.
    static let maximumPlaces = 128

    let simulator: Simulator
    let recorder: RequestRecorder

    package init(_ simulator: Simulator, _ recorder: RequestRecorder) {
        self.simulator = simulator
        self.recorder = recorder
    }

    /// The newest `limit` messages, or those before the message `before`; the chat; and what the person voted.
    package func history(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        let limit = Int(min(max(p.int("limit") ?? 200, 1), Self.maximumMessages))
        let before = p.int("before") ?? .max
        return try simulator.run { world throws(APIFailure) in
            let key = try world.chat(p)
            return world.page(of: key, for: try world.person(p), before: before, limit: limit)
        }
    }

    /// Where a stream stands.
    package struct Cursor: Sendable, Hashable {
        package var change: Int64
        package var request: Int64

        package init(change: Int64, request: Int64) {
            self.change = change
            self.request = request
        }

        /// `<change>-<request>`
        package init?(_ text: String) {
            let parts = text.split(separator: "-").map { Int64($0) }
            guard parts.count == 2, let change = parts[0], let request = parts[1] else { return nil }
            self.init(change: change, request: request)
        }

        package var text: String { "\(change)-\(request)" }
    }

    /// The chats that `places` names: an array of `{bot, person}` or `{chat, person}`.
    package func places(_ p: Parameters) throws(APIFailure) -> [ChatKey] {
        let list = try p.json("places", "places")?.array ?? []
        guard list.count <= Self.maximumPlaces else { throw .badRequest("at most \(Self.maximumPlaces) places") }
        var keys: [ChatKey] = []
        for place in list {
            guard let object = place.object else { throw .badRequest("a place is an object") }
            keys.append(try simulator.chatKey(Parameters(object)))
        }
        return keys
    }

    /// What happened after a cursor in these chats and, with `showsRequests`, between bots and server; nil for nothing.
    ///
    /// One look at the world serves all chats, so one cursor does too.
    package func news(_ keys: [ChatKey], _ cursor: inout Cursor, showsRequests: Bool) -> [UInt8]? {
        let since = cursor.change
        let (changes, lastChange) = simulator.with { world in (keys.map { world.changesJSON($0, since: since) }, world.lastChange) }
        let requests = showsRequests ? requests(after: cursor.request) : (json: [], last: cursor.request)
        cursor = Cursor(change: lastChange, request: requests.last)
        guard !requests.json.isEmpty || changes.contains(where: { !$0.isEmpty }) else { return nil }
        var json = JSONWriter(capacity: 4_096)
        json.object { json in
            json.key("places")
            json.array { json in for change in changes { if change.isEmpty { json.null() } else { json.value(rawJSON: change.body) } } }
            json.key("requests")
            json.array { json in for entry in requests.json { json.value(rawJSON: entry) } }
        }
        return json.bytes
    }

    private func requests(after number: Int64) -> (json: [[UInt8]], last: Int64) {
        // A busy server makes more of them than anybody reads: the newest will do.
        let (entries, last) = recorder.with { ($0.entries(after: number, limit: 100), $0.lastNumber) }
        guard !entries.isEmpty else { return ([], last) }
        let bots = simulator.with { world in
            var bots: [BotID: (username: String, token: String)] = [:]
            for entry in entries { if let id = entry.bot, let bot = world.bots[id] { bots[id] = (bot.username, bot.token) } }
            return bots
        }
        return (entries.map { entry in entry.json(bot: entry.bot.flatMap { bots[$0] }) }, last)
    }
}

extension World {
    func page(of key: ChatKey, for person: PersonID, before: MessageID, limit: Int) -> [UInt8] {
        let all = chats[key]?.messages.all ?? []
        let end = all.lastIndex { $0.id < before }.map { $0 + 1 } ?? all.startIndex
        let start = max(all.startIndex, end - limit)
        var json = JSONWriter(capacity: 16_384)
        json.object { json in
            json.member("cursor", lastChange)
            json.member("has_older", start > all.startIndex)
            json.key("chat")
            writeChatView(key, to: &json)
            json.key("messages")
            json.array { json in
                for message in all[start..<end] {
                    json.object { json in
                        json.member("edits", message.edits)
                        // The Bot API does not tell bots what one person chose; the person knows.
                        if case .poll(let id) = message.content { json.member("choice", polls[id]?.votes[person]) }
                        writeOwnReactions(message, to: &json)
                        json.key("message")
                        writeMessage(message, in: key, to: &json)
                    }
                }
            }
        }
        return json.bytes
    }
}
