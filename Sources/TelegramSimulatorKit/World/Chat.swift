package struct Chat: Sendable {
    package enum Kind: String, Sendable { case `private`, group, supergroup, channel }

    package let key: ChatKey
    package let kind: Kind
    package var title: String
    /// Of public groups and channels, without the `@`.
    package var username: String?
    package var description: String?
    package var photo: FileID?
    package var stickerSet: String?
    package var isForum = false
    /// Of forums, by the ids of the messages that made them.
    package var topics: [MessageID: Topic] = [:]
    /// Channels in whose name nobody may write here.
    package var bannedSenders: Set<ChatID> = []
    package var boosts: [Boost] = []
    package var members: [Actor: MemberStatus] = [:]
    /// What a status alone doesn't say, of members that have some.
    package var memberDetails: [Actor: MemberDetails] = [:]
    /// What plain members may do.
    package var permissions = ChatPermission.usual
    package var inviteLinks: [InviteLink] = []
    /// People who asked to come in.
    package var joinRequests: [PersonID: JoinRequest] = [:]
    package var messages: MessageLog
    /// Of groups; private chats count in their bot.
    package var nextMessageID: MessageID = 1
    package var pinned: [MessageID] = []
    /// When a person last wrote or tapped here.
    package var lastActivity = -Double.infinity
    /// The person pressed Start or wrote.
    package var isStarted = false
    /// The person blocked the bot.
    package var isBlocked = false
    package var replyKeyboard: ReplyKeyboard?
    /// Until somebody for whom it is writes something, or a bot sends another keyboard.
    package var forcedReply: ForcedReply?
    package private(set) var changes: [Change] = []

    /// Changes kept for those who read on from a cursor; older cursors start over.
    static let maximumChanges = 1_000

    init(key: ChatKey, kind: Kind, title: String, capacity: Int) {
        self.key = key
        self.kind = kind
        self.title = title
        messages = MessageLog(capacity: capacity)
    }

    mutating func record(_ change: Change) {
        changes.append(change)
        if changes.count > Self.maximumChanges * 2 { changes.removeFirst(changes.count - Self.maximumChanges) }
    }

    /// What happened after `cursor`, oldest first; nil when that is no longer known completely.
    package func changes(since cursor: Int64) -> ArraySlice<Change>? {
        if changes.count > Self.maximumChanges, let first = changes.first, cursor < first.number - 1 { return nil }
        guard let index = changes.firstIndex(where: { $0.number > cursor }) else { return [] }
        return changes[index...]
    }
}

/// Something that those who look at a chat see happen.
package struct Change: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case message(MessageID)
        case edited(MessageID)
        case deleted(MessageID)
        case action(String)
        case callbackAnswer(CallbackAnswer)
        /// A bot answered an inline query: its id.
        case inlineAnswer(String)
        /// What a bot is writing, or that it is no longer.
        case draft
        /// A payment went on: its id.
        case payment(String)
        /// Reply keyboard, pinned messages, members or commands.
        case chat
    }

    /// Ascends over the whole world.
    package var number: Int64
    package var kind: Kind
}
