import Glibc

/// Measures the thread's processor time, so that other programs on the machine count little.
package struct Meter {
    /// Nanoseconds per call: the median of rounds, each long enough for the clock.
    package let nanoseconds: Double
    /// Calls of malloc and its kin per call; nil when they aren't counted.
    package let allocations: Double?

    private static let rounds = 15
    private static let roundNanoseconds = 20_000_000.0

    package init(_ body: () throws -> Void) rethrows {
        var count = 1
        while true {
            let taken = try Self.time(count, body)
            if taken > Self.roundNanoseconds / 4 {
                count = max(1, Int(Double(count) * Self.roundNanoseconds / taken))
                break
            }
            count *= 2
        }
        var rounds: [Double] = []
        for _ in 0..<Self.rounds { rounds.append(try Self.time(count, body) / Double(count)) }
        nanoseconds = rounds.sorted()[Self.rounds / 2]
        guard let counter = Self.counter else {
            allocations = nil
            return
        }
        let before = counter()
        for _ in 0..<count { try body() }
        allocations = Double(counter() - before) / Double(count)
    }

    private static func time(_ count: Int, _ body: () throws -> Void) rethrows -> Double {
        let start = now()
        for _ in 0..<count { try body() }
        return now() - start
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    /// There when the program runs with the counter of `allocations.c` preloaded.
    private static let counter: (@convention(c) () -> UInt64)? = {
        guard let symbol = dlsym(nil, "benchmark_allocations") else { return nil }
        return unsafeBitCast(symbol, to: (@convention(c) () -> UInt64).self)
    }()
}
