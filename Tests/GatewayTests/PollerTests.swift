import Bus
import Contracts
import Gateway
import HTTPClient
import Registry
import ServiceLifecycle
import Telegram
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct PollerTests {
    private let journal = Journal()

    @Test func theOffsetMovesOnlyAfterTheConfirm() async throws {
        let journal = journal
        let publisher = CollectingPublisher { messages in
            // A next request would have to come before this line.
            for _ in 0..<100 { await Task.yield() }
            journal.write("confirmed \(messages.map(\.envelope.id.rawValue).joined(separator: " "))")
        }
        try await poll([.updates([7, 8]), .updates([9])], publisher: publisher) { _, _ in
            await journal.wait(for: "getUpdates from 10")
        }
        #expect(
            journal.lines.filter { !$0.contains("lease") } == [
                "deleteWebhook", "getUpdates", "confirmed telegram:demo:7 telegram:demo:8", "getUpdates from 9",
                "confirmed telegram:demo:9",
                "getUpdates from 10",
            ])
    }

    @Test func whatTheBrokerDidNotTakeIsAskedForAgain() async throws {
        let publisher = CollectingPublisher(isAway: true)
        try await poll([.updates([7])], publisher: publisher) { telegram, _ in
            await journal.wait(for: "getUpdates", times: 2)
            publisher.comeBack()
            #expect(publisher.messages.isEmpty)
        }
        #expect(!journal.lines.contains { $0.hasPrefix("getUpdates from") })
    }

    @Test func theServerSaysHowLongToWait() async throws {
        let limited = ScriptedTelegram.Answer.json(
            429, #"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}"#)
        try await poll([limited]) { telegram, _ in
            await journal.wait(for: "getUpdates", times: 2)
            #expect(telegram.times[1] - telegram.times[0] >= .seconds(1))
        }
    }

    @Test func aWebhookThatSomebodySetIsRemovedAgain() async throws {
        try await poll([.conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")]) {
            _, _ in
            await journal.wait(for: "getUpdates", times: 2)
        }
        #expect(journal.lines.filter { !$0.contains("lease") } == ["deleteWebhook", "getUpdates", "deleteWebhook", "getUpdates"])
    }

    @Test(arguments: [
        #"{"ok":true,"result":[{}]}"#, #"{"ok":true,"result":[7,"x"]}"#, #"{"ok":true,"result":{}}"#, #"{"ok":true}"#, "<html>", "",
    ])
    func anAnswerThatNobodyCanReadIsNoBusyLoop(body: String) async throws {
        try await poll([.json(200, body), .updates([7])]) { telegram, _ in
            await journal.wait(for: "getUpdates from 8")
            #expect(telegram.times[1] - telegram.times[0] >= .milliseconds(500))
        }
    }

    @Test func anUnreadableUpdateTakesNoOthersWithIt() async throws {
        let publisher = CollectingPublisher()
        try await poll([.json(200, #"{"ok":true,"result":[{"update_id":7},{"message":{}},{"update_id":8}]}"#)], publisher: publisher) {
            _, _ in
            await journal.wait(for: "getUpdates from 9")
        }
        #expect(publisher.messages.map(\.envelope.id) == ["telegram:demo:7", "telegram:demo:8"])
    }

    // MARK: The lease

    @Test func pollsOnlyWhileItHoldsTheLease() async throws {
        try await poll([.updates([7])], granted: false) { telegram, leases in
            await journal.wait(for: "wants lease.poller.demo")
            #expect(telegram.times.isEmpty)
            leases.grant()
            await journal.wait(for: "getUpdates from 8")
            leases.lose()
            await journal.wait(for: "wants lease.poller.demo", times: 2)
            leases.grant()
            await journal.wait(for: "getUpdates", times: 2)
        }
        // Whoever held the lease meanwhile may have come further: it begins anew with whatever Telegram still has.
        #expect(
            journal.lines.prefix(8) == [
                "wants lease.poller.demo", "deleteWebhook", "getUpdates", "getUpdates from 8", "gives back lease.poller.demo",
                "wants lease.poller.demo", "deleteWebhook", "getUpdates",
            ])
    }

    @Test func endsInOrderWhileItWaitsForTheLease() async throws {
        try await poll([], granted: false) { _, _ in
            await journal.wait(for: "wants lease.poller.demo")
        }
        #expect(journal.lines == ["wants lease.poller.demo"])
    }

    /// Runs a poller during `body`, then shuts it down gracefully, which must be no failure.
    private func poll(
        _ script: [ScriptedTelegram.Answer], publisher: CollectingPublisher = CollectingPublisher(), granted: Bool = true,
        _ body: (ScriptedTelegram, ScriptedLeases) async throws -> Void
    ) async throws {
        let telegram = ScriptedTelegram(script, journal: journal)
        let leases = ScriptedLeases(journal: journal)
        if granted { leases.grant() }
        try await telegram.serve { address in
            let account = BotAccount(
                name: try #require(BotName("demo")), token: try #require(TelegramToken("100001:TEST")), server: address)
            let poller = Poller(
                bot: account, client: TelegramClient(http: try HTTPClient(), server: address, token: account.token),
                intake: UpdateIntake(
                    publisher: publisher, settings: .init(flood: .init(burst: 100, rate: 0), floodNotice: ""), logger: silent),
                leases: leases, settings: .init(longPoll: .seconds(50), limit: 100), logger: silent)
            let group = ServiceGroup(configuration: .init(services: [poller], logger: silent))
            async let running: Void = group.run()
            try await body(telegram, leases)
            await group.triggerGracefulShutdown()
            try await running
        }
    }
}
