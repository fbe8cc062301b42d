import BotLanguage
import CEL
import Contracts

/// Where a conversation is played: in this process, or by everything that would play it live.
protocol World: AnyObject {
    var chats: Chats { get set }
    /// What the definition has failed at since the last step began.
    var failures: [Complaint] { get }

    /// - Throws: ``Complaint`` when it can't be done, such as tapping a button that isn't there.
    func perform(_ action: TestStep.Action, of step: TestStep) async throws
    /// Waits for more to be seen; false when nothing more will come.
    func awaitMore() async throws -> Bool
    func holds(_ condition: Expression, for user: String?) async throws -> Bool
    /// Rows that the condition is about, for people.
    func rows(of condition: Expression) async throws -> [String]
}

/// Why a test doesn't go on.
struct Complaint: Error, Hashable {
    var message: String
    var position: SourcePosition
    /// What the test wants and what is there instead; nil where that says nothing.
    var expected: String?
    var actual: String?
}

/// A step that can't be played where it is to be.
struct Unplayable: Error {
    var reason: String
}
