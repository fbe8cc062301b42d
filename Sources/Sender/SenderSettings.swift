package import ObjectStore
package import RabbitBus
package import Registry
package import Runtime

/// Everything that the sender can be told.
package struct SenderSettings: SettingsGroup {
    package let bots: [BotAccount]
    package let amqp: AMQPSettings
    package let objects: ObjectStoreSettings
    package let limits: SendLimits
    /// Where the bots' folders lie.
    package let botsFolder: String
    /// Whether calls share HTTP/2 connections.
    package let usesHTTP2: Bool
    /// Commands of each queue that may be in hand.
    package let prefetch: Int

    package init(_ settings: SettingsReader) {
        bots = settings.bots { _, _ in }.map(\.account)
        amqp = settings.group()
        objects = settings.group()
        var limits = SendLimits()
        limits.directChat.burst = settings.value(
            "limits.chat.burst", .number(1...1000), default: limits.directChat.burst, "Messages to one person in one go.")
        limits.directChat.perSecond = settings.value(
            "limits.chat.rate", .number(0.01...1000), default: limits.directChat.perSecond,
            "Messages to one person per second in the long run.")
        limits.group.burst = settings.value(
            "limits.group.burst", .number(1...1000), default: limits.group.burst, "Messages to one group in one go.")
        limits.group.perSecond = settings.value(
            "limits.group.rate", .number(0.01...1000), default: limits.group.perSecond, "Messages to one group per second in the long run.")
        limits.bulk.perSecond = settings.value(
            "limits.bulk.rate", .number(0.1...1000), default: limits.bulk.perSecond,
            "Messages of the bulk lane per bot and second. 1000 needs Telegram's paid broadcasts.")
        limits.inFlightPerBot = settings.value(
            "limits.in_flight_per_bot", .integer(1...1000), default: limits.inFlightPerBot, "Calls of one bot under way at one time.")
        limits.inFlight = settings.value(
            "limits.in_flight", .integer(1...10_000), default: limits.inFlight, "Calls under way over all bots.")
        self.limits = limits
        botsFolder = settings.value("bots.folder", .text, default: "bots", "Where the bots' folders lie.")
        usesHTTP2 = settings.value(
            "sender.http2", .boolean, default: false,
            "Whether calls share HTTP/2 connections. A call that a closing connection refused can't be told from a lost one there, and is then ambiguous."
        )
        prefetch = settings.value(
            "sender.prefetch", .integer(1...65_535), default: 2000,
            "Commands of each queue that may be in hand: those of chats that must wait are.")
    }
}
