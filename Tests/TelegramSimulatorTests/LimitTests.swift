import JSON
import TelegramSimulatorKit
import Testing

@Suite struct LimitTests {
    private func limiter(_ change: (inout FloodLimits) -> Void = { _ in }) -> FloodLimiter {
        var limits = FloodLimits()
        change(&limits)
        return FloodLimiter(limits)
    }

    /// How many of `count` messages to one chat pass at one moment.
    private func passed(
        _ limiter: inout FloodLimiter, _ count: Int, chat: Int64 = 1, isGroup: Bool = false, isReply: Bool = true, at now: Double,
        isPaid: Bool = false
    ) -> Int {
        (0..<count).count { _ in
            limiter.admit(.send, bot: 1, chat: chat, isGroup: isGroup, isReply: isReply, isPaid: isPaid, now: now) == nil
        }
    }

    @Test func aPrivateChatTakesABurstThenOnePerSecond() {
        var limiter = limiter { $0.privateChat = .init(rate: 1, burst: 5, penalty: 0) }
        #expect(passed(&limiter, 9, at: 0) == 5)
        #expect(passed(&limiter, 9, at: 0.5) == 0)
        for second in 1...20 { #expect(passed(&limiter, 1, at: Double(second)) == 1) }
    }

    @Test func aGroupTakesTwentyPerMinute() {
        var limiter = limiter { $0.group.penalty = 0 }
        #expect(passed(&limiter, 30, chat: -1, isGroup: true, at: 0) == 20)
        #expect(passed(&limiter, 30, chat: -1, isGroup: true, at: 61) == 20)
        var steady = self.limiter()
        for minute in 0..<10 {
            for third in 0..<20 { #expect(passed(&steady, 1, chat: -1, isGroup: true, at: Double(minute * 60 + third * 3)) == 1) }
        }
    }

    @Test func editsInGroupsHaveTheirOwnTwenty() {
        var limiter = limiter()
        #expect(passed(&limiter, 20, chat: -1, isGroup: true, at: 0) == 20)
        let edits = (0..<25).count { _ in limiter.admit(.edit, bot: 1, chat: -1, isGroup: true, isReply: true, now: 0) == nil }
        #expect(edits == 20)
    }

    @Test func editsInPrivateChatsCountAsMessages() {
        var limiter = limiter { $0.privateChat = .init(rate: 1, burst: 2, penalty: 0) }
        #expect(passed(&limiter, 1, at: 0) == 1)
        #expect(limiter.admit(.edit, bot: 1, chat: 1, isGroup: false, isReply: true, now: 0) == nil)
        #expect(limiter.admit(.edit, bot: 1, chat: 1, isGroup: false, isReply: true, now: 0) == 1)
    }

    @Test func thirtyPerSecondForBulkButNotForReplies() {
        var limiter = limiter()
        let bulk = (1...100).count { limiter.admit(.send, bot: 1, chat: Int64($0), isGroup: false, isReply: false, now: 0) == nil }
        #expect(bulk == 30)
        let replies = (1_001...3_000).count { limiter.admit(.send, bot: 1, chat: Int64($0), isGroup: false, isReply: true, now: 0) == nil }
        #expect(replies == 2_000)
        let paid = (5_001...7_000).count {
            limiter.admit(.send, bot: 1, chat: Int64($0), isGroup: false, isReply: false, isPaid: true, now: 0) == nil
        }
        #expect(paid == 1_000)
    }

    @Test func twentyFivePerSecondOfBulkNeverMeetTheLimit() {
        var limiter = limiter()
        for number in 0..<5_000 {
            #expect(
                limiter.admit(.send, bot: 1, chat: Int64(number % 1_000 + 1), isGroup: false, isReply: false, now: Double(number) / 25)
                    == nil)
        }
    }

    @Test func aViolationInThePenaltyTimeExtendsNothing() {
        var limiter = limiter { $0.privateChat = .init(rate: 1, burst: 1, penalty: 10) }
        #expect(passed(&limiter, 1, at: 0) == 1)
        #expect(limiter.admit(.send, bot: 1, chat: 1, isGroup: false, isReply: true, now: 0) == 10)
        #expect(limiter.admit(.send, bot: 1, chat: 1, isGroup: false, isReply: true, now: 4) == 6)
        #expect(limiter.admit(.send, bot: 1, chat: 1, isGroup: false, isReply: true, now: 9.5) == 1)
        #expect(limiter.admit(.send, bot: 1, chat: 1, isGroup: false, isReply: true, now: 10) == nil)
    }

    @Test func oneChatsPenaltyLeavesOthersAndOtherBotsAlone() {
        var limiter = limiter { $0.privateChat = .init(rate: 1, burst: 1, penalty: 10) }
        #expect(passed(&limiter, 5, chat: 1, at: 0) == 1)
        #expect(passed(&limiter, 1, chat: 2, at: 0) == 1)
        #expect(limiter.admit(.send, bot: 2, chat: 1, isGroup: false, isReply: true, now: 0) == nil)
    }

    @Test func whoeverWaitsAsToldPasses() {
        var random = SeededRandom(seed: 3)
        var limiter = limiter()
        var now = 0.0
        for _ in 0..<3_000 {
            let isGroup = Bool.random(using: &random)
            let chat = Int64.random(in: 1...3, using: &random)
            if let wait = limiter.admit(.send, bot: 1, chat: chat, isGroup: isGroup, isReply: true, now: now) {
                #expect(limiter.admit(.send, bot: 1, chat: chat, isGroup: isGroup, isReply: true, now: now + Double(wait)) == nil)
                now += Double(wait)
            }
            now += Double.random(in: 0..<0.4, using: &random)
        }
    }

    @Test func switchedOffNothingIsLimited() {
        var limiter = FloodLimiter(.off)
        #expect(passed(&limiter, 10_000, at: 0) == 10_000)
    }

    @Test func theAnswerCarriesTheTimeTwice() throws {
        var limits = FloodLimits()
        limits.privateChat = .init(rate: 1, burst: 1, penalty: 5)
        var stage = try Stage(limits: limits)
        #expect(try stage.send("one")["ok"] == true)
        let refused = try stage.send("two")
        #expect(
            refused == [
                "ok": false, "error_code": 429, "description": "Too Many Requests: retry after 5", "parameters": ["retry_after": 5],
            ])
        stage.world.now += 5
        #expect(try stage.send("two")["ok"] == true)
        #expect(stage.world.statistics.count(method: "sendMessage", status: 429) == 1)
    }
}
