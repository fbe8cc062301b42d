public import JSON

/// Somebody, perhaps the bot itself, came, went, blocked or was given or denied rights.
public struct MembershipChange: Sendable, Hashable, JSONCodable {
    public enum Change: String, Sendable, Hashable, JSONCodable {
        case joined
        case left
        /// Asks to be let in.
        case requested
        /// A person doesn't want the bot's messages any more.
        case blocked
        case unblocked
        /// Still there, with other rights.
        case rights
    }

    public var change: Change
    /// Whom it concerns, often several at once when somebody adds friends; who did it is the event's person.
    public var members: [Person]
    /// Whether this bot is among them.
    public var isSelf: Bool
    /// The platform's name for the new state: `member`, `administrator`, `kicked`…; nil when it gave none.
    public var status: String?

    public init(change: Change, members: [Person], isSelf: Bool = false, status: String? = nil) {
        self.change = change
        self.members = members
        self.isSelf = isSelf
        self.status = status
    }

    public init(json: JSON) throws(JSONError) {
        change = try json.required("change")
        members = try json.required("members")
        isSelf = try json.optional("self") ?? false
        status = try json.optional("status")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("change", change)
            $0.member("members", members)
            if isSelf { $0.member("self", true) }
            $0.member("status", status)
        }
    }
}
