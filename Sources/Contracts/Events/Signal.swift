public import JSON

/// What a bot tells itself: an event that one handler causes and another handles, in a conversation or in a lane of its own.
public struct Signal: Sendable, Hashable, JSONCodable {
    /// As the definition calls it.
    public var name: String
    /// By the names of its parameters; rows by their id.
    public var arguments: JSONObject
    /// Signals of one bot with the same lane are handled one after another, in no conversation. Nil: the signal belongs to
    /// the event's chat and person.
    public var lane: String?
    /// How many signals in a row led to this one; 0 for one that something from outside caused.
    public var hops: Int

    public init(name: String, arguments: JSONObject = JSONObject(), lane: String? = nil, hops: Int = 0) {
        self.name = name
        self.arguments = arguments
        self.lane = lane
        self.hops = hops
    }

    public init(json: JSON) throws(JSONError) {
        name = try json.required("name")
        arguments = json["arguments"]?.object ?? JSONObject()
        lane = try json.optional("lane")
        hops = try json.optional("hops") ?? 0
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("name", name)
            if !arguments.isEmpty { $0.member("arguments", JSON.object(arguments)) }
            $0.member("lane", lane)
            if hops != 0 { $0.member("hops", hops) }
        }
    }
}

/// What a handler of another conversation wants this one to see. It goes through this conversation's queue, so it keeps its
/// place among what happens there, and nobody writes into somebody else's state.
public enum Post: Sendable, Hashable, JSONCodable {
    /// A screen of the definition, drawn for the person who sees it.
    case screen(String, arguments: JSONObject)
    case message(OutgoingMessage)
    /// A message of another chat, without its author.
    case copy(from: ChatID, message: MessageID)

    public init(json: JSON) throws(JSONError) {
        if let screen: String = try json.optional("screen") {
            self = .screen(screen, arguments: json["arguments"]?.object ?? JSONObject())
        } else if let chat: ChatID = try json.optional("copy_from") {
            self = .copy(from: chat, message: try json.required("message_id"))
        } else {
            self = .message(try json.required("message"))
        }
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            switch self {
            case .screen(let name, let arguments):
                $0.member("screen", name)
                if !arguments.isEmpty { $0.member("arguments", JSON.object(arguments)) }
            case .message(let message): $0.member("message", message)
            case .copy(let chat, let message):
                $0.member("copy_from", chat)
                $0.member("message_id", message)
            }
        }
    }
}

/// A row that a conversation shows is another now, or gone.
public struct RowChange: Sendable, Hashable, JSONCodable {
    public var collection: String
    public var row: Int64

    public init(collection: String, row: Int64) {
        self.collection = collection
        self.row = row
    }

    public init(json: JSON) throws(JSONError) {
        collection = try json.required("collection")
        row = try json.required("row")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("collection", collection)
            $0.member("row", row)
        }
    }
}
