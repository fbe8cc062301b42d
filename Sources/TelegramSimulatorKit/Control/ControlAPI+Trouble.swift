package import JSON

/// Faults and limits.
extension ControlAPI {
    /// One of `code` (with `retry_after`, `description`), `reset` ("before", "after") or `delay`; and one of `next`,
    /// `every`, `share`; for `method`, `bot` and `chat` as far as given.
    func addFault(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        let effect: FaultRule.Effect
        if let code = p.int("code") {
            guard (400...599).contains(code) else { throw .badRequest("code must be 400 to 599") }
            let retryAfter = p.int("retry_after").map { Int(clamping: $0) } ?? (code == 429 ? 1 : nil)
            let text =
                p.text("description") ?? retryAfter.flatMap { code == 429 ? "Too Many Requests: retry after \($0)" : nil }
                ?? Self.reason(Int(code))
            effect = .answer(APIFailure(Int(code), text, retryAfter: retryAfter))
        } else if let reset = p.text("reset") {
            guard reset == "before" || reset == "after" else { throw .badRequest("reset must be before or after") }
            effect = reset == "before" ? .resetBefore : .resetAfter
        } else if let delay = p.double("delay"), (0...3_600).contains(delay) {
            effect = .delay(delay)
        } else {
            throw .badRequest("one of code, reset, delay is required")
        }
        let trigger: FaultRule.Trigger
        if let next = p.int("next"), next > 0 {
            trigger = .next(Int(clamping: next))
        } else if let every = p.int("every"), every > 0 {
            trigger = .every(Int(clamping: every))
        } else if let share = p.double("share"), (0...1).contains(share) {
            trigger = .share(share)
        } else {
            throw .badRequest("one of next, every (positive), share (0 to 1) is required")
        }
        return try simulator.run { world throws(APIFailure) in
            let bot = p.text("bot") == nil ? nil : try world.bot(p)
            let id = world.faults.add(FaultRule(effect, trigger, method: p.text("method"), bot: bot, chat: p.int("chat")))
            return Array("{\"id\":\(id)}".utf8)
        }
    }

    private static func reason(_ code: Int) -> String {
        switch code {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 409: "Conflict"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: code < 500 ? "Bad Request" : "Internal Server Error"
        }
    }

    /// `on`, `reply_window`, and for each rule an object of `rate`, `burst`, `penalty`; what is absent stays.
    func changeLimits(_ p: Parameters) throws(APIFailure) -> [UInt8] {
        var limits = simulator.with { $0.limiter.limits }
        if p.contains("on") { limits.isOn = p.bool("on") }
        if let window = p.double("reply_window"), window >= 0 { limits.replyWindow = window }
        for (name, path) in FloodLimits.rules {
            guard let json = try p.json(name, name) else { continue }
            var rule = limits[keyPath: path]
            rule.rate = json["rate"]?.double ?? rule.rate
            rule.burst = json["burst"]?.double ?? rule.burst
            rule.penalty = json["penalty"]?.double ?? rule.penalty
            guard rule.rate >= FloodLimits.Rule.slowest, rule.burst >= 1, (0...FloodLimits.Rule.longestPenalty).contains(rule.penalty)
            else {
                throw .badRequest(
                    "\(name): rate must be at least \(FloodLimits.Rule.slowest), burst at least 1, penalty 0 to \(Int(FloodLimits.Rule.longestPenalty))"
                )
            }
            limits[keyPath: path] = rule
        }
        return simulator.with { world in
            // New rules start with full buckets.
            world.limiter = FloodLimiter(limits)
            return limits.jsonBytes
        }
    }
}

extension FloodLimits: JSONEncodable {
    static var rules: [(String, WritableKeyPath<FloodLimits, Rule>)] {
        [
            ("private_chat", \.privateChat), ("group", \.group), ("group_edits", \.groupEdits), ("bulk", \.bulk),
            ("paid_bulk", \.paidBulk),
        ]
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("on", isOn)
            json.member("reply_window", replyWindow)
            for (name, path) in Self.rules {
                let rule = self[keyPath: path]
                json.member(
                    name,
                    object: {
                        $0.member("rate", rule.rate)
                        $0.member("burst", rule.burst)
                        $0.member("penalty", rule.penalty)
                    })
            }
        }
    }
}

extension FaultPlan: JSONEncodable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("faults")
            json.array { json in
                for entry in entries {
                    json.object {
                        $0.member("id", entry.id)
                        $0.member("method", entry.rule.method)
                        $0.member("bot", entry.rule.bot)
                        $0.member("chat", entry.rule.chat)
                        $0.member("seen", entry.seen)
                        $0.member("struck", entry.struck)
                        switch entry.rule.effect {
                        case .answer(let failure):
                            $0.member("code", failure.code)
                            $0.member("retry_after", failure.retryAfter)
                        case .resetBefore: $0.member("reset", "before")
                        case .resetAfter: $0.member("reset", "after")
                        case .delay(let seconds): $0.member("delay", seconds)
                        }
                        switch entry.rule.trigger {
                        case .next(let count): $0.member("next", count)
                        case .every(let count): $0.member("every", count)
                        case .share(let share): $0.member("share", share)
                        }
                    }
                }
            }
        }
    }
}
