package import Contracts
import DequeModule

/// The last so many ids: what was sent is not sent again when the broker delivers it again.
package struct RecentIDs {
    private let capacity: Int
    private var order: Deque<EnvelopeID> = []
    private var known: Set<EnvelopeID> = []

    package init(capacity: Int) { self.capacity = capacity }

    package func contains(_ id: EnvelopeID) -> Bool { known.contains(id) }

    package mutating func insert(_ id: EnvelopeID) {
        guard known.insert(id).inserted else { return }
        order.append(id)
        if order.count > capacity, let oldest = order.popFirst() { known.remove(oldest) }
    }
}
