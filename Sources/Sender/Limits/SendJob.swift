package import Contracts

/// A command as the scheduler sees it.
package struct SendJob: Sendable, Hashable {
    /// Given by the caller, to find the command again.
    package typealias ID = Int64

    package var id: ID
    package var bot: BotName
    /// Where its order and limits belong; nil for what has neither, such as the answer to a tapped button.
    package var chat: ChatID?
    package var lane: Lane
    /// Edits of one message: the later one makes the earlier ones, that still wait, needless. Nil: not an edit.
    package var edit: Edit?
    /// Not to be sent after it; nil: never too late.
    package var notAfter: Timestamp?

    package struct Edit: Sendable, Hashable {
        package var target: MessageID
        /// Whether it replaces everything, or the keyboard only.
        package var isWhole: Bool

        package init(target: MessageID, isWhole: Bool) {
            self.target = target
            self.isWhole = isWhole
        }

        func supersedes(_ earlier: Edit) -> Bool { target == earlier.target && (isWhole || !earlier.isWhole) }
    }

    package init(id: ID, bot: BotName, chat: ChatID?, lane: Lane, edit: Edit? = nil, notAfter: Timestamp? = nil) {
        self.id = id
        self.bot = bot
        self.chat = chat
        self.lane = lane
        self.edit = edit
        self.notAfter = notAfter
    }
}

extension SendJob {
    package init(id: ID, command: Command, lane: Lane) {
        let edit: Edit? =
            switch command.action {
            case .edit(let target, _): Edit(target: target, isWhole: true)
            case .editKeyboard(let target, _): Edit(target: target, isWhole: false)
            default: nil
            }
        let isAnswer = if case .answerButton = command.action { true } else { false }
        self.init(id: id, bot: command.bot, chat: isAnswer ? nil : command.chat, lane: lane, edit: edit, notAfter: command.notAfter)
    }
}
