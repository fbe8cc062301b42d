package import Bus
package import Contracts

extension Outbox.Task {
    /// The event that tells what became of the command; nil when nobody wants to know.
    /// - Parameter poll: the platform's name for the poll that was made, if any.
    package func receipt(_ outcome: Receipt.Outcome, poll: String? = nil, at now: Timestamp) -> BusMessage? {
        // What a chat as a whole is shown concerns nobody in it; then the receipt is the chat's, if it asked for it.
        guard command.person != nil || command.receipt == .always else { return nil }
        guard let chat = command.chat, isWanted(outcome) else { return nil }
        let event = Event(
            bot: command.bot, platform: command.platform, at: now, chat: Chat(id: chat, kind: chat.isDirect ? .direct : .group),
            person: command.person.map { Person(id: $0, firstName: "") }, thread: command.thread,
            content: .receipt(Receipt(command: envelope.id, outcome: outcome, poll: poll)))
        return .event(
            event,
            envelope: envelope.causing(0, type: "event.\(event.kind)", lane: .normal, partitionKey: event.partitionKey))
    }

    private func isWanted(_ outcome: Receipt.Outcome) -> Bool {
        switch command.receipt {
        case .never: false
        case .always: true
        case .failures: if case .done = outcome { false } else { true }
        }
    }
}

extension ChatID {
    /// Telegram numbers groups and channels below zero; a channel may also be named.
    var isDirect: Bool { !rawValue.hasPrefix("-") && !rawValue.hasPrefix("@") }
}
