package import Contracts

extension Step {
    /// `run`: something is asked of a worker.
    package struct Run: Sendable {
        package let contract: OperationContract
        /// By the names of the contract.
        package let arguments: [Binding]
        /// Which of `replies` handles what comes back; nil: nobody waits for it.
        package let reply: String?
        /// The arguments of the reply's handler.
        package let kept: [Binding]
        /// How long to wait; nil: as long as the contract says.
        package let within: Expression?
        package let position: SourcePosition

        /// Milliseconds that a conversation may wait for a reply.
        package static let patience: ClosedRange<Int64> = 1_000...604_800_000
    }
}

/// What handles the replies of an operation.
package struct ReplyHandler: Sendable {
    package var name: String
    package var contract: OperationContract
    /// What is kept for it while it waits.
    package var parameters: [Parameter]
    /// Nil: what is told on the way isn't listened to.
    package var progress: [Step]?
    package var done: [Step]
    /// Nil: the person hears a kind word.
    package var failed: [Step]?
    package var position: SourcePosition
}
