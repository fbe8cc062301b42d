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
    /// What the person sends by choosing it; nil when its file is at a URL, which the simulator doesn't fetch.
    package var content: Content?
    package var keyboard: InlineKeyboard?
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
