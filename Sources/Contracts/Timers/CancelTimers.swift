public import JSON

/// The request `timers.cancel`: a timer, or all whose keys begin alike, shall not fire any more.
public struct CancelTimers: Sendable, Hashable {
    public enum Target: Sendable, Hashable {
        case key(String)
        /// All keys that begin with it. It ends in `/`, so that `rows/1/` does not mean `rows/17/…`; empty: all of the bot.
        case prefix(String)
    }

    public var bot: BotName
    /// Ends only timers whose revision is smaller, those that are set later but were asked for earlier included. See
    /// ``SetTimer/revision``.
    public var revision: Int64
    public var target: Target

    public init(bot: BotName, revision: Int64, target: Target) {
        self.bot = bot
        self.revision = revision
        self.target = target
    }
}

extension CancelTimers: JSONCodable {
    public init(json: JSON) throws(JSONError) {
        bot = try json.required("bot")
        revision = try json.timerRevision()
        if json["key"] != nil {
            target = .key(try json.timerText("key", upTo: TimerLimits.keySize))
        } else {
            let prefix: String = try json.required("prefix")
            guard prefix.isEmpty || prefix.hasSuffix("/") && TimerLimits.allows(prefix, upTo: TimerLimits.keySize) else {
                throw JSONError(
                    .value, "must be empty or end in '/', with at most \(TimerLimits.keySize) bytes and no control characters",
                    path: ["prefix"])
            }
            target = .prefix(prefix)
        }
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("bot", bot)
            $0.member("revision", revision)
            switch target {
            case .key(let key): $0.member("key", key)
            case .prefix(let prefix): $0.member("prefix", prefix)
            }
        }
    }
}
