package typealias PollID = String

package struct Poll: Sendable {
    package struct Option: Sendable, Hashable {
        package var text: FormattedText
        package var voters: Int = 0
    }

    package let id: PollID
    package let creator: Actor
    package var question: FormattedText
    package var options: [Option]
    package var isAnonymous = true
    package var isQuiz = false
    package var allowsMultipleAnswers = false
    package var allowsRevoting = true
    package var membersOnly = false
    package var correctOptions: [Int] = []
    package var explanation: FormattedText?
    package var openPeriod: Int64?
    package var closeDate: Int64?
    /// Where it was sent, and when it ends by itself.
    package var place: (chat: ChatKey, message: MessageID)?
    package var endsAt: Double?
    package var isClosed = false
    package var votes: [PersonID: [Int]] = [:]

    /// Seconds for which a poll can be open by itself: a month.
    static let longest: Int64 = 2_628_000

    /// Whether bots see what is right: in their own quizzes, in private chats, and when it is over.
    var showsSolution: Bool {
        if case .bot = creator { return true }
        return isClosed || place?.chat.isGroup == false
    }

    /// Puts a person's choice in the place of the former one. An empty choice takes the vote back.
    mutating func vote(_ person: PersonID, _ choice: [Int]) {
        for index in votes[person] ?? [] { options[index].voters -= 1 }
        votes[person] = choice.isEmpty ? nil : choice
        for index in choice { options[index].voters += 1 }
    }
}
