/// The updates of one bot that wait to be fetched or delivered.
package struct UpdateQueue: Sendable {
    package struct Entry: Sendable {
        package let id: UpdateID
        package let expiresAt: Double
        /// Deliveries of one lane to a webhook are serialised.
        package let lane: WebhookLane
        /// `"message":{…}`: the update without its id and braces.
        package let member: [UInt8]
    }

    private var entries: [Entry] = []
    private var head = 0
    private var nextID: UpdateID
    private var lastPush = -Double.infinity
    /// Updates kept at most; the oldest go first.
    private let capacity: Int

    init(firstID: UpdateID, capacity: Int) {
        nextID = firstID
        self.capacity = capacity
    }

    package var count: Int { entries.count - head }
    package var isEmpty: Bool { count == 0 }
    package var all: ArraySlice<Entry> { entries[head...] }

    /// - Parameter restart: where ids go on after a week without updates; the real server jumps to a random number.
    mutating func push(
        _ member: [UInt8], lane: WebhookLane, expiresAt: Double, now: Double, restart: () -> UpdateID
    ) -> Entry {
        if isEmpty, now - lastPush > 7 * 86_400, lastPush > 0 { nextID = restart() }
        lastPush = now
        let entry = Entry(id: nextID, expiresAt: expiresAt, lane: lane, member: member)
        nextID += 1
        entries.append(entry)
        if count > capacity { drop(1) }
        return entry
    }

    /// `getUpdates`: forgets everything below `offset` (negative: all but the last so many) and reads what follows.
    package mutating func take(offset: Int64, limit: Int, now: Double) -> [Entry] {
        expire(now)
        if offset < 0 {
            drop(max(0, count - Int(clamping: offset.magnitude)))
        } else if offset > 0, offset <= nextID + 10 {
            // What lies further in the future is ignored, as the real queue does.
            drop(index(of: offset) - head)
        }
        return Array(entries[head...].prefix(limit))
    }

    package func entry(_ id: UpdateID) -> Entry? {
        let index = index(of: id)
        return index < entries.count && entries[index].id == id ? entries[index] : nil
    }

    package mutating func remove(_ id: UpdateID) {
        let index = index(of: id)
        guard index < entries.count, entries[index].id == id else { return }
        if index == head { drop(1) } else { entries.remove(at: index) }
    }

    package mutating func removeAll() {
        entries.removeAll()
        head = 0
    }

    /// Drops what lived its time.
    package mutating func expire(_ now: Double) {
        guard entries[head...].contains(where: { $0.expiresAt <= now }) else { return }
        entries = entries[head...].filter { $0.expiresAt > now }
        head = 0
    }

    private mutating func drop(_ n: Int) {
        guard n > 0 else { return }
        head += min(n, count)
        if head == entries.count {
            entries.removeAll(keepingCapacity: entries.capacity <= 1_024)
            head = 0
        } else if head > 64, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
    }

    /// The first entry with at least this id: ids ascend.
    private func index(of id: UpdateID) -> Int {
        var low = head
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
