import DequeModule

/// What waits to be handled: in order within a key, side by side between keys.
///
/// A value without tasks or time: it only decides what may start now.
package struct OrderedIntake<Item> {
    private struct Line {
        var waiting: Deque<Item> = []
        var isInHand = false
        /// Its first item was put off.
        var isApart = false
    }

    private var lines: [String: Line] = [:]
    /// Keys with something waiting and nothing in hand, oldest first.
    private var ready: Deque<String> = []
    /// The same of those whose first item was put off.
    private var apart: Deque<String> = []

    /// Everything that was put in and not completed.
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }
    package var hasReady: Bool { !ready.isEmpty }
    package var hasApart: Bool { !apart.isEmpty }

    package mutating func put(_ item: Item, key: String) {
        count += 1
        lines[key, default: Line()].waiting.append(item)
        if let line = lines[key], !line.isInHand, !line.isApart, line.waiting.count == 1 { ready.append(key) }
    }

    /// At most `limit` items of different keys; their keys are in hand until ``complete(_:)``.
    package mutating func take(upTo limit: Int) -> [(key: String, item: Item)] {
        var taken: [(String, Item)] = []
        while taken.count < limit, let key = ready.popFirst() {
            guard let item = lines[key]?.waiting.popFirst() else { continue }
            lines[key]?.isInHand = true
            taken.append((key, item))
        }
        return taken
    }

    /// The item that was put off first; its key is in hand until ``complete(_:)``.
    package mutating func takeApart() -> (key: String, item: Item)? {
        while let key = apart.popFirst() {
            guard let item = lines[key]?.waiting.popFirst() else { continue }
            lines[key]?.isInHand = true
            lines[key]?.isApart = false
            return (key, item)
        }
        return nil
    }

    /// The item in hand goes back to the head of its key, to be taken by ``takeApart()``.
    package mutating func putOff(_ item: Item, key: String) {
        guard let line = lines[key], line.isInHand else { return }
        lines[key]?.isInHand = false
        lines[key]?.isApart = true
        lines[key]?.waiting.prepend(item)
        apart.append(key)
    }

    /// The item in hand is done with, one way or another: the next of its key may start.
    package mutating func complete(_ key: String) {
        guard let line = lines[key], line.isInHand else { return }
        count -= 1
        if line.waiting.isEmpty {
            lines[key] = nil
        } else {
            lines[key]?.isInHand = false
            ready.append(key)
        }
    }

    /// Forgets what hasn't started: its queue will deliver it again.
    package mutating func removeWaiting() -> [Item] {
        var removed: [Item] = []
        for (key, line) in lines {
            removed += line.waiting
            if line.isInHand { lines[key]?.waiting = [] } else { lines[key] = nil }
        }
        ready = []
        apart = []
        count -= removed.count
        return removed
    }
}
