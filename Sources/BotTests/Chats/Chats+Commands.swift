import BotLanguage
import Contracts

extension Chats.Message {
    /// What a person sees of a message that the bot sends.
    init(_ message: OutgoingMessage, id: MessageID) {
        self.init(id: id, kind: message.content.type, text: Self.text(message))
        if case .poll(let poll) = message.content { self.poll = poll }
        adopt(message.keyboard)
    }

    /// Takes over what an edit says.
    mutating func become(_ message: OutgoingMessage) {
        kind = message.content.type
        text = Self.text(message)
        buttons = []
        adopt(message.keyboard)
    }

    mutating func adopt(_ keyboard: Keyboard?) {
        switch keyboard {
        case .inline(let rows)?: buttons = rows.map { $0.map(Chats.Button.init) }
        case .reply(let keyboard)?:
            menu = keyboard.rows.map { row in
                row.map { Chats.Button(label: $0.text, action: $0.request.map { .request($0) } ?? .text) }
            }
        case .remove?: menu = []
        case .forceReply?, nil: break
        }
    }

    private static func text(_ message: OutgoingMessage) -> String {
        switch message.content {
        case .text(let text): VisibleText.of(text, message.parseMode)
        case .media(_, _, let caption): VisibleText.of(caption ?? "", message.parseMode)
        case .album(let items): VisibleText.of(items.compactMap(\.caption).joined(separator: "\n"), message.parseMode)
        case .poll(let poll): poll.question
        case .venue(let venue): venue.title
        case .contact(let contact): contact.firstName
        default: ""
        }
    }
}

extension Chats.Button {
    init(_ button: InlineButton) {
        label = button.text
        switch button.action {
        case .data(let data): action = .data(data)
        case .url: action = .other("opens a page")
        case .webApp: action = .other("opens a web app")
        case .copyText: action = .other("copies a text")
        case .switchInline: action = .other("opens another chat")
        }
    }
}

extension Chats.Chat {
    /// Which button a tap means.
    enum Tap {
        case inline(Chats.Button, MessageID)
        case menu(Chats.Button)
        /// There is none, and why.
        case none(String)
    }

    /// - Parameters:
    ///   - button: a label, or a position from 0; a label that is a number wins.
    ///   - text: of the message; nil: any.
    func tap(_ button: String, of text: String?) -> Tap {
        var candidates = messages.filter { !$0.buttons.isEmpty && !$0.isDeleted }.reversed().map { $0 }
        if let text {
            let same = candidates.filter { $0.text == text }
            candidates = same.isEmpty ? candidates.filter { $0.text.contains(text) } : same
            if candidates.isEmpty { return .none("no message with buttons says '\(text)'") }
        }
        for message in candidates {
            if let found = message.buttons.joined().first(where: { $0.label == button }) { return .inline(found, message.id) }
        }
        let menu = text == nil ? self.menu.map { Array($0.joined()) } ?? [] : []
        if let found = menu.first(where: { $0.label == button }) { return .menu(found) }
        if let position = Int(button), position >= 0 {
            if let message = candidates.first {
                let all = Array(message.buttons.joined())
                if position < all.count { return .inline(all[position], message.id) }
            } else if position < menu.count {
                return .menu(menu[position])
            }
        }
        let labels = candidates.first.map { $0.buttons.joined().map(\.label) } ?? []
        let there = (labels + menu.map(\.label)).map { "'\($0)'" }.joined(separator: ", ")
        return .none("there is no button '\(button)'" + (there.isEmpty ? ", nor any other" : "; there are \(there)"))
    }
}
