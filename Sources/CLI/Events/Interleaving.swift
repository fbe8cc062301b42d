/// Puts what comes from several sources into the order of its times, by holding it back until the next look but one.
package struct Interleaving<Item> {
    private var held: [(time: String, item: Item)] = []
    /// How many of them were there at the last look.
    private var old = 0

    package init() {}

    /// - Parameter time: sortable text, as ISO 8601 is.
    package mutating func add(_ item: Item, time: String) { held.append((time, item)) }

    /// Another look: what was there at the last one, and what is earlier than any of that.
    package mutating func look() -> [Item] {
        guard let bound = held[..<old].map(\.time).max() else {
            old = held.count
            return []
        }
        let due = held.filter { $0.time <= bound }
        held.removeAll { $0.time <= bound }
        old = held.count
        return Self.sorted(due)
    }

    /// All that is left.
    package mutating func drain() -> [Item] {
        defer {
            held = []
            old = 0
        }
        return Self.sorted(held)
    }

    /// Of the same time in the order in which they came.
    private static func sorted(_ items: [(time: String, item: Item)]) -> [Item] {
        items.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element.item)
    }
}
