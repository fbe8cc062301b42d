package import Contracts
package import JSON

/// An operation whose end this conversation waits for, with what its handler will need. It stays here and doesn't travel, so no
/// worker can change it or give it to another conversation.
package struct PendingOperation: Sendable, Hashable {
    /// The id of the request.
    package var request: EnvelopeID
    /// As the definition calls what handles it.
    package var reply: String
    package var operation: String
    /// The arguments of the handler, by name; rows by their id.
    package var kept: JSONObject
    /// After that the scheduler says that the time is up.
    package var deadline: Timestamp
    /// The number of the last progress that was heard.
    package var progress = 0
    /// How many operations and signals led to this one.
    package var hops = 0
}

extension PendingOperation: JSONCodable {
    package init(json: JSON) throws(JSONError) {
        request = try json.required("r")
        reply = try json.required("h")
        operation = try json.required("o")
        kept = json["k"]?.object ?? JSONObject()
        deadline = try json.required("d")
        progress = try json.optional("p") ?? 0
        hops = try json.optional("n") ?? 0
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("r", request)
            $0.member("h", reply)
            $0.member("o", operation)
            if !kept.isEmpty { $0.member("k", JSON.object(kept)) }
            $0.member("d", deadline)
            if progress != 0 { $0.member("p", progress) }
            if hops != 0 { $0.member("n", hops) }
        }
    }
}

extension ConversationState {
    /// Operations that one conversation may wait for at a time.
    package static let maximumPending = 50
    /// What has not ended a day after its time won't any more: its timer was lost.
    package static let pendingGrace: Int64 = 86_400_000
}
