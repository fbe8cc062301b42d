import Glibc

/// A moment of a monotonic clock that the caller reads; tests make up their own.
package struct Instant: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    static let distantFuture = Instant(nanoseconds: .max)

    package static func + (instant: Instant, duration: Duration) -> Instant {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = instant.nanoseconds.addingReportingOverflow(whole)
        guard !overflow, !carry else { return .distantFuture }
        let (result, late) = sum.addingReportingOverflow(attoseconds / 1_000_000_000)
        return late ? .distantFuture : Instant(nanoseconds: result)
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    func seconds(to other: Instant) -> Double { Double(other.nanoseconds - nanoseconds) / 1e9 }
}
