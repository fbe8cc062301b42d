import BotLanguage
import CEL
import Contracts

/// Messages as values of expressions.
enum MessageValue {
    static func message(_ message: Message, in chat: Chat?) -> CELValue {
        var values: [String: CELValue] = [
            "kind": .string(message.content.type), "id": .string(message.id.rawValue), "chat": .string(chat?.id.rawValue ?? ""),
        ]
        if let text = message.text { values["text"] = .string(text) }
        switch message.content {
        case .media(let kind, let file, _):
            values[kind.rawValue] = RecordType.files[kind]?.object([
                "id": .string(file.id), "name": file.name.map { .string($0) } ?? .null, "size": file.size.map { .int($0) } ?? .null,
            ])
        case .location(let location): values["location"] = self.location(location)
        case .venue(let venue): values["location"] = location(venue.location)
        case .contact(let contact):
            values["contact"] = RecordType.contact.object([
                "phone": .string(contact.phone), "first_name": .string(contact.firstName),
                "last_name": contact.lastName.map { .string($0) } ?? .null,
            ])
        case .dice(let dice):
            values["dice"] = RecordType.dice.object(["emoji": .string(dice.emoji), "value": .int(Int64(dice.value))])
        case .webAppData(let data): values["web_app_data"] = .string(data)
        default: break
        }
        return RecordType.message.object(values)
    }

    static func chat(_ chat: Chat) -> CELValue {
        RecordType.chat.object([
            "id": .string(chat.id.rawValue), "kind": .string(chat.kind.rawValue), "title": chat.title.map { .string($0) } ?? .null,
        ])
    }

    /// Nil for what isn't a chat.
    static func chat(_ value: CELObject) -> Chat? {
        guard value.type == RecordType.chat.name, case .string(let id)? = value["id"], case .string(let name)? = value["kind"],
            let kind = Chat.Kind(rawValue: name)
        else { return nil }
        var chat = Chat(id: ChatID(id), kind: kind)
        if case .string(let title)? = value["title"] { chat.title = title }
        return chat
    }

    private static func location(_ location: Location) -> CELValue {
        RecordType.location.object(["latitude": .double(location.latitude), "longitude": .double(location.longitude)])
    }

    /// What a message answers to a question for such a value; nil when it doesn't.
    static func answer(_ message: Message, in chat: Chat?, _ type: RecordType) -> CELValue? {
        let whole = Self.message(message, in: chat)
        if type == RecordType.message { return whole }
        guard let part = type.messagePart, case .object(let object) = whole, let value = object[part], !value.isNull else { return nil }
        return value
    }
}
