import DequeModule

/// What the broker has delivered on one channel and what has been said about it.
///
/// A tag settled twice, or never delivered, makes the broker close the channel: neither leaves this ledger. What is
/// settled from the eldest on goes out as one `basic.ack` with `multiple`, the rest one by one.
package struct AcknowledgementLedger {
    private enum Slot { case open, toAcknowledge, settled }

    private var slots: Deque<Slot> = []
    private var firstTag: UInt64 = 1
    private var rejects: [(tag: UInt64, requeue: Bool)] = []
    private var toAcknowledge = 0
    /// Delivered and not settled by the consumer.
    package private(set) var open = 0

    package init() {}

    /// Something waits to be sent.
    package var isDirty: Bool { toAcknowledge > 0 || !rejects.isEmpty }

    /// - Returns: false when the tag does not follow the last one.
    package mutating func deliver(_ tag: UInt64) -> Bool {
        if slots.isEmpty, open == 0, tag >= firstTag { firstTag = tag }
        guard tag == firstTag + UInt64(slots.count) else { return false }
        slots.append(.open)
        open += 1
        return true
    }

    /// - Returns: false when it was settled before or never delivered.
    package mutating func acknowledge(_ tag: UInt64) -> Bool {
        guard let index = openIndex(tag) else { return false }
        slots[index] = .toAcknowledge
        toAcknowledge += 1
        open -= 1
        return true
    }

    package mutating func reject(_ tag: UInt64, requeue: Bool) -> Bool {
        guard let index = openIndex(tag) else { return false }
        slots[index] = .settled
        rejects.append((tag, requeue))
        open -= 1
        return true
    }

    private func openIndex(_ tag: UInt64) -> Int? {
        guard tag >= firstTag, tag - firstTag < UInt64(slots.count) else { return nil }
        let index = Int(tag - firstTag)
        return slots[index] == .open ? index : nil
    }

    /// Gives the methods that tell the broker everything new, in the order in which to send them.
    package mutating func flush() -> [OutboundMethod] {
        guard isDirty else { return [] }
        // First, because a `multiple` ack also covers the tags below it.
        var methods = rejects.map { OutboundMethod.basicReject(tag: $0.tag, requeue: $0.requeue) }
        rejects.removeAll(keepingCapacity: true)

        var highest: UInt64?
        var run = 0
        while let slot = slots.first, slot != .open {
            if slot == .toAcknowledge {
                highest = firstTag
                run += 1
            }
            slots.removeFirst()
            firstTag += 1
        }
        toAcknowledge -= run
        if let highest { methods.append(.basicAck(tag: highest, multiple: run > 1)) }
        guard toAcknowledge > 0 else { return methods }
        for index in slots.indices where slots[index] == .toAcknowledge {
            slots[index] = .settled
            methods.append(.basicAck(tag: firstTag + UInt64(index), multiple: false))
        }
        toAcknowledge = 0
        return methods
    }
}
