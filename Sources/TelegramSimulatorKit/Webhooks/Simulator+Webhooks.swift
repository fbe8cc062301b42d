import JSON

extension Simulator {
    /// Delivers updates to webhooks until the task is cancelled.
    package func deliverWebhooks(over transport: any WebhookTransport) async {
        var timers: [BotID: Double] = [:]
        await withDiscardingTaskGroup { group in
            for await bot in webhookSignals {
                let (due, wake, now) = with { world in
                    let (due, wake) = world.takeDeliveries(bot)
                    return (due, wake, world.now)
                }
                for delivery in due { group.addTask { await self.deliver(delivery, over: transport) } }
                if let armed = timers[bot], armed <= now { timers[bot] = nil }
                guard let wake, wake > now, wake < timers[bot] ?? .infinity else { continue }
                timers[bot] = wake
                group.addTask {
                    try? await Task.sleep(for: .seconds(wake - now))
                    self.wakeWebhook(bot)
                }
            }
            group.cancelAll()
        }
    }

    private func deliver(_ delivery: World.Delivery, over transport: any WebhookTransport) async {
        var headers: [(name: String, value: String)] = [("Content-Type", "application/json")]
        if let secret = delivery.secretToken { headers.append(("X-Telegram-Bot-Api-Secret-Token", secret)) }
        let result: World.DeliveryResult
        do {
            let response = try await transport.post(delivery.url, headers: headers, body: delivery.body, for: delivery.bot)
            if (200...299).contains(response.status) {
                result = .success
                answer(response, delivery.bot)
            } else {
                result = .failure(
                    "Wrong response from the webhook: \(response.status)", status: response.status,
                    retryAfter: response.retryAfter)
            }
        } catch {
            result = .failure("Connection refused", status: nil, retryAfter: 0)
        }
        with { $0.finish(delivery, result) }
    }

    /// A webhook's answer may carry one method call; its result goes nowhere.
    private func answer(_ response: WebhookResponse, _ bot: BotID) {
        guard !response.body.isEmpty,
            let parameters = try? RequestParser.parse(query: nil, contentType: response.contentType, body: response.body),
            let method = parameters.text("method")?.lowercased(),
            !["deletewebhook", "setwebhook", "close", "logout"].contains(method), !method.hasPrefix("get")
        else { return }
        _ = call(method, bot, parameters)
    }
}
