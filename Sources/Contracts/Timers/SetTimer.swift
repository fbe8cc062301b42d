public import JSON

/// The request `timers.set`: a bot wants an event at a later moment, or again and again.
///
/// Requests about one key may overtake each other on their way. What decides is ``revision``, not the order of arrival: one whose
/// revision is not greater than the last that the scheduler knows of the key changes nothing. So a repeat is harmless, and a set
/// that comes after the cancel that was meant to end it does not bring the timer back.
public struct SetTimer: Sendable, Hashable {
    public var bot: BotName
    public var platform: Platform
    /// When it was asked for. Recurring schedules and lists begin with their first moment after it.
    public var at: Timestamp
    /// Where it fires; chosen as in ``Event``, whose order it takes part in. Both nil: an event of the bot alone.
    public var chat: Chat?
    public var person: Person?
    public var thread: String?
    /// Which timer of the bot, chosen by whoever sets it: 1–128 bytes without control characters. Setting it again moves it. Parts
    /// divided by `/` can be cancelled together: `rows/orders/17/reminder` by the prefix `rows/orders/17/`.
    public var key: String
    /// Grows with every request about the key, and with every one about a prefix of it: the version of what the timer belongs to,
    /// or a number drawn from one sequence while that is locked. 0 or more.
    public var revision: Int64
    /// What the event is called: 1–64 bytes without control characters.
    public var name: String
    /// Comes back in the event as it is.
    public var payload: JSON
    /// The lane of the event. Default normal.
    public var lane: Lane
    public var schedule: TimerSchedule

    public init(
        bot: BotName, platform: Platform, at: Timestamp, chat: Chat? = nil, person: Person? = nil, thread: String? = nil, key: String,
        revision: Int64, name: String, payload: JSON = .null, lane: Lane = .normal, schedule: TimerSchedule
    ) {
        self.bot = bot
        self.platform = platform
        self.at = at
        self.chat = chat
        self.person = person
        self.thread = thread
        self.key = key
        self.revision = revision
        self.name = name
        self.payload = payload
        self.lane = lane
        self.schedule = schedule
    }

    /// The most bytes that a request may have, all in all.
    public static let maximumSize = 32_768

    /// The event that it becomes.
    ///
    /// - Parameters:
    ///   - due: the moment it was meant for.
    ///   - now: the moment it fires.
    public func event(due: Timestamp, now: Timestamp) -> Event {
        Event(
            bot: bot, platform: platform, at: now, chat: chat, person: person, thread: thread,
            content: .timer(DueTimer(key: key, revision: revision, name: name, due: due, payload: payload)))
    }
}

extension SetTimer: JSONCodable {
    /// - Throws: ``JSONError`` for a key, name, revision or schedule that breaks its limits, too.
    public init(json: JSON) throws(JSONError) {
        bot = try json.required("bot")
        platform = try json.required("platform")
        at = try json.required("at")
        chat = try json.optional("chat")
        person = try json.optional("person")
        thread = try json.optional("thread")
        key = try json.timerText("key", upTo: TimerLimits.keySize)
        revision = try json.timerRevision()
        name = try json.timerText("name", upTo: TimerLimits.nameSize)
        payload = json["payload"] ?? .null
        lane = try json.optional("lane") ?? .normal
        schedule = try json.required("schedule")
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("bot", bot)
            $0.member("platform", platform)
            $0.member("at", at)
            $0.member("chat", chat)
            $0.member("person", person)
            $0.member("thread", thread)
            $0.member("key", key)
            $0.member("revision", revision)
            $0.member("name", name)
            if !payload.isNull { $0.member("payload", payload) }
            if lane != .normal { $0.member("lane", lane) }
            $0.member("schedule", schedule)
        }
    }
}

/// Sizes in bytes of UTF-8.
public enum TimerLimits {
    /// Keys become part of the event's id, which AMQP limits to 255 bytes, and so do the ids of what the event causes.
    public static let keySize = 128
    public static let nameSize = 64
    /// Moments of a list.
    public static let moments = 64

    /// Whether a key or a name is one: not empty, not too long, without control characters.
    public static func allows(_ text: String, upTo size: Int) -> Bool {
        (1...size).contains(text.utf8.count) && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }
}

extension JSON {
    func timerText(_ member: String, upTo size: Int) throws(JSONError) -> String {
        let text: String = try required(member)
        guard TimerLimits.allows(text, upTo: size) else {
            throw JSONError(.value, "must have 1 to \(size) bytes and no control characters", path: [member])
        }
        return text
    }

    func timerRevision() throws(JSONError) -> Int64 {
        let revision: Int64 = try required("revision")
        guard revision >= 0 else { throw JSONError(.value, "must not be negative", path: ["revision"]) }
        return revision
    }
}
