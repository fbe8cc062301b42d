import Contracts
import Scheduler
import Schedules
import Testing

/// A clock that is waited for.
@Suite(.timeLimit(.minutes(1))) struct FiringClockTests {
    @Test func isWokenBeforeItsTime() async {
        var rhythm = FiringClock.Rhythm()
        rhythm.longest = .seconds(3600)
        let clock = FiringClock(rhythm)
        await clock.wait()
        clock.looked(at: .now, due: nil, foundAll: true)
        async let woken: Void = clock.wait()
        clock.announce(Timestamp(milliseconds: 0))
        await woken
        #expect(!clock.isStopped)
    }

    @Test func stopsWaiting() async {
        var rhythm = FiringClock.Rhythm()
        rhythm.longest = .seconds(3600)
        let clock = FiringClock(rhythm)
        clock.looked(at: .now, due: nil, foundAll: true)
        async let woken: Void = clock.wait()
        clock.stop()
        await woken
        #expect(clock.isStopped)
    }

    @Test func aCancelledTaskWaitsForNothing() async {
        var rhythm = FiringClock.Rhythm()
        rhythm.longest = .seconds(3600)
        let clock = FiringClock(rhythm)
        clock.looked(at: .now, due: nil, foundAll: true)
        let waiter = Task { await clock.wait() }
        waiter.cancel()
        await waiter.value
    }
}
