import Bus
import Contracts
import Sender
import Telegram
import Testing

/// Commands and the deliveries that they come in.
@Suite struct OutboxTests {
    private var outbox = Outbox(limits: SendLimits())
    private let first = Subscription()
    private let demo: BotName
    private var now = Instant(nanoseconds: 0)

    init() throws { demo = try #require(BotName("demo")) }

    // MARK: Once

    @Test mutating func aCommandIsAcknowledgedWhenItIsConcluded() throws {
        put("a")
        let task = try #require(next())
        outbox.finish(task, done, at: now)
        #expect(first.acknowledged == [] && !outbox.isEmpty)
        conclude(task)
        #expect(first.acknowledged == ["a"] && outbox.isEmpty)
    }

    @Test mutating func whatWasFinishedIsNotSentAgain() throws {
        put("a")
        finish(try #require(next()))
        #expect(isKnown(put("a")))
        #expect(next() == nil)
    }

    /// Published twice, as after a lost confirm: were one acknowledged before the call, a crash would lose the command.
    @Test mutating func allCopiesOfWhatIsInHandAreAcknowledgedTogether() throws {
        put("a", mark: "first")
        #expect(isJoined(put("a", mark: "while it waits")))
        let task = try #require(next())
        #expect(isJoined(put("a", mark: "while it is sent")))
        #expect(next() == nil && first.acknowledged == [])
        finish(task)
        #expect(first.acknowledged == ["first", "while it waits", "while it is sent"] && outbox.isEmpty)
    }

    // MARK: A lost subscription

    @Test mutating func whatComesAgainWhileItIsSentIsAcknowledgedOverTheNewSubscription() throws {
        put("a")
        let task = try #require(next())
        let second = renew()
        #expect(isJoined(put("a", over: second)))
        finish(task)
        #expect(first.acknowledged == [] && second.acknowledged == ["a"])
        #expect(isKnown(put("a", over: second)))
    }

    @Test mutating func whatComesAgainAfterItWasSentIsOnlyAcknowledged() throws {
        put("a")
        let task = try #require(next())
        let second = renew()
        finish(task)
        #expect(isKnown(put("a", over: second)))
    }

    @Test mutating func whatCameOverALostSubscriptionIsNotSent() {
        put("a")
        first.lose()
        #expect(next() == nil && outbox.isEmpty)
    }

    @Test mutating func theOrderOfAChatOutlivesALostSubscription() throws {
        for id in ["1", "2", "3"] { put(id) }
        let task = try #require(next())
        let second = renew()
        // The broker gives back what it has no acknowledgement for, and then goes on.
        for id in ["1", "2", "3", "4"] { put(id, over: second) }
        finish(task)
        #expect(sendAll() == ["2", "3", "4"])
        #expect(second.acknowledged == ["1", "2", "3", "4"])
    }

    @Test mutating func theOrderOfAChatThatMustWaitOutlivesALostSubscription() {
        // More than go out at once: were only those forgotten, the others would go before them.
        let ids = (1...8).map { String($0) }
        for id in ids { put(id) }
        let second = renew()
        #expect(next() == nil)
        for id in ids { put(id, over: second) }
        #expect(sendAll() == ids)
    }

    @Test mutating func aRetryKeepsItsPlaceOverALostSubscription() throws {
        for id in ["1", "2"] { put(id) }
        let task = try #require(next())
        outbox.finish(task, .again(.retry(after: .zero)), at: now)
        let second = renew()
        for id in ["1", "2"] { put(id, over: second) }
        #expect(sendAll() == ["1", "2"])
    }

    /// The rest of a batch that was being read when the subscription was lost.
    @Test mutating func aLeftOverDoesNotOvertakeWhatWasBeforeIt() {
        put("1")
        let leftOver = first.delivery("2")
        let second = renew()
        #expect(next() == nil)
        #expect(isStale(outbox.put(command(to: "1"), leftOver, at: now)))
        for id in ["1", "2"] { put(id, over: second) }
        #expect(sendAll() == ["1", "2"])
    }

    // MARK: What is not sent

    @Test mutating func aNeedlessEditIsGivenBackToBeConcluded() throws {
        put("first edit", edit: "7")
        guard case .accepted(let needless) = put("second edit", edit: "7") else {
            Issue.record("not accepted")
            return
        }
        #expect(needless.map(\.envelope.id) == ["first edit"])
        for task in needless { conclude(task) }
        #expect(first.acknowledged == ["first edit"])
        #expect(isKnown(put("first edit")))
        #expect(sendAll() == ["second edit"] && outbox.isEmpty)
    }

    @Test mutating func whatIsTooLateIsGivenOutToBeDropped() {
        put("a", notAfter: Timestamp(milliseconds: -1))
        guard case .drop(let task, _) = outbox.next(at: now, wall: wall) else {
            Issue.record("not dropped")
            return
        }
        conclude(task)
        #expect(first.acknowledged == ["a"] && outbox.isEmpty)
    }

    @Test mutating func aShutdownForgetsWhatWaitsAndKeepsWhatIsUnderWay() throws {
        for id in ["1", "2"] { put(id) }
        let task = try #require(next())
        outbox.removeWaiting(at: now)
        #expect(!outbox.isEmpty)
        finish(task)
        #expect(next() == nil && outbox.isEmpty)
        #expect(first.acknowledged == ["1"])
    }

    @Test mutating func attemptsAreCounted() throws {
        put("a")
        for attempt in 1...3 {
            let task = try #require(next())
            #expect(task.attempts == attempt)
            outbox.finish(task, .again(.retry(after: .zero)), at: now)
        }
    }
}

extension OutboxTests {
    private var wall: Timestamp { Timestamp(milliseconds: 0) }
    private var done: Verdict { .done(.done(messages: [])) }

    private func command(to chat: ChatID, edit: MessageID? = nil, notAfter: Timestamp? = nil) -> Command {
        let message = OutgoingMessage(.text("hello"))
        let action: Command.Action = if let edit { .edit(edit, message) } else { .send(message) }
        return Command(bot: demo, platform: .telegram, chat: chat, action: action, notAfter: notAfter)
    }

    @discardableResult
    private mutating func put(
        _ id: String, mark: String? = nil, to chat: ChatID = "1", edit: MessageID? = nil, notAfter: Timestamp? = nil,
        over other: Subscription? = nil
    ) -> Outbox.Put {
        outbox.put(
            command(to: chat, edit: edit, notAfter: notAfter), (other ?? first).delivery(EnvelopeID(id), mark: mark), at: now)
    }

    private func renew() -> Subscription {
        first.lose()
        return Subscription()
    }

    private mutating func next() -> Outbox.Task? {
        if case .send(let task) = outbox.next(at: now, wall: wall) { task } else { nil }
    }

    private mutating func finish(_ task: Outbox.Task) {
        outbox.finish(task, done, at: now)
        conclude(task)
    }

    private mutating func conclude(_ task: Outbox.Task) {
        for delivery in outbox.conclude(task) { delivery.acknowledge() }
    }

    /// The ids in the order in which they go out, each finishing at once; time passes as it must.
    private mutating func sendAll() -> [String] {
        var sent: [String] = []
        while true {
            switch outbox.next(at: now, wall: wall) {
            case .send(let task):
                sent.append(task.envelope.id.rawValue)
                finish(task)
            case .drop(let task, _): conclude(task)
            case .wait(let moment?): now = moment
            case .wait(nil): return sent
            }
        }
    }

    private func isKnown(_ put: Outbox.Put) -> Bool { if case .known = put { true } else { false } }
    private func isJoined(_ put: Outbox.Put) -> Bool { if case .joined = put { true } else { false } }
    private func isStale(_ put: Outbox.Put) -> Bool { if case .stale = put { true } else { false } }
}
