import Synchronization

/// Random numbers for ids: unlike anybody else's, but not secret.
///
/// The system's generator costs a call into the kernel for each number, several for each message; this one asks it once, for the
/// seed. It is xoshiro256** by Blackman and Vigna, whose 256 bits of state keep the sequences of any number of processes apart.
enum RandomIDs {
    private static let state = Mutex(State())

    static func next() -> UInt64 { state.withLock { $0.next() } }

    private struct State: Sendable {
        private var words: (UInt64, UInt64, UInt64, UInt64)

        init() {
            var system = SystemRandomNumberGenerator()
            // All zeros is the one state that it never leaves.
            words = (system.next() | 1, system.next(), system.next(), system.next())
        }

        mutating func next() -> UInt64 {
            let result = rotated(words.1 &* 5, by: 7) &* 9
            let shifted = words.1 << 17
            words.2 ^= words.0
            words.3 ^= words.1
            words.1 ^= words.2
            words.0 ^= words.3
            words.2 ^= shifted
            words.3 = rotated(words.3, by: 45)
            return result
        }

        private func rotated(_ word: UInt64, by count: UInt64) -> UInt64 { word << count | word >> (64 - count) }
    }
}
