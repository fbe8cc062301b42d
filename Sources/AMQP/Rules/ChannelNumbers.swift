/// Hands out channel numbers, those given back first.
package struct ChannelNumbers {
    private let maximum: UInt16
    private var released: [UInt16] = []
    private var unused: UInt16 = 1
    private var isExhausted = false

    package init(maximum: UInt16) { self.maximum = max(1, maximum) }

    /// nil when all are taken.
    package mutating func take() -> UInt16? {
        if let number = released.popLast() { return number }
        guard !isExhausted else { return nil }
        let number = unused
        if number == maximum { isExhausted = true } else { unused += 1 }
        return number
    }

    /// Only after the close was confirmed from both sides.
    package mutating func release(_ number: UInt16) { released.append(number) }
}
