import Glibc

/// Nanoseconds on a clock that never jumps; also spans between two such moments.
package typealias Nanoseconds = Int64

package enum MonotonicClock {
    package static func now() -> Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Nanoseconds(time.tv_sec) * 1_000_000_000 + Nanoseconds(time.tv_nsec)
    }
}

extension Duration {
    /// Whole nanoseconds, at most about 100 years, so that adding one to a moment cannot overflow.
    package var nanoseconds: Nanoseconds {
        let (seconds, attoseconds) = components
        let bounded = min(max(seconds, 0), 3_000_000_000)
        return bounded * 1_000_000_000 + max(0, attoseconds) / 1_000_000_000
    }
}
