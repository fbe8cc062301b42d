import BotLanguage
import Contracts

// What a chat has in common: screens with `press: everyone` belong to the chat, whoever made the bot show them. Where several
// people are, an event has two conversations: the person's own there, and the chat's.
extension Interpreter {
    /// Makes the chat's conversation the current one, or the person's. Where there is only one, nothing changes.
    mutating func turn(toCommon: Bool) {
        guard toCommon != isCommon, var next = other else { return }
        swap(&state, &next)
        other = next
        swap(&drawn, &otherDrawn)
        isCommon = toCommon
    }

    func belongsToChat(_ screen: String) -> Bool { definition.screens[screen]?.press == .everyone }

    /// Who may tap what is shown now; nil: everybody.
    var owner: PersonID? { isCommon ? nil : event.person?.id }
}
