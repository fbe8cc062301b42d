package typealias BotID = Int64
package typealias PersonID = Int64
package typealias ChatID = Int64
package typealias MessageID = Int64
package typealias UpdateID = Int64

/// A conversation: one person with one bot, or a group.
///
/// In the Bot API a private chat has its person's id; here the bot belongs to the key, because every bot has its own.
package enum ChatKey: Hashable, Sendable {
    case direct(bot: BotID, person: PersonID)
    case group(ChatID)

    /// The `chat.id` that bots see.
    package var id: ChatID {
        switch self {
        case .direct(_, let person): person
        case .group(let id): id
        }
    }

    package var isGroup: Bool {
        if case .group = self { true } else { false }
    }
}

/// Who did something.
package enum Actor: Hashable, Sendable {
    case bot(BotID)
    case person(PersonID)

    package var id: Int64 {
        switch self {
        case .bot(let id): id
        case .person(let id): id
        }
    }
}
