package import Contracts
package import JSON

/// A poll that was sent and whose name isn't known yet.
package struct SentPoll: Sendable, Hashable {
    package var command: EnvelopeID
    package var asked: AskedPoll
    /// That of the chat, which receipts don't tell.
    package var title: String?
}

/// A poll with the platform's name for it, by which answers are told.
package struct KnownPoll: Sendable, Hashable {
    package var id: String
    package var chat: Chat
    package var asked: AskedPoll
}

/// How a message can be changed: into another of its kind.
package enum MessageBody: String, Sendable, Hashable {
    case text
    /// A photo, a video, an animation, an audio file or a document.
    case file
    /// Everything else stays as it was sent.
    case fixed

    init(json: JSON) throws(JSONError) {
        if let name: String = try json.optional("y") {
            self = MessageBody(rawValue: name) ?? .fixed
        } else {
            // As it was written before there was a third kind.
            self = try json.optional("t") ?? true ? .text : .file
        }
    }

    func write(to json: inout JSONWriter) {
        if self != .text { json.member("y", rawValue) }
    }
}

extension SentPoll: JSONCodable {
    package init(json: JSON) throws(JSONError) {
        command = try json.required("e")
        asked = try json.required("p")
        title = try json.optional("i")
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("e", command)
            $0.member("p", asked)
            $0.member("i", title)
        }
    }
}

extension ConversationState {
    /// Answers to older ones aren't told apart any more, should their receipts never come.
    package static let maximumPolls = 20

    mutating func remember(_ poll: SentPoll) {
        polls.append(poll)
        if polls.count > Self.maximumPolls { polls.removeFirst() }
    }
}
