public import JSON

/// What became of a command.
public struct Receipt: Sendable, Hashable, JSONCodable {
    /// The envelope's id of the command.
    public var command: EnvelopeID
    public var outcome: Outcome
    /// The platform's name for the poll that it made, by which answers tell it; nil for everything else.
    public var poll: String?

    public enum Outcome: Sendable, Hashable {
        /// Done. The new messages' ids, in the order of an album; empty for a command that makes none.
        case done(messages: [MessageID])
        /// The person doesn't want the bot's messages, or the account is gone.
        case blocked(reason: String)
        /// The platform refused; repeating won't help.
        case failed(code: Int, reason: String)
        /// It may or may not have happened: the connection ended after the request was written.
        case ambiguous(reason: String)
        /// Not tried: too late, or a later edit of the same message took its place.
        case dropped(reason: String)
    }

    public init(command: EnvelopeID, outcome: Outcome, poll: String? = nil) {
        self.command = command
        self.outcome = outcome
        self.poll = poll
    }

    public init(json: JSON) throws(JSONError) {
        command = try json.required("command")
        poll = try json.optional("poll")
        let name: String = try json.required("outcome")
        switch name {
        case "done": outcome = .done(messages: try json.list("messages"))
        case "blocked": outcome = .blocked(reason: try json.required("reason"))
        case "failed": outcome = .failed(code: try json.required("code"), reason: try json.required("reason"))
        case "ambiguous": outcome = .ambiguous(reason: try json.required("reason"))
        case "dropped": outcome = .dropped(reason: try json.required("reason"))
        default: throw JSONError(.value, "is no known outcome", path: ["outcome"])
        }
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("command", command)
            $0.member("outcome", outcome.name)
            switch outcome {
            case .done(let messages): $0.member("messages", messages)
            case .failed(let code, let reason):
                $0.member("code", code)
                $0.member("reason", reason)
            case .blocked(let reason), .ambiguous(let reason), .dropped(let reason): $0.member("reason", reason)
            }
            $0.member("poll", poll)
        }
    }
}

extension Receipt.Outcome {
    /// The name on the wire and in metrics.
    public var name: String {
        switch self {
        case .done: "done"
        case .blocked: "blocked"
        case .failed: "failed"
        case .ambiguous: "ambiguous"
        case .dropped: "dropped"
        }
    }
}
