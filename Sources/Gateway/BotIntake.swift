package import Registry
package import Runtime

/// A bot whose updates come in here, and how.
package struct BotIntake: Sendable {
    package enum Updates: Sendable {
        /// The gateway asks for them.
        case polling
        /// The platform brings them.
        case webhook(WebhookSettings)
    }

    package var account: BotAccount
    package var updates: Updates

    package init(account: BotAccount, updates: Updates) {
        self.account = account
        self.updates = updates
    }
}

/// How the platform brings updates.
package struct WebhookSettings: Sendable {
    /// The path that the gateway serves.
    package var path: String
    /// Stands in the `X-Telegram-Bot-Api-Secret-Token` header of every genuine update.
    package var secret: Secret
    /// The public address to be registered; nil: somebody else registers it.
    package var url: String?
    /// Connections that Telegram may open at one time, 1–100. Default 40, Telegram's own.
    package var maxConnections: Int

    package init(path: String, secret: Secret, url: String?, maxConnections: Int = 40) {
        self.path = path
        self.secret = secret
        self.url = url
        self.maxConnections = maxConnections
    }
}

extension BotIntake.Updates {
    package init(bot: String, _ settings: SettingsReader) {
        let mode = settings.value(
            "updates", .choice(placeholder: Mode.polling), default: .polling,
            "Whether the gateway asks for updates or Telegram brings them.")
        let webhook = WebhookSettings(bot: bot, isUsed: mode == .webhook, settings)
        self = mode == .webhook ? .webhook(webhook) : .polling
    }

    private enum Mode: String, CaseIterable, Sendable {
        case polling, webhook
    }
}

extension WebhookSettings {
    fileprivate init(bot: String, isUsed: Bool, _ settings: SettingsReader) {
        path = settings.value(
            "webhook.path", .text("a path such as `/telegram/demo`"), default: "/telegram/\(bot)", "The path that the gateway serves.")
        secret =
            settings.optional(
                "webhook.secret", .secret, "1–256 of `A-Z a-z 0-9 _ -`; updates without it are refused. Needed for a webhook.")
            ?? Secret("")
        url = settings.optional(
            "webhook.url", .text("an https address"), "Registered with Telegram at start. Without it somebody else registers the webhook.")
        maxConnections = settings.value(
            "webhook.max_connections", .integer(1...100), default: 40, "Connections that Telegram may open at one time.")
        guard isUsed else { return }
        if secret.isEmpty {
            settings.reject("webhook.secret", "is missing: without it anybody could send updates")
        } else if !Self.isSecretToken(secret.reveal()) {
            settings.reject("webhook.secret", "must be 1–256 of `A-Z a-z 0-9 _ -`: Telegram takes nothing else")
        }
        if !Self.isPlainPath(path) { settings.reject("webhook.path", "must begin with `/`, and have only `A-Z a-z 0-9 _ - . ~ /` in it") }
        if let url, !url.hasPrefix("https://"), !url.hasPrefix("http://") {
            settings.reject("webhook.url", "must begin with `https://` (`http://` for a Bot API server of your own)")
        }
    }

    private static func isSecretToken(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count)
            && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    /// The router gives `:`, `*` and braces a meaning of its own.
    private static func isPlainPath(_ text: String) -> Bool {
        text.hasPrefix("/") && text.utf8.allSatisfy { isLetterOrDigit($0) || "_-.~/".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }
}
