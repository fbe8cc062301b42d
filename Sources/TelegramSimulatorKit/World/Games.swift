/// A game as a message shows it. Any short name is a game of its bot; ``World/setGame(_:of:title:description:)`` dresses it.
package struct Game: Sendable, Hashable {
    package let bot: BotID
    package let shortName: String
    package var title: String
    package var description: String
    package var photo: FileID
    /// The score board, once somebody has a score.
    package var text: String?
}

/// Where scores are kept: a game in a chat.
struct ScoreBoard: Sendable, Hashable {
    let bot: BotID
    let game: String
    let chat: ChatKey
}
