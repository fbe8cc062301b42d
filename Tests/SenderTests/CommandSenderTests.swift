import Contracts
import Sender
import Synchronization
import Telegram
import TestSupport
import Testing

/// From the queue to the Bot API and back: what is called, published and acknowledged, and when.
@Suite(.timeLimit(.minutes(1))) struct CommandSenderTests {
    private let bench: Bench
    private let lost = TelegramError(.ambiguous, reason: "connection lost")

    init() throws { bench = try Bench() }

    // MARK: Acknowledging

    @Test func aCommandIsAcknowledgedAfterTheCall() async throws {
        try await bench.run {
            bench.deliver("a", bench.command())
            await bench.journal.wait(for: "ack a")
        }
        #expect(bench.journal.lines == ["call sendMessage 1", "ack a", "stop", "close"])
    }

    @Test func theReceiptIsPublishedBeforeTheAcknowledgement() async throws {
        try await bench.run {
            bench.deliver("a", bench.command(receipt: .always))
            await bench.journal.wait(for: "ack a")
        }
        #expect(bench.journal.lines.prefix(3) == ["call sendMessage 1", "publish a/0", "ack a"])
        #expect(outcomes == [.done(messages: ["7"])])
    }

    @Test func theReceiptIsPublishedUntilTheBrokerTakesIt() async throws {
        bench.publisher.outages.withLock { $0 = 2 }
        try await bench.run {
            bench.deliver("a", bench.command(receipt: .always))
            await bench.journal.wait(for: "ack a")
        }
        #expect(bench.journal.lines.prefix(3) == ["call sendMessage 1", "publish a/0", "ack a"])
    }

    @Test func anUnreadableCommandGoesToTheDeadLetters() async throws {
        try await bench.run {
            bench.deliver("a", body: Array("{".utf8))
            bench.deliver("b", body: Array(#"{"bot":"demo"}"#.utf8))
            await bench.journal.wait(for: "reject b")
        }
        #expect(bench.journal.lines.prefix(2) == ["reject a", "reject b"])
    }

    @Test func whatComesAgainIsNotSentAgain() async throws {
        try await bench.run {
            bench.deliver("a", bench.command())
            await bench.journal.wait(for: "ack a")
            bench.deliver("a", bench.command())
            await bench.journal.wait(for: "ack a", times: 2)
        }
        #expect(calls == 1)
    }

    @Test func copiesOfWhatIsUnderWayAreAcknowledgedAfterTheCall() async throws {
        bench.api.close()
        try await bench.run {
            bench.deliver("a", bench.command())
            await bench.journal.wait(for: "call sendMessage 1")
            bench.deliver("a", bench.command())
            // Read after the copy, since batches of a queue are read in order.
            bench.deliver("b", body: [])
            await bench.journal.wait(for: "reject b")
            #expect(!bench.journal.lines.contains("ack a"))
            bench.api.open()
            await bench.journal.wait(for: "ack a", times: 2)
        }
        #expect(calls == 1)
    }

    // MARK: Outcomes

    @Test func whatMayBeTriedAgainIs() async throws {
        bench.api.fail(
            with: TelegramError(.tooManyRequests, status: 429, reason: "", retryAfter: .milliseconds(10)),
            TelegramError(.notSent, reason: "connection refused"))
        try await bench.run {
            bench.deliver("a", bench.command(receipt: .always))
            await bench.journal.wait(for: "ack a")
        }
        #expect(calls == 3)
        #expect(outcomes == [.done(messages: ["7"])])
    }

    @Test func anAmbiguousSendIsToldAndNotRepeated() async throws {
        bench.api.fail(with: lost)
        try await bench.run {
            bench.deliver("a", bench.command(receipt: .failures))
            await bench.journal.wait(for: "ack a")
        }
        #expect(calls == 1)
        #expect(outcomes == [.ambiguous(reason: "connection lost")])
    }

    @Test func anAmbiguousSendThatMayBeRepeatedIs() async throws {
        bench.api.fail(with: lost)
        try await bench.run {
            bench.deliver("a", bench.command(receipt: .failures, isRepeatable: true))
            await bench.journal.wait(for: "ack a")
        }
        #expect(calls == 2)
        #expect(outcomes == [])
    }

    @Test func aMovedGroupIsFollowed() async throws {
        bench.api.fail(with: TelegramError(.rejected, status: 400, reason: "", migratedTo: "-2"))
        try await bench.run {
            bench.deliver("a", bench.command(to: "-1"))
            await bench.journal.wait(for: "ack a")
        }
        #expect(bench.journal.lines.prefix(3) == ["call sendMessage -1", "call sendMessage -2", "ack a"])
    }

    @Test func whatIsTooLateIsToldAndNotSent() async throws {
        try await bench.run {
            bench.deliver("a", bench.command(receipt: .failures, notAfter: Timestamp(milliseconds: 0)))
            await bench.journal.wait(for: "ack a")
        }
        #expect(calls == 0)
        #expect(outcomes == [.dropped(reason: "it is too late")])
    }

    @Test func whatABotThatIsNotConfiguredHereWantsSentGoesToTheDeadLetters() async throws {
        var command = bench.command(receipt: .failures)
        command.bot = try #require(BotName("stranger"))
        try await bench.run {
            bench.deliver("a", command)
            await bench.journal.wait(for: "reject a")
        }
        #expect(outcomes == [.failed(code: 0, reason: "no bot of this name is configured here")])
    }

    // MARK: Handing over

    @Test func aShutdownFinishesTheCallUnderWayAndGivesBackTheRest() async throws {
        bench.api.close()
        try await bench.run {
            bench.deliver("1", bench.command())
            bench.deliver("2", bench.command())
            await bench.journal.wait(for: "call sendMessage 1")
        } whileDraining: {
            await bench.journal.wait(for: "stop")
            bench.api.open()
        }
        #expect(bench.journal.lines == ["call sendMessage 1", "stop", "ack 1", "close"])
    }

    @Test func aShutdownDoesNotWaitForAFrozenChat() async throws {
        bench.api.fail(with: TelegramError(.tooManyRequests, status: 429, reason: "", retryAfter: .seconds(3600)))
        try await bench.run {
            bench.deliver("1", bench.command())
            await bench.journal.wait(for: "call sendMessage 1")
            // Another chat is served afterwards: by now the first one is frozen.
            bench.deliver("2", bench.command(to: "2"))
            await bench.journal.wait(for: "ack 2")
        }
        #expect(bench.journal.lines.suffix(2) == ["stop", "close"])
    }

    @Test func whatMustBeTriedAgainDuringAShutdownIsForTheNextSender() async throws {
        bench.api.fail(with: TelegramError(.tooManyRequests, status: 429, reason: "", retryAfter: .seconds(3600)))
        bench.api.close()
        try await bench.run {
            bench.deliver("1", bench.command())
            await bench.journal.wait(for: "call sendMessage 1")
        } whileDraining: {
            await bench.journal.wait(for: "stop")
            bench.api.open()
        }
        #expect(bench.journal.lines == ["call sendMessage 1", "stop", "close"])
    }

    /// As after a kill: what nobody knows the outcome of is not acknowledged.
    @Test(arguments: [Command.ReceiptPolicy.never, .always])
    func aCallThatIsBrokenOffByTheEndOfTheProcessIsForTheNextSender(receipt: Command.ReceiptPolicy) async {
        bench.api.fail(with: lost)
        bench.api.close()
        await bench.runAndCancel {
            bench.deliver("1", bench.command(receipt: receipt))
            await bench.journal.wait(for: "call sendMessage 1")
        }
        #expect(bench.journal.lines == ["call sendMessage 1", "close"])
    }
}

extension CommandSenderTests {
    private var calls: Int { bench.journal.lines.count { $0.hasPrefix("call ") } }

    /// Of the receipts, in the order in which they were published.
    private var outcomes: [Receipt.Outcome] {
        bench.publisher.events.withLock { $0 }.compactMap { if case .receipt(let receipt) = $0.content { receipt.outcome } else { nil } }
    }
}
