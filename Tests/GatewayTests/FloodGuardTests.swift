import Contracts
import Gateway
import Testing

@Suite struct FloodGuardTests {
    private let bot = BotName("demo")!
    private let other = BotName("other")!

    private func verdicts(_ floods: inout FloodGuard, _ count: Int, atSecond second: Double, person: PersonID = "ann") -> [FloodGuard
        .Verdict]
    {
        (0..<count).map { _ in floods.admit(person, of: bot, at: Timestamp(milliseconds: Int64(second * 1000))) }
    }

    @Test func aBurstPassesThenOneNoticeThenSilence() {
        var floods = FloodGuard(.init(burst: 3, rate: 1))
        #expect(verdicts(&floods, 6, atSecond: 0) == [.pass, .pass, .pass, .notice, .drop, .drop])
    }

    @Test func silenceLastsUntilHalfTheBucketIsFullAgain() {
        var floods = FloodGuard(.init(burst: 10, rate: 1))
        _ = verdicts(&floods, 11, atSecond: 0)
        #expect(verdicts(&floods, 1, atSecond: 4.9) == [.drop])
        #expect(verdicts(&floods, 6, atSecond: 5) == [.pass, .pass, .pass, .pass, .pass, .notice])
    }

    @Test func ordinaryTalkNeverMeetsIt() {
        var floods = FloodGuard(.init(burst: 20, rate: 2))
        for second in 0..<600 { #expect(verdicts(&floods, 2, atSecond: Double(second)) == [.pass, .pass]) }
    }

    @Test func peopleAndBotsAreKeptApart() {
        var floods = FloodGuard(.init(burst: 1, rate: 1))
        let now = Timestamp(milliseconds: 0)
        #expect(floods.admit("ann", of: bot, at: now) == .pass)
        #expect(floods.admit("bob", of: bot, at: now) == .pass)
        #expect(floods.admit("ann", of: other, at: now) == .pass)
        #expect(floods.admit("ann", of: bot, at: now) == .notice)
    }

    @Test func rateZeroSwitchesItOff() {
        var floods = FloodGuard(.init(burst: 1, rate: 0))
        #expect(verdicts(&floods, 100, atSecond: 0).allSatisfy { $0 == .pass })
    }

    @Test func aClockSetBackGivesNothing() {
        var floods = FloodGuard(.init(burst: 2, rate: 1))
        _ = verdicts(&floods, 3, atSecond: 100)
        #expect(verdicts(&floods, 1, atSecond: 50) == [.drop])
        #expect(verdicts(&floods, 1, atSecond: 51) == [.pass])
    }

    @Test func whoFloodsIsRememberedAmongManyOthers() {
        var floods = FloodGuard(.init(burst: 2, rate: 1), capacity: 10)
        _ = verdicts(&floods, 3, atSecond: 0)
        for index in 0..<50 { _ = verdicts(&floods, 1, atSecond: 0.001 * Double(index) * 2, person: PersonID("p\(index)")) }
        #expect(floods.count <= 10)
    }
}
