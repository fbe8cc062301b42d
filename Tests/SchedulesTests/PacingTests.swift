import Contracts
import JSON
import Schedules
import Testing

/// A pace that can be asked within an expectation.
private final class Pace {
    var value = BacklogPace()
    private let rates: BacklogPace.Rates

    init(_ rates: BacklogPace.Rates = BacklogPace.Rates(overall: 500, perBot: 100)) { self.rates = rates }

    func allot(_ bots: [String], at time: Int64, limit: Int = 1000) -> BacklogPace.Allotment {
        value.allot(bots, rates: rates, limit: limit, at: Timestamp(milliseconds: time))
    }

    func took(_ counts: [String: Int], at time: Int64) { value.took(counts, rates: rates, at: Timestamp(milliseconds: time)) }
}

@Suite struct BacklogPaceTests {
    /// Takes all it is given every 20 ms for `seconds`; per bot what it came to.
    private func run(_ bots: [String], seconds: Int) -> [String: Int] {
        let pace = Pace()
        var fired: [String: Int] = [:]
        for time in stride(from: Int64(0), to: Int64(seconds) * 1000, by: 20) {
            let allotment = pace.allot(bots, at: time, limit: 100)
            var left = allotment.total, took: [String: Int] = [:]
            for (bot, most) in allotment.bots {
                took[bot] = min(most, left)
                left -= took[bot] ?? 0
            }
            pace.took(took, at: time)
            fired.merge(took) { $0 + $1 }
        }
        return fired
    }

    @Test func oneBotHasItsShare() {
        #expect((1000...1025).contains(run(["a"], seconds: 10)["a"] ?? 0))
    }

    @Test func allTogetherHaveTheRate() {
        let fired = run((0..<20).map { "bot\($0)" }, seconds: 10)
        #expect((5000...5110).contains(fired.values.reduce(0, +)))
        #expect(fired.values.allSatisfy { $0 <= 1025 })
    }

    @Test func itIsNotMadeUpForAfterwards() {
        let pace = Pace()
        _ = pace.allot(["a"], at: 0)
        #expect(pace.allot(["a"], at: 3_600_000).total == 100)
        #expect(pace.allot(["a"], at: 3_600_000, limit: 7).total == 7)
    }

    @Test func nothingIsGivenTwice() {
        let pace = Pace()
        #expect(pace.allot(["a", "b"], at: 0).bots.map(\.most) == [20, 20])
        pace.took(["a": 20, "b": 5], at: 0)
        #expect(pace.allot(["a", "b"], at: 0).bots.map(\.bot) == ["b"])
        #expect(pace.allot(["a"], at: 0).bots.isEmpty)
        #expect(pace.allot(["a"], at: 10).bots.map(\.most) == [1])
    }

    /// Another instance's clock may be behind.
    @Test func aClockThatGoesBackGivesNothing() {
        let pace = Pace()
        _ = pace.allot(["a"], at: 1000)
        pace.took(["a": 20], at: 1000)
        #expect(pace.allot(["a"], at: 0).total == 0)
        #expect(pace.allot(["a"], at: 1000).total == 0)
        #expect(pace.allot(["a"], at: 1010).bots.map(\.most) == [1])
    }

    @Test func slowRatesComeToAWholeOne() {
        let pace = Pace(BacklogPace.Rates(overall: 0.5, perBot: 0.5))
        #expect(pace.allot(["a"], at: 0).total == 1)
        pace.took(["a": 1], at: 0)
        #expect(pace.allot(["a"], at: 1900).total == 0)
        #expect(pace.allot(["a"], at: 2000).total == 1)
    }

    @Test func survivesItsWayThroughTheDatabase() throws {
        let pace = Pace()
        _ = pace.allot(["a", "b"], at: 0)
        pace.took(["a": 3], at: 1)
        #expect(try BacklogPace(jsonBytes: pace.value.jsonBytes) == pace.value)
        #expect(try BacklogPace(jsonBytes: BacklogPace().jsonBytes) == BacklogPace())
    }
}

@Suite struct FiringRhythmTests {
    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    @Test func looksAtOnceThenWhenSomethingIsDue() {
        var rhythm = FiringRhythm()
        #expect(rhythm.next(at: at(5)) == at(5))
        rhythm.looked(at: at(1000), due: at(1100), foundAll: true)
        #expect(rhythm.next(at: at(1000)) == at(1100))
        #expect(rhythm.pause(at: at(1030)) == .milliseconds(70))
        #expect(rhythm.pause(at: at(1130)) == .zero)
    }

    @Test func neverSleepsTooLongNorTooShort() {
        var rhythm = FiringRhythm()
        rhythm.looked(at: at(1000), due: nil, foundAll: true)
        #expect(rhythm.next(at: at(1000)) == at(1200))
        rhythm.looked(at: at(1000), due: at(90_000), foundAll: true)
        #expect(rhythm.next(at: at(1000)) == at(1200))
        rhythm.looked(at: at(1000), due: at(1001), foundAll: true)
        #expect(rhythm.next(at: at(1000)) == at(1025))
    }

    @Test func knowsWhetherALookWillFindSomething() {
        var rhythm = FiringRhythm()
        #expect(!rhythm.expects(at: at(5)))
        rhythm.looked(at: at(1000), due: at(1100), foundAll: true)
        #expect(!rhythm.expects(at: at(1099)))
        #expect(rhythm.expects(at: at(1100)))
        rhythm.looked(at: at(1100), due: nil, foundAll: false)
        #expect(rhythm.expects(at: at(1100)))
    }

    @Test func goesOnAtOnceWhenThereIsMore() {
        var rhythm = FiringRhythm()
        rhythm.looked(at: at(1000), due: at(1001), foundAll: false)
        #expect(rhythm.next(at: at(1000)) == at(1000))
    }

    @Test func isWokenByWhatComesEarlierOnly() {
        var rhythm = FiringRhythm()
        rhythm.looked(at: at(1000), due: at(1150), foundAll: true)
        let later = rhythm.announced(at(1160), at: at(1010))
        #expect(!later)
        let earlier = rhythm.announced(at(1100), at: at(1010))
        #expect(earlier)
        #expect(rhythm.next(at: at(1010)) == at(1100))
        let overdue = rhythm.announced(at(0), at: at(1010))
        #expect(overdue)
        #expect(rhythm.next(at: at(1010)) == at(1025), "not before the breath")
    }

    /// What is stored while a look is under way, and is perhaps not seen by it, is not forgotten at its end.
    @Test func newsDuringALookCount() {
        var rhythm = FiringRhythm()
        _ = rhythm.announced(at(1040), at: at(990))
        rhythm.begins()
        _ = rhythm.announced(at(1070), at: at(1005))
        _ = rhythm.announced(at(1080), at: at(1006))
        rhythm.looked(at: at(1000), due: at(1150), foundAll: true)
        #expect(rhythm.next(at: at(1010)) == at(1070))
        rhythm.begins()
        rhythm.looked(at: at(1070), due: nil, foundAll: true)
        #expect(rhythm.next(at: at(1080)) == at(1270), "each of them once")
    }

    @Test func failuresSlowItDown() {
        var rhythm = FiringRhythm()
        var pauses: [Int64] = []
        for _ in 0..<9 {
            rhythm.failed(at: at(0))
            pauses.append(rhythm.next(at: at(0)).milliseconds)
        }
        #expect(pauses == [50, 100, 200, 400, 800, 1600, 2000, 2000, 2000])
        rhythm.looked(at: at(0), due: nil, foundAll: true)
        #expect(rhythm.next(at: at(0)) == at(200))
    }
}
