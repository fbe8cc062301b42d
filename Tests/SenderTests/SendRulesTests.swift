import Contracts
import Sender
import Testing

/// The rules of `docs/sending.md`, one test each.
@Suite struct SendRulesTests {
    @Test func ordinaryRepliesGoOutAtOnce() {
        var desk = Desk()
        for chat in 1...50 { desk.put("reply \(chat)", to: "\(chat)") }
        #expect(desk.send().count == 50)
    }

    @Test func aChatGetsOneMessageAtATimeInOrder() {
        var desk = Desk()
        desk.put("1", to: "ann")
        desk.put("2", to: "ann")
        #expect(desk.send() == ["1"])
        desk.finish("1")
        #expect(desk.send() == ["2"])
    }

    @Test func aBurstPassesThenAboutOnePerSecond() {
        var desk = Desk()
        for number in 1...8 { desk.put("\(number)", to: "ann") }
        #expect(desk.sendAndFinishAll() == ["1", "2", "3", "4", "5"])
        desk.advance(0.9)
        #expect(desk.sendAndFinishAll() == [])
        desk.advance(0.1)
        #expect(desk.sendAndFinishAll() == ["6"])
        desk.advance(2)
        #expect(desk.sendAndFinishAll() == ["7", "8"])
    }

    @Test func aGroupGetsLessThanTwentyAMinute() {
        var desk = Desk()
        for number in 1...40 { desk.put("\(number)", to: "-100") }
        var sent = desk.sendAndFinishAll().count
        for _ in 0..<59 {
            desk.advance(1)
            sent += desk.sendAndFinishAll().count
        }
        #expect(sent == 35)  // 18 at once, 18 a minute from then on
    }

    @Test func whatWaitsAndIsFrozenIsCounted() {
        var desk = Desk()
        #expect(desk.census == SendScheduler.Census())
        for number in 1...3 { desk.put("ann \(number)", to: "ann") }
        desk.put("bob", to: "bob")
        #expect(desk.send() == ["ann 1", "bob"])
        #expect((desk.census.waitingChats, desk.census.frozenChats, desk.census.frozenBots) == (1, 0, 0))
        desk.finish("ann 1", .tooManyRequests(retryAfter: .seconds(5)))
        desk.finish("bob", .unreachable(retryAfter: .seconds(2)))
        #expect((desk.census.waitingChats, desk.census.frozenChats, desk.census.frozenBots) == (2, 2, 1))
        desk.advance(2)
        #expect(desk.sendAndFinishAll() == ["bob"])
        #expect((desk.census.waitingChats, desk.census.frozenChats, desk.census.frozenBots) == (1, 1, 0))
        desk.advance(10)
        #expect(desk.sendAndFinishAll().count == 3)
        #expect((desk.census.waitingChats, desk.census.frozenChats, desk.census.frozenBots) == (0, 0, 0))
    }

    @Test func aChatThatMustWaitHoldsUpNobodyElse() {
        var desk = Desk()
        for number in 1...100 { desk.put("ann \(number)", to: "ann") }
        desk.put("bob", to: "bob")
        #expect(desk.sendAndFinishAll().contains("bob"))
    }

    @Test func moreForAChatDoesNotCostItItsTurn() {
        var desk = Desk()
        for chat in 1...64 { desk.put("busy \(chat)", to: "busy \(chat)") }
        _ = desk.send()
        desk.put("ann 1", to: "ann")
        desk.put("bob 1", to: "bob")
        desk.put("ann 2", to: "ann")
        desk.advance(0.1)
        desk.finish("busy 1")
        #expect(desk.send() == ["ann 1"])
    }

    @Test func interactiveGoesBeforeBulk() {
        var desk = Desk()
        desk.put("news", to: "ann", .bulk)
        desk.put("digest", to: "bob", .normal)
        desk.put("reply", to: "cid")
        #expect(desk.send() == ["reply", "digest", "news"])
    }

    @Test func aReplyOvertakesTheBulkOfItsOwnChat() {
        var desk = Desk()
        desk.put("news 1", to: "ann", .bulk)
        desk.put("news 2", to: "ann", .bulk)
        desk.put("reply", to: "ann")
        #expect(desk.sendAndFinishAll() == ["reply", "news 1", "news 2"])
    }

    @Test func bulkIsNeverStarved() {
        var desk = Desk()
        desk.put("news", to: "bulk", .bulk)
        for chat in 1...100 { desk.put("reply \(chat)", to: "\(chat)") }
        let sent = desk.sendAndFinishAll()
        #expect(sent.firstIndex(of: "news") == 20)
    }

    @Test func bulkKeepsToItsRateWhileRepliesDoNot() {
        var desk = Desk()
        for chat in 1...200 { desk.put("news \(chat)", to: "\(chat)", .bulk) }
        var news = 0, replies = 0
        for second in 0..<4 {
            for chat in 0..<50 { desk.put("reply \(second)-\(chat)", to: "r\(second)-\(chat)") }
            for _ in 0..<10 {
                let sent = desk.sendAndFinishAll()
                news += sent.count { $0.hasPrefix("news") }
                replies += sent.count { $0.hasPrefix("reply") }
                desk.advance(0.1)
            }
        }
        #expect(replies == 200)
        #expect((100...105).contains(news))  // 25 a second and a burst of 5
    }

    @Test func tooManyRequestsFreezesThatChatOnly() {
        var desk = Desk()
        desk.put("1", to: "ann")
        desk.put("2", to: "ann")
        #expect(desk.send() == ["1"])
        desk.finish("1", .tooManyRequests(retryAfter: .seconds(3)))
        desk.put("hi", to: "bob")
        #expect(desk.sendAndFinishAll() == ["hi"])
        desk.advance(2.9)
        #expect(desk.sendAndFinishAll() == [])
        desk.advance(0.1)
        #expect(desk.sendAndFinishAll() == ["1", "2"])
    }

    @Test func theBotFreezesWhenSeveralChatsDo() {
        var desk = Desk()
        for chat in ["a", "b", "c", "d"] { desk.put(chat, to: chat) }
        #expect(desk.send().count == 4)
        desk.finish("a", .tooManyRequests(retryAfter: .seconds(2)))
        desk.put("e", to: "e")
        #expect(desk.send() == ["e"])
        desk.finish("b", .tooManyRequests(retryAfter: .seconds(2)))
        desk.finish("c", .tooManyRequests(retryAfter: .seconds(2)))
        desk.put("f", to: "f")
        #expect(desk.send() == [])
        desk.advance(2)
        #expect(desk.send().sorted() == ["a", "b", "c", "f"])
    }

    @Test func theSameChatTwiceIsNotSeveral() {
        var desk = Desk()
        desk.put("1", to: "ann")
        for _ in 0..<5 {
            #expect(desk.send() == ["1"])
            desk.finish("1", .tooManyRequests(retryAfter: .seconds(1)))
            desk.advance(1)
        }
        desk.put("hi", to: "bob")
        #expect(desk.send().contains("hi"))
    }

    @Test func bulkSlowsDownAfterTooManyRequestsAndRecovers() {
        var desk = Desk()
        for chat in 1...1000 { desk.put("\(chat)", to: "\(chat)", .bulk) }
        let first = desk.send()
        for name in first.dropFirst() { desk.finish(name) }
        desk.finish(first[0], .tooManyRequests(retryAfter: .seconds(1)))
        #expect((11...13).contains(desk.sent(during: 1)))
        #expect(desk.sent(during: 10) > 150)
        #expect((24...26).contains(desk.sent(during: 1)))
    }

    @Test func otherBotsAreNotConcerned() {
        var desk = Desk()
        for chat in ["a", "b", "c"] { desk.put(chat, to: chat) }
        for name in desk.send() { desk.finish(name, .tooManyRequests(retryAfter: .seconds(100))) }
        desk.put("other", to: "a", bot: "other")
        #expect(desk.send() == ["other"])
    }

    @Test func botsTakeTurns() {
        var desk = Desk()
        for number in 1...50 { desk.put("big \(number)", to: "\(number)", bot: "big") }
        desk.put("small", to: "1", bot: "small")
        #expect(desk.send().prefix(2).contains("small"))
    }

    @Test func aRetryStaysAtTheHeadOfItsChat() {
        var desk = Desk()
        for number in 1...3 { desk.put("\(number)", to: "ann") }
        #expect(desk.send() == ["1"])
        desk.finish("1", .retry(after: .seconds(1)))
        #expect(desk.send() == [])
        desk.advance(1)
        #expect(desk.sendAndFinishAll() == ["1", "2", "3"])
    }

    @Test func anUnreachableServerPausesTheBot() {
        var desk = Desk()
        desk.put("1", to: "ann")
        desk.put("2", to: "bob")
        #expect(desk.send() == ["1", "2"])
        desk.finish("1", .unreachable(retryAfter: .seconds(1)))
        desk.finish("2", .unreachable(retryAfter: .seconds(1)))
        desk.put("3", to: "cid")
        #expect(desk.send() == [])
        desk.advance(1)
        #expect(desk.send().sorted() == ["1", "2", "3"])
    }

    @Test func aMovedGroupTakesItsMessagesAlong() {
        var desk = Desk()
        desk.put("1", to: "-1")
        desk.put("2", to: "-1")
        desk.put("there already", to: "-2")
        #expect(desk.send() == ["1", "there already"])
        desk.finish("1", .migrated(to: "-2"))
        desk.put("3", to: "-1")
        desk.finish("there already")
        #expect(desk.sendAndFinishAll() == ["1", "2", "3"])
        #expect(desk.chats["3"] == "-2")
    }

    @Test func aGroupThatMovedToItselfIsTriedAgain() {
        var desk = Desk()
        desk.put("1", to: "-1")
        desk.put("2", to: "-1")
        #expect(desk.send() == ["1"])
        desk.finish("1", .migrated(to: "-1"))
        #expect(desk.send() == [])
        desk.advance(5)
        #expect(desk.sendAndFinishAll() == ["1", "2"])
    }

    @Test func aLaterEditMakesTheWaitingOneNeedless() {
        var desk = Desk()
        desk.put("first", to: "ann")
        desk.put("edit 1", to: "ann", edit: .init(target: "7", isWhole: true))
        desk.put("other", to: "ann", edit: .init(target: "8", isWhole: true))
        #expect(desk.put("keyboard", to: "ann", edit: .init(target: "7", isWhole: false)) == [])
        #expect(desk.put("edit 2", to: "ann", edit: .init(target: "7", isWhole: true)) == ["edit 1", "keyboard"])
        #expect(desk.sendAndFinishAll() == ["first", "other", "edit 2"])
    }

    @Test func whatIsTooLateIsDropped() {
        var desk = Desk()
        desk.put("answer", to: nil, notAfter: 10)
        desk.put("typing", to: "ann", notAfter: 10)
        desk.put("message", to: "ann")
        desk.advance(11)
        #expect(desk.sendAndFinishAll() == ["message"])
        #expect(desk.dropped.sorted() == ["answer", "typing"])
    }

    @Test func answersToButtonsWaitForNoChat() {
        var desk = Desk()
        for number in 1...6 { desk.put("\(number)", to: "ann") }
        _ = desk.sendAndFinishAll()
        desk.put("answer", to: nil)
        #expect(desk.send() == ["answer"])
    }

    @Test func anAnswerToAButtonIsTriedAgainAfterAPauseOnly() {
        var desk = Desk()
        desk.put("answer", to: nil, notAfter: 10)
        for _ in 0..<3 {
            #expect(desk.send() == ["answer"])
            desk.finish("answer", .retry(after: .seconds(1)))
            #expect(desk.send() == [])
            desk.advance(1)
        }
        desk.advance(10)
        #expect(desk.send() == [])
        #expect(desk.dropped == ["answer"])
    }

    @Test func onlySoManyCallsAreUnderWay() {
        var desk = Desk()
        for chat in 1...100 { desk.put("\(chat)", to: "\(chat)") }
        #expect(desk.send().count == 64)
        desk.finish("1")
        #expect(desk.send().count == 1)
    }
}
