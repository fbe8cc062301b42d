/// A tapped button that waits for its answer.
package struct CallbackQuery: Sendable {
    package let id: String
    package let bot: BotID
    package let person: PersonID
    package let chat: ChatKey
    package let message: MessageID
    package let createdAt: Double
    package var answer: CallbackAnswer?

    /// Seconds for which it can be answered.
    package static let lifetime: Double = 150
}

package struct CallbackAnswer: Sendable, Hashable {
    package var query: String
    package var person: PersonID
    package var text: String?
    package var isAlert: Bool
    package var url: String?
}
