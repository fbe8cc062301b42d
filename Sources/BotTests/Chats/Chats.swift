import BotLanguage
import Contracts

/// What people see in all their chats, and what has changed since a step began.
struct Chats {
    typealias Place = TestStep.Place

    struct Button: Hashable {
        enum Action: Hashable {
            /// Comes back to the bot.
            case data(String)
            case request(ReplyButton.Request)
            /// Its label is said.
            case text
            /// Of which the bot doesn't hear.
            case other(String)
        }

        var label: String
        var action: Action
    }

    struct Message {
        var id: MessageID
        /// Whoever sent it; nil: the bot.
        var author: String?
        /// `text`, `photo`…
        var kind: String
        /// As people see it: without markup.
        var text: String
        /// Under the message.
        var buttons: [[Button]] = []
        /// The keyboard instead of the letters that came with it; nil: none did.
        var menu: [[Button]]?
        var poll: OutgoingPoll?
        var isDeleted = false
    }

    enum Change: Hashable {
        case sent(Int)
        case edited(Int)
    }

    struct Chat {
        var messages: [Message] = []
        /// The keyboard instead of the letters, with at least one button; nil: there is none.
        var menu: [[Button]]?
        /// By the bot, since the step began.
        var changes: [Change] = []

        func index(of id: MessageID) -> Int? { messages.lastIndex { $0.id == id } }

        /// What the bot sent or changed since the step began, in order, as it was then or became later.
        var shown: [(message: Message, isEdit: Bool)] {
            changes.map { change in
                switch change {
                case .sent(let index): (messages[index], false)
                case .edited(let index): (messages[index], true)
                }
            }
        }
    }

    struct Note: Hashable {
        var text: String
        var isAlert: Bool
    }

    private(set) var chats: [Place: Chat] = [:]
    /// By who tapped, since the step began; the newest counts.
    private(set) var notes: [String: Note] = [:]
    private(set) var transcript = Transcript()
    /// Texts as they were shown since the step began, which later edits must not change.
    private var texts: [Place: [String]] = [:]

    subscript(place: Place) -> Chat { chats[place] ?? Chat() }

    /// The texts that the bot showed since the step began.
    func shownTexts(_ place: Place) -> [String] { texts[place] ?? [] }

    mutating func beginStep(_ line: Transcript.Line?) {
        chats = chats.mapValues { chat in
            var chat = chat
            chat.changes = []
            return chat
        }
        notes = [:]
        texts = [:]
        if let line { transcript.add(line) }
    }

    // MARK: What people do

    mutating func add(_ message: Message, in place: Place) {
        var chat = self[place]
        chat.messages.append(message)
        chats[place] = chat
    }

    // MARK: What the bot does

    mutating func show(_ message: Message, in place: Place) {
        var chat = self[place]
        chat.messages.append(message)
        chat.changes.append(.sent(chat.messages.count - 1))
        if let menu = message.menu { chat.menu = menu.isEmpty ? nil : menu }
        chats[place] = chat
        texts[place, default: []].append(message.text)
        transcript.add(.init(.bot(place, message, isEdit: false)))
    }

    /// - Returns: false when there is no such message.
    mutating func edit(_ id: MessageID, in place: Place, _ change: (inout Message) -> Void) -> Bool {
        var chat = self[place]
        guard let index = chat.index(of: id) else { return false }
        change(&chat.messages[index])
        let message = chat.messages[index]
        chat.changes.append(.edited(index))
        chats[place] = chat
        texts[place, default: []].append(message.text)
        transcript.add(.init(.bot(place, message, isEdit: true)))
        return true
    }

    mutating func delete(_ ids: [MessageID], in place: Place) {
        var chat = self[place]
        for id in ids { if let index = chat.index(of: id) { chat.messages[index].isDeleted = true } }
        chats[place] = chat
        transcript.add(.init(.remark("(deleted)")))
    }

    mutating func note(_ note: Note, for person: String) {
        notes[person] = note
        transcript.add(.init(.note(person, note)))
    }

    mutating func remark(_ text: String) { transcript.add(.init(.remark(text))) }
}
