import Contracts
import Gateway
import HTTPClient
import Registry
import Runtime
import ServiceLifecycle
import Telegram
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct WebhookRegistrarTests {
    @Test func aWrongTokenHoldsUpNoOtherBot() async throws {
        let telegram = ScriptedTelegram(refused: ["bot1:WRONG setWebhook"])
        try await register(["1:WRONG", "2:RIGHT"], at: telegram) {
            await telegram.journal.wait(for: "bot1:WRONG setWebhook refused")
            await telegram.journal.wait(for: "bot2:RIGHT setWebhook")
        }
        #expect(!telegram.journal.lines.contains { $0.contains("deleteWebhook") })
    }

    @Test func removesThemAtTheEndWhenToldTo() async throws {
        let telegram = ScriptedTelegram()
        try await register(["1:ONE", "2:TWO"], at: telegram, removesAtEnd: true) {
            await telegram.journal.wait(for: "setWebhook", times: 2)
        }
        #expect(telegram.journal.lines == ["setWebhook", "setWebhook", "deleteWebhook", "deleteWebhook"])
    }

    private func register(_ tokens: [String], at telegram: ScriptedTelegram, removesAtEnd: Bool = false, _ body: () async throws -> Void)
        async throws
    {
        try await telegram.serve { address in
            let http = try HTTPClient()
            let bots = try tokens.enumerated().map { index, text in
                let token = try #require(TelegramToken(text))
                let account = BotAccount(name: try #require(BotName("bot\(index)")), token: token, server: address)
                let webhook = WebhookSettings(path: "/\(index)", secret: Secret("right"), url: "https://bots.example.org/\(index)")
                return (
                    bot: BotIntake(account: account, updates: .webhook(webhook)),
                    client: TelegramClient(http: http, server: address, token: token)
                )
            }
            let registrar = WebhookRegistrar(bots: bots, removesAtEnd: removesAtEnd, stagger: .zero, logger: silent)
            let group = ServiceGroup(configuration: .init(services: [registrar], logger: silent))
            async let running: Void = group.run()
            try await body()
            await group.triggerGracefulShutdown()
            try await running
        }
    }
}
