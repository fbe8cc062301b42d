package import JSON

extension World {
    // MARK: Giving updates to bots

    /// Puts an update into a bot's queue, if it wants this kind. `write` writes the value of the member.
    mutating func push(_ kind: UpdateKind, to bot: BotID, lane: WebhookLane, _ write: (inout JSONWriter) -> Void) {
        guard bots[bot]?.allowedUpdates.contains(kind) == true else { return }
        var json = JSONWriter(capacity: 768)
        write(&json)
        push(member: Array("\"\(kind.rawValue)\":".utf8) + json.bytes, to: bot, lane: lane, lifetime: kind.lifetime)
    }

    /// Puts an update into a bot's queue that was written by someone else, such as a recorded one. Its id is given anew.
    package mutating func inject(_ update: JSON, to bot: BotID) throws(APIFailure) {
        guard let object = update.object else { throw .badRequest("an update must be an Object") }
        guard let member = object.members.first(where: { $0.key != "update_id" }) else { throw .badRequest("the update is empty") }
        adopt(member.value, for: bot)
        let kind = UpdateKind(rawValue: member.key)
        let lane: WebhookLane =
            if let chat = member.value["chat"]?["id"]?.int {
                .chat(chat)
            } else if let user = (member.value["from"] ?? member.value["user"])?["id"]?.int {
                .user(user)
            } else {
                .free(Int64(truncatingIfNeeded: random.next()))
            }
        var json = JSONWriter()
        json.object { for other in object.members where other.key != "update_id" { $0.member(other.key, other.value) } }
        push(
            member: Array(json.bytes.dropFirst().dropLast()), to: bot, lane: lane,
            lifetime: kind?.lifetime ?? 86_400)
    }

    private mutating func push(member: [UInt8], to bot: BotID, lane: WebhookLane, lifetime: Double) {
        var random = random
        guard
            let entry = bots[bot]?.updates.push(
                member, lane: lane, expiresAt: now + lifetime, now: now,
                restart: { Int64(random.next() % 900_000_000) + 100_000_000 })
        else { return }
        self.random = random
        statistics.countUpdate()
        if bots[bot]?.webhook != nil {
            bots[bot]?.webhook?.schedule.add(entry.id, lane: lane, now: now)
            emit(.webhookDue(bot))
        } else if let poller = bots[bot]?.poller {
            bots[bot]?.poller = nil
            emit(.pollerReady(poller))
        }
    }

    // MARK: getUpdates

    package enum PollOutcome: Sendable {
        case answer(APIAnswer)
        /// Nothing there: wait for ``Effect/pollerReady(_:)`` at most so many seconds, then call ``finishPoll``.
        case wait(PollerID, seconds: Double)
    }

    mutating func beginPoll(_ bot: BotID, _ parameters: Parameters) -> PollOutcome {
        guard bots[bot]?.webhook == nil else {
            return .answer(
                .failure(
                    .conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")))
        }
        let offset = parameters.int("offset") ?? 0
        var limit = min(max(parameters.int("limit") ?? 100, 1), 100)
        var timeout = min(max(parameters.int("timeout") ?? 0, 0), 50)
        rememberAllowedUpdates(bot, parameters)
        if configuration.slowsBusyPolling, let last = bots[bot]?.lastPoll, last.offset == offset {
            if timeout < 3, now < last.at + 3 { timeout = 3 }
            if now < last.at + 0.5 { limit = 1 }
        }
        bots[bot]?.lastPoll = (offset, now)
        let entries = bots[bot]?.updates.take(offset: offset, limit: Int(limit), now: now) ?? []
        guard entries.isEmpty, timeout > 0 else { return .answer(Self.answer(entries)) }
        abortPoll(
            bot, "terminated by other getUpdates request; make sure that only one bot instance is running")
        let poller = newPoller()
        bots[bot]?.poller = poller
        return .wait(poller, seconds: Double(timeout))
    }

    /// Answers a poller whose time came, with whatever there is.
    package mutating func finishPoll(_ poller: PollerID, bot: BotID, _ parameters: Parameters) -> APIAnswer {
        if bots[bot]?.poller == poller { bots[bot]?.poller = nil }
        let limit = min(max(parameters.int("limit") ?? 100, 1), 100)
        let offset = max(parameters.int("offset") ?? 0, 0)
        return Self.answer(bots[bot]?.updates.take(offset: offset, limit: Int(limit), now: now) ?? [])
    }

    mutating func abortPoll(_ bot: BotID, _ reason: String) {
        guard let poller = bots[bot]?.poller else { return }
        bots[bot]?.poller = nil
        emit(.pollerConflict(poller, reason))
    }

    /// `allowed_updates`: absent keeps what was, an empty list means the default kinds.
    mutating func rememberAllowedUpdates(_ bot: BotID, _ parameters: Parameters) {
        guard let list = try? parameters.json("allowed_updates", "allowed updates"), let names = list.array else { return }
        let kinds = names.compactMap { $0.string.flatMap { UpdateKind(rawValue: $0.lowercased()) } }
        bots[bot]?.allowedUpdates = kinds.isEmpty ? UpdateKind.defaults : Set(kinds)
    }

    private static func answer(_ entries: [UpdateQueue.Entry]) -> APIAnswer {
        var json = JSONWriter(capacity: 64 + entries.reduce(0) { $0 + $1.member.count + 32 })
        json.array { json in for entry in entries { json.value(rawJSON: entry.document) } }
        return .success(json.bytes)
    }
}

extension UpdateQueue.Entry {
    /// The whole `Update` as JSON.
    package var document: [UInt8] { Array("{\"update_id\":\(id),".utf8) + member + [UInt8(ascii: "}")] }
}
