package import JSON

/// What outlives the simulator: Telegram doesn't forget webhooks, and bots don't set them again unasked.
extension World {
    /// The webhooks of all bots, each as the parameters of the `setWebhook` that sets it, with the bot's id.
    package func webhooksJSON() -> [UInt8] {
        var json = JSONWriter()
        json.array { json in
            for bot in bots.values.sorted(by: { $0.id < $1.id }) {
                guard let webhook = bot.webhook else { continue }
                json.object {
                    $0.member("bot", bot.id)
                    $0.member("url", webhook.url)
                    $0.member("secret_token", webhook.secretToken)
                    $0.member("max_connections", webhook.maximumConnections)
                    $0.member("ip_address", webhook.ipAddress)
                    $0.member("allowed_updates", bot.allowedUpdates.map(\.rawValue).sorted())
                }
            }
        }
        return json.bytes
    }

    /// Sets webhooks that ``webhooksJSON()`` wrote down. Those of bots that are not here are left out, and what can't be set as well.
    package mutating func restoreWebhooks(_ json: JSON) {
        for entry in json.array ?? [] {
            guard let object = entry.object, let id = entry["bot"]?.int, bots[id] != nil, entry["url"] != nil else { continue }
            _ = try? setWebhook(Call(bot: id, parameters: Parameters(object)))
            // This was no call of the bot's, so it doesn't count for the limit.
            bots[id]?.nextWebhookAllowedAt = -.infinity
        }
    }
}
