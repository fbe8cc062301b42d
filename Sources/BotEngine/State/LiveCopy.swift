package import Contracts
package import JSON

/// A row that a conversation shows on a `live` screen.
package struct LiveRow: Sendable, Hashable {
    package var collection: String
    package var id: Int64

    package init(collection: String, id: Int64) {
        self.collection = collection
        self.id = id
    }
}

/// A message that shows a `live` screen and follows its row.
package struct LiveCopy: Sendable, Hashable {
    package var row: LiveRow
    package var frame: Frame
    /// Nil until the platform has told it.
    package var message: MessageID?
    /// What sent it, by whose receipt the message becomes known.
    package var command: EnvelopeID?
    /// Its inline keyboard; nil when it has no buttons.
    package var keyboard: Int64?
    /// A fingerprint of what it shows.
    package var content: UInt64
    package var body: MessageBody
    /// That of the chat, which changes of rows don't tell.
    package var title: String?
    /// The row has changed before the message was known.
    package var isStale = false
}

extension LiveCopy: JSONCodable {
    package init(json: JSON) throws(JSONError) {
        row = LiveRow(collection: try json.required("c"), id: try json.required("r"))
        frame = try json.required("f")
        message = try json.optional("m")
        command = try json.optional("e")
        keyboard = try json.optional("k")
        content = UInt64(bitPattern: try json.optional("h") ?? 0)
        body = try MessageBody(json: json)
        title = try json.optional("i")
        isStale = try json.optional("s") ?? false
    }

    package func write(to json: inout JSONWriter) {
        json.object {
            $0.member("c", row.collection)
            $0.member("r", row.id)
            $0.member("f", frame)
            $0.member("m", message)
            $0.member("e", command)
            $0.member("k", keyboard)
            $0.member("h", Int64(bitPattern: content))
            body.write(to: &$0)
            $0.member("i", title)
            if isStale { $0.member("s", true) }
        }
    }
}

extension ConversationState {
    /// Older copies stay as they are.
    package static let maximumCopies = 10

    /// The rows that this conversation follows.
    package var liveRows: Set<LiveRow> { Set(live.map(\.row)) }

    mutating func remember(_ copy: LiveCopy) {
        live.removeAll { $0.message == copy.message && $0.command == copy.command }
        live.append(copy)
        if live.count > Self.maximumCopies { live.removeFirst() }
    }
}
