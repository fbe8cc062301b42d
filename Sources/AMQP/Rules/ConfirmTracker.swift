import DequeModule

/// The messages of one channel whose fate the broker has not told yet, as a set.
///
/// Confirms arrive out of order and for many tags at once. A returned message is announced by `basic.return` before its
/// `basic.ack`, and that ack does not make it a success.
package struct ConfirmTracker<Token> {
    package enum Fate: Equatable {
        case confirmed
        case nacked
        case returned(code: UInt16, text: String)
    }

    /// nil: already settled, waiting for its elder neighbours.
    private var slots: Deque<Token?> = []
    private var firstTag: UInt64 = 1
    private var returns: [UInt64: Fate] = [:]
    /// Messages whose fate is open.
    package private(set) var count = 0

    package init() {}

    /// The tag the broker will use for the next message published on the channel.
    package var nextTag: UInt64 { firstTag + UInt64(slots.count) }

    @discardableResult
    package mutating func append(_ token: Token) -> UInt64 {
        let tag = nextTag
        slots.append(token)
        count += 1
        return tag
    }

    /// Notes that the eldest open message matching `isMatch` was returned, and gives its tag; nil when none matches.
    package mutating func markReturned(code: UInt16, text: String, where isMatch: (_ tag: UInt64, Token) -> Bool) -> UInt64? {
        for (offset, slot) in slots.enumerated() {
            let tag = firstTag + UInt64(offset)
            guard let token = slot, returns[tag] == nil, isMatch(tag, token) else { continue }
            returns[tag] = .returned(code: code, text: text)
            return tag
        }
        return nil
    }

    /// `basic.ack` or `basic.nack`.
    ///
    /// - Parameters:
    ///   - tag: 0 with `multiple` means all that are open.
    ///   - body: called once for each message this settles, eldest first.
    /// - Returns: false when the tag was never used: the broker and this client disagree.
    package mutating func settle(_ tag: UInt64, multiple: Bool, isAck: Bool, _ body: (Token, Fate) -> Void) -> Bool {
        if multiple {
            guard tag < nextTag else { return false }
            let end = tag == 0 ? nextTag : tag + 1
            while firstTag < end, let slot = slots.popFirst() {
                if let token = slot { finish(token, tag: firstTag, isAck: isAck, body) }
                firstTag += 1
            }
        } else {
            guard tag > 0, tag < nextTag else { return false }
            guard tag >= firstTag else { return true }
            let index = Int(tag - firstTag)
            if let token = slots[index] {
                slots[index] = nil
                finish(token, tag: tag, isAck: isAck, body)
            }
        }
        while let slot = slots.first, slot == nil {
            slots.removeFirst()
            firstTag += 1
        }
        return true
    }

    /// Forgets the channel: gives every open message, eldest first, and starts again at tag 1.
    package mutating func reset(_ body: (Token) -> Void) {
        let open = slots
        self = ConfirmTracker()
        for case let token? in open { body(token) }
    }

    private mutating func finish(_ token: Token, tag: UInt64, isAck: Bool, _ body: (Token, Fate) -> Void) {
        count -= 1
        let returned = returns.isEmpty ? nil : returns.removeValue(forKey: tag)
        body(token, isAck ? returned ?? .confirmed : .nacked)
    }
}
