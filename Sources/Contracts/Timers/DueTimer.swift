public import JSON

/// A timer's moment has come: the content of an event.
public struct DueTimer: Sendable, Hashable, JSONCodable {
    public var key: String
    /// Of the request that set it: who keeps the newest one can tell whether the timer was moved or cancelled meanwhile.
    public var revision: Int64
    public var name: String
    /// The moment it was meant for. The event's own `at` is when it fired; after an outage that is later.
    public var due: Timestamp
    public var payload: JSON

    public init(key: String, revision: Int64, name: String, due: Timestamp, payload: JSON = .null) {
        self.key = key
        self.revision = revision
        self.name = name
        self.due = due
        self.payload = payload
    }

    /// The id of the event: the same however often it is published.
    public func id(bot: BotName) -> EnvelopeID { EnvelopeID(rawValue: "timer:\(bot):\(key):\(revision):\(due.milliseconds)") }

    public init(json: JSON) throws(JSONError) {
        key = try json.required("key")
        revision = try json.required("revision")
        name = try json.required("name")
        due = try json.required("due")
        payload = json["payload"] ?? .null
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("key", key)
            $0.member("revision", revision)
            $0.member("name", name)
            $0.member("due", due)
            if !payload.isNull { $0.member("payload", payload) }
        }
    }
}
