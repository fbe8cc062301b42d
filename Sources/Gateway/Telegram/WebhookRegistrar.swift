import JSON
package import Logging
import Registry
import Runtime
import ServiceLifecycle
package import Telegram
import WorkerKit

/// Registers the webhooks of the bots that name a public address, each on its own: one whose token is wrong holds up no other.
package struct WebhookRegistrar: Service {
    private let bots: [(bot: BotIntake, client: TelegramClient)]
    private let removesAtEnd: Bool
    private let stagger: Duration
    private let logger: Logger

    /// - Parameters:
    ///   - removesAtEnd: whether a graceful shutdown removes them again. Not where several gateways share them.
    ///   - stagger: between the first calls of two bots. Default 1 s: Telegram allows one `setWebhook` a second.
    package init(bots: [(bot: BotIntake, client: TelegramClient)], removesAtEnd: Bool, stagger: Duration = .seconds(1), logger: Logger) {
        self.bots = bots
        self.removesAtEnd = removesAtEnd
        self.stagger = stagger
        self.logger = logger
    }

    package func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                var delay: Duration = .zero
                for (bot, client) in bots {
                    guard case .webhook(let webhook) = bot.updates, let url = webhook.url else { continue }
                    group.addTask { [delay] in
                        // It only throws when it is told to stop in the middle of it: that is no failure.
                        try? await register(bot.account, client, url, webhook, after: delay)
                    }
                    delay += stagger
                }
            }
        }
        try? await gracefulShutdown()
        guard removesAtEnd else { return }
        for (bot, client) in bots {
            guard case .webhook(let webhook) = bot.updates, webhook.url != nil else { continue }
            do throws(TelegramError) { _ = try await client.call(TelegramRequest("deleteWebhook"), timeout: .seconds(5)) } catch {
                logger.warning("can't remove the webhook", metadata: ["bot": "\(bot.account.name)", "error": "\(error)"])
            }
        }
    }

    private func register(_ bot: BotAccount, _ client: TelegramClient, _ url: String, _ webhook: WebhookSettings, after delay: Duration)
        async throws
    {
        try await Task.sleep(for: delay)
        var backoff = Backoff(first: .seconds(1), limit: .seconds(60))
        let request = TelegramRequest(
            "setWebhook",
            JSONObject([
                ("url", .string(url)), ("secret_token", .string(webhook.secret.reveal())),
                ("max_connections", .int(Int64(webhook.maxConnections))),
                ("allowed_updates", .array(TelegramUpdate.kinds.map { .string($0) })),
            ]))
        while true {
            do throws(TelegramError) {
                _ = try await client.call(request)
                logger.info("registered the webhook", metadata: ["bot": "\(bot.name)"])
                return
            } catch {
                logger.warning("can't register the webhook, trying again", metadata: ["bot": "\(bot.name)", "error": "\(error)"])
                try await Task.sleep(for: max(error.retryAfter ?? .zero, backoff.next()))
            }
        }
    }
}
