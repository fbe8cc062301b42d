import Contracts
import JSON

/// A User of the Bot API.
struct TelegramUser: JSONDecodable {
    let person: Person

    init(json: JSON) throws(JSONError) {
        person = Person(
            id: PersonID(try json.required("id", as: Int64.self)), firstName: try json.optional("first_name") ?? "",
            lastName: try json.optional("last_name"), username: try json.optional("username"), language: try json.optional("language_code"),
            isBot: try json.optional("is_bot") ?? false)
    }
}

/// A Chat of the Bot API.
struct TelegramChat: JSONDecodable {
    let chat: Chat

    init(json: JSON) throws(JSONError) {
        let kind: Chat.Kind =
            switch try json.required("type", as: String.self) {
            case "private": .direct
            case "channel": .channel
            default: .group
            }
        chat = Chat(
            id: ChatID(try json.required("id", as: Int64.self)), kind: kind, title: try json.optional("title"),
            username: try json.optional("username"))
    }
}

struct TelegramLocation: JSONDecodable {
    let location: Location

    init(json: JSON) throws(JSONError) { location = try Location(json: json) }
}

struct TelegramEntity: JSONDecodable {
    let entity: TextEntity

    init(json: JSON) throws(JSONError) {
        entity = TextEntity(
            type: try json.required("type"), offset: try json.required("offset"), length: try json.required("length"),
            url: try json.optional("url"), person: try (json.optional("user") as TelegramUser?)?.person.id)
    }
}

/// A Poll of the Bot API.
struct TelegramPoll: JSONDecodable {
    let poll: Poll

    private struct Option: JSONDecodable {
        let option: Poll.Option

        init(json: JSON) throws(JSONError) {
            option = Poll.Option(text: try json.required("text"), votes: try json.optional("voter_count") ?? 0)
        }
    }

    init(json: JSON) throws(JSONError) {
        // Before Bot API 9 a quiz named one right option.
        let single: Int? = try json.optional("correct_option_id")
        let correct: [Int] = try json.optional("correct_option_ids") ?? (single.map { [$0] } ?? [])
        poll = Poll(
            id: try json.required("id"), question: try json.required("question"),
            options: try json.list("options", of: Option.self).map(\.option),
            isClosed: try json.optional("is_closed") ?? false, isAnonymous: try json.optional("is_anonymous") ?? true,
            isQuiz: json["type"] == "quiz", allowsSeveralAnswers: try json.optional("allows_multiple_answers") ?? false,
            correctOptions: correct)
    }
}
