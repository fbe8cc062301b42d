/// The newest messages of a chat, oldest first. Ids ascend, so a message is found by bisection.
package struct MessageLog: Sendable {
    private var messages: [Message] = []
    private var start = 0
    private let capacity: Int

    init(capacity: Int) { self.capacity = max(1, capacity) }

    package var count: Int { messages.count - start }
    package var all: ArraySlice<Message> { messages[start...] }
    package var last: Message? { count > 0 ? messages.last : nil }

    mutating func append(_ message: Message) {
        messages.append(message)
        guard count > capacity else { return }
        start += 1
        // Moving half of the array once per half of the array costs two moves per message.
        if start >= capacity / 2 + 16 {
            messages.removeFirst(start)
            start = 0
        }
    }

    package subscript(id: MessageID) -> Message? {
        index(of: id).map { messages[$0] }
    }

    /// Changes a message in place; nil when there is none.
    mutating func update<Result>(_ id: MessageID, _ body: (inout Message) -> Result) -> Result? {
        guard let index = index(of: id) else { return nil }
        return body(&messages[index])
    }

    mutating func remove(_ id: MessageID) -> Message? {
        index(of: id).map { messages.remove(at: $0) }
    }

    private func index(of id: MessageID) -> Int? {
        var low = start
        var high = messages.count
        while low < high {
            let middle = (low + high) / 2
            if messages[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < messages.count && messages[low].id == id ? low : nil
    }
}
