import JSON

extension World {
    /// One update to post to a webhook.
    package struct Delivery: Sendable {
        package let bot: BotID
        /// ``Webhook/number``
        let webhook: Int
        package let url: String
        package let secretToken: String?
        package let update: UpdateID
        package let lane: WebhookLane
        package let body: [UInt8]
        package let expiresAt: Double
    }

    /// How a webhook answered.
    package enum DeliveryResult: Sendable {
        case success
        /// `retryAfter` in seconds, 0 for none. `status` is nil when no answer came.
        case failure(String, status: Int?, retryAfter: Double)
    }

    /// The deliveries that are due for one bot, and when to look again; nil for never before another effect.
    package mutating func takeDeliveries(_ bot: BotID) -> (due: [Delivery], nextWake: Double?) {
        var due: [Delivery] = []
        let time = now
        // Updates may have died while they waited: their lanes go on with the next one.
        while let webhook = bots[bot]?.webhook {
            let taken = bots[bot]?.webhook?.schedule.takeDue(now: time) ?? []
            guard !taken.isEmpty else { break }
            for (id, lane) in taken {
                guard let entry = bots[bot]?.updates.entry(id), entry.expiresAt > now else {
                    bots[bot]?.updates.remove(id)
                    bots[bot]?.webhook?.schedule.succeeded(lane, now: time)
                    continue
                }
                due.append(
                    Delivery(
                        bot: bot, webhook: webhook.number, url: webhook.url, secretToken: webhook.secretToken, update: id, lane: lane,
                        body: entry.document, expiresAt: entry.expiresAt))
            }
        }
        return (due, bots[bot]?.webhook?.schedule.nextWake)
    }

    /// Bots whose webhook has something to do, for the first look after a move of the clock.
    package var botsWithDeliveries: [BotID] { bots.values.filter { $0.webhook?.schedule.isIdle == false }.map(\.id) }

    package mutating func finish(_ delivery: Delivery, _ result: DeliveryResult) {
        let bot = delivery.bot
        // The webhook may have been removed or replaced meanwhile.
        guard bots[bot]?.webhook?.number == delivery.webhook else { return }
        let now = now
        switch result {
        case .success:
            statistics.countDelivery(succeeded: true)
            bots[bot]?.webhook?.goneSince = nil
            bots[bot]?.updates.remove(delivery.update)
            bots[bot]?.webhook?.schedule.succeeded(delivery.lane, now: now)
        case .failure(let message, let status, let retryAfter):
            statistics.countDelivery(succeeded: false)
            bots[bot]?.webhook?.lastErrorDate = Int64(now)
            bots[bot]?.webhook?.lastErrorMessage = message
            if status == 410 {
                let since = bots[bot]?.webhook?.goneSince ?? now
                guard now - since <= 23 * 3_600 else {
                    bots[bot]?.webhook = nil
                    emit(.webhooksChanged)
                    return
                }
                bots[bot]?.webhook?.goneSince = since
            } else {
                bots[bot]?.webhook?.goneSince = nil
            }
            var random = random
            let isRepeated =
                bots[bot]?.webhook?.schedule.failed(
                    delivery.lane, retryAfter: retryAfter, expiresAt: delivery.expiresAt, now: now, random: &random) ?? false
            self.random = random
            if !isRepeated { bots[bot]?.updates.remove(delivery.update) }
        }
        emit(.webhookDue(bot))
    }

    // MARK: setWebhook, deleteWebhook, getWebhookInfo

    mutating func setWebhook(_ call: Call) throws(APIFailure) -> APIAnswer {
        let parameters = call.parameters
        guard let url = parameters.text("url") else { return deleteWebhook(call) }
        if limiter.limits.isOn, let bot = bots[call.bot], now < bot.nextWebhookAllowedAt { throw .tooManyRequests(1) }
        bots[call.bot]?.nextWebhookAllowedAt = now + limiter.limits.setWebhookInterval
        guard url.hasPrefix("https://") || Self.isLoopback(url) else {
            throw .badRequest("bad webhook: An HTTPS URL must be provided for webhook")
        }
        let secret = parameters.text("secret_token")
        if let secret {
            guard secret.utf8.count <= 256 else { throw .badRequest("secret token is too long") }
            guard secret.utf8.allSatisfy({ Self.isSecretTokenByte($0) }) else {
                throw .badRequest("secret token contains unallowed characters")
            }
        }
        let connections = Int(min(max(parameters.int("max_connections") ?? 40, 1), 100))
        let drops = parameters.bool("drop_pending_updates")
        rememberAllowedUpdates(call.bot, parameters)
        if let old = bots[call.bot]?.webhook, old.url == url, old.secretToken == secret,
            old.maximumConnections == connections, old.ipAddress == parameters.text("ip_address"), !drops
        {
            return .success(Array("true".utf8), description: "Webhook is already set")
        }
        if drops { bots[call.bot]?.updates.removeAll() }
        abortPoll(call.bot, "terminated by setWebhook request")
        var schedule = WebhookSchedule(
            baseDelay: configuration.webhookRetryBase, maximumDelay: configuration.webhookRetryMaximum,
            maximumConnections: connections)
        for entry in bots[call.bot]?.updates.all ?? [] { schedule.add(entry.id, lane: entry.lane, now: now) }
        let number = (bots[call.bot]?.webhooks ?? 0) + 1
        bots[call.bot]?.webhooks = number
        bots[call.bot]?.webhook = Webhook(
            number: number, url: url, secretToken: secret, maximumConnections: connections, ipAddress: parameters.text("ip_address"),
            hasCustomCertificate: parameters.uploads["certificate"] != nil, schedule: schedule)
        emit(.webhooksChanged)
        emit(.webhookDue(call.bot))
        return .success(Array("true".utf8), description: "Webhook was set")
    }

    mutating func deleteWebhook(_ call: Call) -> APIAnswer {
        let existed = bots[call.bot]?.webhook != nil
        bots[call.bot]?.webhook = nil
        if existed { emit(.webhooksChanged) }
        if call.parameters.bool("drop_pending_updates") { bots[call.bot]?.updates.removeAll() }
        return .success(Array("true".utf8), description: existed ? "Webhook was deleted" : "Webhook is already deleted")
    }

    mutating func webhookInfo(_ call: Call) -> APIAnswer {
        bots[call.bot]?.updates.expire(now)
        var json = JSONWriter()
        guard let bot = bots[call.bot] else { return .failure(.unauthorized) }
        json.object {
            $0.member("url", bot.webhook?.url ?? "")
            $0.member("has_custom_certificate", bot.webhook?.hasCustomCertificate ?? false)
            $0.member("pending_update_count", bot.updates.count)
            guard let webhook = bot.webhook else { return }
            $0.member("ip_address", webhook.ipAddress)
            $0.member("last_error_date", webhook.lastErrorDate)
            $0.member("last_error_message", webhook.lastErrorMessage)
            $0.member("max_connections", webhook.maximumConnections)
            if bot.allowedUpdates != UpdateKind.defaults {
                $0.member("allowed_updates", bot.allowedUpdates.map(\.rawValue).sorted())
            }
        }
        return .success(json.bytes)
    }

    private static func isSecretTokenByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }

    /// Whether a URL is plain HTTP to this machine: what the simulator calls in place of HTTPS servers.
    package static func isLoopback(_ url: String) -> Bool {
        guard url.hasPrefix("http://") else { return false }
        let authority = url.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { return false }
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
