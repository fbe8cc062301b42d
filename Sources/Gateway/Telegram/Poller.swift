package import Bus
import Contracts
import JSON
package import Logging
package import Registry
import ServiceLifecycle
package import Telegram

/// Asks Telegram for the updates of one bot, as long as this process holds the bot's lease.
package struct Poller: Service {
    private let bot: BotAccount
    private let client: TelegramClient
    private let intake: UpdateIntake
    private let leases: any BusLeases
    private let settings: Settings
    private let logger: Logger

    package struct Settings: Sendable {
        /// How long Telegram may hold a request that has nothing to answer; at most 50 s.
        package var longPoll: Duration
        /// Updates in one answer, 1–100.
        package var limit: Int

        package init(longPoll: Duration, limit: Int) {
            self.longPoll = longPoll
            self.limit = limit
        }
    }

    package init(bot: BotAccount, client: TelegramClient, intake: UpdateIntake, leases: any BusLeases, settings: Settings, logger: Logger) {
        self.bot = bot
        self.client = client
        self.intake = intake
        self.leases = leases
        self.settings = settings
        self.logger = logger
    }

    /// Until a graceful shutdown or cancellation. What was fetched but not confirmed comes again.
    package func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    _ = try await leases.withLease(Topology.pollerLease(of: bot.name)) { try await poll() }
                } catch  where !Task.isCancelled {
                    logger.warning("can't get the poller's lease, trying again", metadata: ["bot": "\(bot.name)", "error": "\(error)"])
                    try? await Task.sleep(for: .seconds(1))
                } catch {
                    // Told to stop while it waited for the lease: that is no failure.
                }
            }
        }
    }

    private func poll() async throws {
        logger.info("polling", metadata: ["bot": "\(bot.name)"])
        var rules = PollingRules()
        var action = rules.resume()
        while !Task.isCancelled {
            switch action {
            case .pause(let duration):
                try await Task.sleep(for: duration)
                action = rules.resume()
            case .deleteWebhook:
                action = rules.next(
                    after: await outcome { () throws(TelegramError) in
                        _ = try await client.call(TelegramRequest("deleteWebhook"))
                        return .webhookDeleted
                    })
            case .getUpdates(let offset):
                action = rules.next(after: await outcome { () throws(TelegramError) in try await fetch(from: offset) })
            }
        }
    }

    private func outcome(of step: () async throws(TelegramError) -> PollingRules.Event) async -> PollingRules.Event {
        do throws(TelegramError) { return try await step() } catch {
            if !Task.isCancelled { logger.warning("polling failed", metadata: ["bot": "\(bot.name)", "error": "\(error)"]) }
            return .failed(error)
        }
    }

    private func fetch(from offset: Int64?) async throws(TelegramError) -> PollingRules.Event {
        let seconds = settings.longPoll.components.seconds
        var parameters = JSONObject([
            ("timeout", .int(seconds)), ("limit", .int(Int64(settings.limit))),
            ("allowed_updates", .array(TelegramUpdate.kinds.map { .string($0) })),
        ])
        parameters["offset"] = offset.map { .int($0) }
        let answer = try await client.call(TelegramRequest("getUpdates", parameters), timeout: settings.longPoll + .seconds(15))
        guard let list = answer.array else { throw TelegramError(.ambiguous, reason: "the answer has no list of updates") }
        guard !list.isEmpty else { return .published(last: nil) }
        let updates = list.compactMap(readable)
        // Without an id there is no offset that would pass it.
        guard !updates.isEmpty else { throw TelegramError(.ambiguous, reason: "none of \(list.count) updates is readable") }
        do throws(BusError) {
            try await intake.accept(updates, for: bot, at: .now)
            return .published(last: updates.map(\.id).max())
        } catch {
            logger.warning("updates must come again", metadata: ["bot": "\(bot.name)", "error": "\(error)"])
            return .unpublished
        }
    }

    /// What has no update_id can't be asked for again either: it is reported and left out.
    private func readable(_ json: JSON) -> TelegramUpdate? {
        do throws(JSONError) { return try TelegramUpdate(json: json) } catch {
            logger.error("unreadable update", metadata: ["bot": "\(bot.name)", "error": "\(error)"])
            intake.countUnreadable(of: bot)
            return nil
        }
    }
}
