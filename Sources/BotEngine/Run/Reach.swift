import BotLanguage
import CEL
import Contracts

// `users.blocked`: whether the person wants to hear from the bot.
extension Interpreter {
    /// What an event in a direct chat says about it; nil: nothing.
    static func isBlocked(by event: Event) -> Bool? {
        guard event.chat?.kind == .direct, event.person != nil else { return nil }
        switch event.content {
        case .membership(let change):
            switch change.change {
            case .blocked: return true
            case .unblocked: return false
            default: return nil
            }
        case .receipt(let receipt): if case .blocked = receipt.outcome { return true } else { return nil }
        // Whoever writes is reached, whatever was heard before.
        case .message, .command, .button: return false
        default: return nil
        }
    }

    mutating func noteReach() throws(Interruption) {
        guard let isBlocked = Self.isBlocked(by: event), (user["blocked"] == .bool(true)) != isBlocked else { return }
        var none = baseVariables()
        try changeUser([ColumnValue("blocked", .bool(isBlocked))], &none)
    }
}
