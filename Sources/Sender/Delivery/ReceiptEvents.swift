package import Bus
package import Contracts

extension Outbox.Task {
    /// The event that tells what became of the command; nil when nobody wants to know.
    package func receipt(_ outcome: Receipt.Outcome, at now: Timestamp) -> BusMessage? {
        guard let person = command.person, let chat = command.chat, isWanted(outcome) else { return nil }
        let event = Event(
            bot: command.bot, platform: command.platform, at: now, chat: Chat(id: chat, kind: chat.isDirect ? .direct : .group),
            person: Person(id: person, firstName: ""), thread: command.thread,
            content: .receipt(Receipt(command: envelope.id, outcome: outcome)))
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
