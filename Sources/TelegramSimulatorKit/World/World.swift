package typealias PollerID = Int

/// Everything that the simulated Telegram knows, as a value.
///
/// It reads no clock, opens no socket and waits for nothing: callers set ``now`` and carry out ``takeEffects()``.
package struct World: Sendable {
    package let configuration: SimulatorConfiguration
    /// Seconds since 1970 in the simulated world.
    package var now: Double
    var random: SeededRandom
    package internal(set) var bots: [BotID: Bot] = [:]
    private var botIDs: [String: BotID] = [:]
    private var botIDsByName: [String: BotID] = [:]
    package internal(set) var people: [PersonID: Person] = [:]
    var personIDs: [String: PersonID] = [:]
    package internal(set) var chats: [ChatKey: Chat] = [:]
    /// Groups by the bots in them are few; the groups themselves are found here.
    package internal(set) var groups: Set<ChatID> = []
    /// Public groups and channels by their name in lower case.
    var groupIDs: [String: ChatID] = [:]
    package internal(set) var inlineQueries: [String: InlineQuery] = [:]
    /// Messages that came through inline mode, by `inline_message_id`.
    var inlineMessages: [String: InlineMessage] = [:]
    package internal(set) var preparedMessages: [String: PreparedMessage] = [:]
    var webAppQueries: [String: WebAppQuery] = [:]
    /// When the next poll ends by itself.
    var nextPollEnd = Double.infinity
    package internal(set) var callbacks: [String: CallbackQuery] = [:]
    package internal(set) var polls: [PollID: Poll] = [:]
    var drafts: [ChatKey: Draft] = [:]
    /// By their bots and short names in lower case.
    var games: [BotID: [String: Game]] = [:]
    var scores: [ScoreBoard: [PersonID: Int64]] = [:]
    var invoiceLinks: [String: Invoice] = [:]
    package internal(set) var payments: [String: Payment] = [:]
    /// The payments that bots were asked about, by the ids of the queries.
    var paymentQueries: [String: String] = [:]
    package internal(set) var charges: [String: Charge] = [:]
    package internal(set) var starLedgers: [BotID: StarLedger] = [:]
    package internal(set) var files: FileStore
    package internal(set) var stickers = StickerStore()
    package var limiter: FloodLimiter
    package var faults = FaultPlan()
    package var statistics = Statistics()
    package internal(set) var lastChange: Int64 = 0
    private(set) var effects: [Effect] = []
    private var nextPoller: PollerID = 1
    var nextPerson: PersonID
    var nextGroup: ChatID
    private var nextCallbackSweep = 4_096

    package init(_ configuration: SimulatorConfiguration, now: Double) {
        self.configuration = configuration
        self.now = now
        random = SeededRandom(seed: configuration.seed)
        files = FileStore(capacity: configuration.fileBytes)
        limiter = FloodLimiter(configuration.limits)
        nextPerson = 100_000_000 + Int64(random.next() % 1_000_000) * 100
        nextGroup = Int64(random.next() % 100_000_000)
        for account in configuration.bots { _ = addBot(name: account.name, token: account.token) }
    }

    // MARK: Effects

    /// What the shell must do after a call.
    package enum Effect: Sendable, Hashable {
        /// A waiting `getUpdates` may be answered.
        case pollerReady(PollerID)
        /// A waiting `getUpdates` ends with 409.
        case pollerConflict(PollerID, String)
        /// A webhook has something to deliver.
        case webhookDue(BotID)
        /// A webhook was set or went: see ``World/webhooksJSON()``.
        case webhooksChanged
        case changed(ChatKey, Change)
        /// Something happens by itself at this time: look at the world again then.
        case lookAgain(at: Double)
    }

    package mutating func takeEffects() -> [Effect] {
        guard !effects.isEmpty else { return [] }
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    mutating func emit(_ effect: Effect) { effects.append(effect) }

    mutating func record(_ kind: Change.Kind, in key: ChatKey) {
        lastChange += 1
        let change = Change(number: lastChange, kind: kind)
        chats[key]?.record(change)
        emit(.changed(key, change))
    }

    mutating func newPoller() -> PollerID {
        defer { nextPoller += 1 }
        return nextPoller
    }

    package var date: Int64 { Int64(now) }

    // MARK: Bots

    package func bot(named name: String) -> Bot? {
        let name = name.lowercased()
        return (botIDsByName[name] ?? botIDsByName[name + "bot"] ?? botIDsByName[name + "_bot"]).flatMap { bots[$0] }
            ?? Int64(name).flatMap { bots[$0] }
    }

    /// The bot of a token; in an open world a well-formed token makes one. Nil: unauthorized.
    package mutating func bot(token: String) -> BotID? {
        if let id = botIDs[token] { return id }
        guard configuration.isOpen, let id = Self.botID(ofToken: token), bots[id] == nil else { return nil }
        return addBot(name: "bot\(id)_bot", token: token)
    }

    /// - Returns: nil when the token is malformed or its id is taken by another token.
    package mutating func addBot(name: String, token: String) -> BotID? {
        if let id = botIDs[token] { return id }
        guard let id = Self.botID(ofToken: token), bots[id] == nil else { return nil }
        let username = name.lowercased().hasSuffix("bot") ? name : name + "_bot"
        bots[id] = Bot(
            id: id, token: token, username: username, name: name, firstUpdate: newUpdateID(),
            capacity: configuration.updatesPerBot)
        botIDs[token] = id
        botIDsByName[username.lowercased()] = id
        return id
    }

    /// `<digits>:<secret>`
    package static func botID(ofToken token: String) -> BotID? {
        guard let colon = token.firstIndex(of: ":"), token.utf8.count <= 80 else { return nil }
        let secret = token[token.index(after: colon)...]
        guard !secret.isEmpty, secret.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }),
            token[..<colon].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int64(token[..<colon]).flatMap { $0 > 0 ? $0 : nil }
    }

    mutating func newUpdateID() -> UpdateID { Int64(random.next() % 900_000_000) + 100_000_000 }

    mutating func newID() -> String { String(random.next() >> 1) }

    // MARK: Chats

    /// The chat with a bot, made when there is none yet.
    mutating func directChat(bot: BotID, person: PersonID) -> ChatKey {
        let key = ChatKey.direct(bot: bot, person: person)
        if chats[key] == nil {
            chats[key] = Chat(key: key, kind: .private, title: "", capacity: configuration.messagesPerChat)
        }
        return key
    }

    mutating func nextMessageID(in key: ChatKey) -> MessageID {
        switch key {
        case .direct(let bot, _):
            guard let id = bots[bot]?.nextMessageID else { return 1 }
            bots[bot]?.nextMessageID = id + 1
            return id
        case .group:
            guard let id = chats[key]?.nextMessageID else { return 1 }
            chats[key]?.nextMessageID = id + 1
            return id
        }
    }

    /// Bots that take part in a chat.
    func bots(in key: ChatKey) -> [BotID] {
        switch key {
        case .direct(let bot, _): [bot]
        case .group:
            (chats[key]?.members ?? [:]).compactMap { actor, status in
                if case .bot(let id) = actor, status.isPresent { id } else { nil }
            }.sorted()
        }
    }

    /// Forgets callback queries nobody can answer any more, now and then.
    mutating func sweepCallbacks() {
        guard callbacks.count >= nextCallbackSweep else { return }
        callbacks = callbacks.filter { $0.value.createdAt + CallbackQuery.lifetime > now }
        nextCallbackSweep = max(4_096, callbacks.count * 2)
    }
}
