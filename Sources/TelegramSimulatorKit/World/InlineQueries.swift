package import JSON

/// What a person typed after a bot's name, and what the bot offered.
package struct InlineQuery: Sendable {
    package let id: String
    package let bot: BotID
    package let person: PersonID
    package let query: String
    package let createdAt: Double
    package var answer: InlineAnswer?

    /// Seconds for which it can be answered.
    package static let lifetime: Double = 30
}

package struct InlineAnswer: Sendable {
    /// By their ids, in the bot's order.
    package var results: [(id: String, result: InlineResult)]
    /// The parameters of `answerInlineQuery`, as the bot gave them.
    package var nextOffset: String
    package var isPersonal: Bool
    package var cacheTime: Int64
    package var button: JSON?
}

package struct InlineResult: Sendable {
    /// `InlineQueryResult` as it came.
    package var json: JSON
    /// What the person sends by choosing it; nil when its file is at a URL.
    package var content: Content?
    /// The message that is to have the file of ``url``.
    var remote: Media?
    /// Where the file is that the chosen message has.
    package var url: String?
    package var keyboard: InlineKeyboard?
}

/// A message that a bot saved for a person to send from a web app.
package struct PreparedMessage: Sendable {
    package let bot: BotID
    package let person: PersonID
    package let result: InlineResult
    /// Kinds of chats that it may go to; private ones are those with people and bots.
    package let kinds: Set<Chat.Kind>
    package let expiresAt: Double

    /// Seconds for which it can be sent; a guess, bots are told the date.
    static let lifetime: Double = 86_400
}

/// Where a message is that its bot knows by `inline_message_id` only.
struct InlineMessage: Sendable {
    let bot: BotID
    let chat: ChatKey
    let message: MessageID
}

/// A web app that may send one message for its person.
struct WebAppQuery: Sendable {
    let bot: BotID
    let person: PersonID
    let createdAt: Double

    /// Seconds for which it can be answered; a guess, the real time is unpublished.
    static let lifetime: Double = 3_600
}
