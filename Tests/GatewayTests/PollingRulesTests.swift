import Gateway
import Telegram
import Testing

@Suite struct PollingRulesTests {
    private func started() -> PollingRules {
        var rules = PollingRules()
        _ = rules.next(after: .webhookDeleted)
        return rules
    }

    @Test func removesTheWebhookFirst() {
        var rules = PollingRules()
        #expect(rules.resume() == .deleteWebhook)
        #expect(rules.next(after: .webhookDeleted) == .getUpdates(offset: nil))
    }

    @Test func theOffsetFollowsTheConfirm() {
        var rules = started()
        #expect(rules.next(after: .published(last: 41)) == .getUpdates(offset: 42))
        #expect(rules.next(after: .failed(TelegramError(.notSent, reason: ""))) == .pause(.milliseconds(500)))
        #expect(rules.resume() == .getUpdates(offset: 42))
    }

    @Test func afterAnEmptyAnswerAnyNumberMayFollow() {
        var rules = started()
        _ = rules.next(after: .published(last: 41))
        #expect(rules.next(after: .published(last: nil)) == .getUpdates(offset: nil), "the numbers may have begun again below 42")
        #expect(rules.next(after: .published(last: 7)) == .getUpdates(offset: 8))
    }

    @Test func whatTheBrokerDidNotTakeIsAskedForAgain() {
        var rules = started()
        _ = rules.next(after: .published(last: 41))
        #expect(rules.next(after: .unpublished) == .pause(.milliseconds(500)))
        #expect(rules.resume() == .getUpdates(offset: 42))
    }

    @Test func tooManyRequestsIsObeyed() {
        var rules = started()
        #expect(
            rules.next(after: .failed(TelegramError(.tooManyRequests, status: 429, reason: "", retryAfter: .seconds(7))))
                == .pause(.seconds(7)))
        #expect(rules.resume() == .getUpdates(offset: nil))
    }

    @Test func toWaitNoTimeIsNoBusyLoop() {
        var rules = started()
        #expect(
            rules.next(after: .failed(TelegramError(.tooManyRequests, status: 429, reason: "", retryAfter: .zero)))
                == .pause(.milliseconds(500)))
    }

    @Test func aConflictMayBeAWebhookThatSomebodySet() {
        var rules = started()
        #expect(rules.next(after: .failed(TelegramError(.rejected, status: 409, reason: "Conflict"))) == .pause(.milliseconds(500)))
        #expect(rules.resume() == .deleteWebhook)
    }

    @Test func anotherPollerIsNoWebhook() {
        var rules = started()
        let conflict = TelegramError(
            .rejected, status: 409,
            reason: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
        #expect(rules.next(after: .failed(conflict)) == .pause(.milliseconds(500)))
        #expect(rules.resume() == .getUpdates(offset: nil))
        #expect(rules.next(after: .failed(conflict)) == .pause(.seconds(1)))
    }

    @Test func aConflictThatStaysWaitsLongerAndLonger() {
        var rules = started()
        let conflict = TelegramError(.rejected, status: 409, reason: "Conflict: can't use getUpdates method while webhook is active")
        var pauses: [PollingRules.Action] = []
        for _ in 0..<3 {
            pauses.append(rules.next(after: .failed(conflict)))
            #expect(rules.resume() == .deleteWebhook)
            _ = rules.next(after: .webhookDeleted)
        }
        #expect(pauses == [.pause(.milliseconds(500)), .pause(.seconds(1)), .pause(.seconds(2))])
    }

    @Test func failuresWaitLongerAndLonger() {
        var rules = started()
        let error = TelegramError(.notSent, reason: "refused")
        let pauses = (0..<9).map { _ in rules.next(after: .failed(error)) }
        #expect(pauses.prefix(3) == [.pause(.milliseconds(500)), .pause(.seconds(1)), .pause(.seconds(2))])
        #expect(pauses.last == .pause(.seconds(30)))
        _ = rules.next(after: .published(last: nil))
        #expect(rules.next(after: .failed(error)) == .pause(.milliseconds(500)))
    }
}
