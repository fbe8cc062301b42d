import CEL
import Contracts
import Schedules
import Testing

func zone(_ name: String) throws -> CELTimeZone { try CELTimeZone.named(name) }

/// From `2026-03-29T01:00:00Z`.
func instant(_ text: String) throws -> Int64 { try CELTimestamp(parsing: text).seconds }

func shown(_ instant: Int64?) -> String { instant.map { CELTimestamp(seconds: $0).description } ?? "never" }

func moment(_ text: String) throws -> Timestamp { Timestamp(seconds: try instant(text)) }

/// A sequence that is the same in every run.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension TimerSchedule {
    /// The moments after `start`, at most `count`.
    func moments(after start: String, count: Int) throws -> [String] {
        let schedule = try Schedule(self)
        var now = try moment(start)
        var found: [String] = []
        while found.count < count, let next = schedule.next(after: now) {
            found.append(shown(next.milliseconds / 1000))
            #expect(next > now)
            now = next
        }
        return found
    }
}
