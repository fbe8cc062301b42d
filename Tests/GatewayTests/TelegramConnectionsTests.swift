import Gateway
import HTTPClient
import Telegram
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct TelegramConnectionsTests {
    /// Without HTTP/2, as at a Bot API server of one's own: each long poll has a connection to itself.
    @Test func everyBotMayPollAtTheSameTime() async throws {
        let bots = 300
        let telegram = ScriptedTelegram()
        try await telegram.serve { address in
            let http = try HTTPClient(.forTelegram(polling: bots))
            let token = try #require(TelegramToken("100001:TEST"))
            let client = TelegramClient(http: http, server: address, token: token)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<bots { group.addTask { _ = try? await client.call(TelegramRequest("getUpdates"), timeout: .seconds(50)) } }
                await telegram.journal.wait(for: "getUpdates", times: bots)
                _ = try await client.call(TelegramRequest("setWebhook"))
                group.cancelAll()
            }
        }
    }
}
