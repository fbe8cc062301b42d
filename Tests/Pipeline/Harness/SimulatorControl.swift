import HTTPClient
import JSON

/// The simulator's control API: what people do, what they see, and what goes wrong on purpose.
struct SimulatorControl: Sendable {
    let client: HTTPClient
    let url: String

    func get(_ path: String, _ query: [(String, String)] = [], timeout: Duration = .seconds(70)) async throws -> JSON {
        try await call(.get, path + Self.text(query), body: .none, timeout: timeout)
    }

    @discardableResult
    func post(_ path: String, _ body: JSON) async throws -> JSON {
        try await call(.post, path, body: .bytes(body.bytes), timeout: .seconds(30))
    }

    func delete(_ path: String) async throws { _ = try await call(.delete, path, body: .none, timeout: .seconds(30)) }

    @discardableResult
    func upload(_ path: String, _ query: [(String, String)], _ bytes: [UInt8]) async throws -> JSON {
        try await call(.post, path + Self.text(query), body: .bytes(bytes), timeout: .seconds(30))
    }

    private func call(_ method: HTTPRequest.Method, _ path: String, body: HTTPRequest.Body, timeout: Duration) async throws -> JSON {
        let response = try await client.execute(
            HTTPRequest(
                method, "\(url)/control/v1/\(path)", headers: ["Content-Type": "application/json"], body: body,
                timeouts: .init(total: timeout)))
        guard response.status == 200 else {
            throw PipelineFailure(
                "the simulator answers \(path) with \(response.status): \(String(decoding: response.body.prefix(300), as: UTF8.self))")
        }
        return try JSON(parsing: response.body)
    }

    private static func text(_ query: [(String, String)]) -> String {
        query.isEmpty ? "" : "?" + query.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }
}

/// One person with one bot, as on the chat page.
actor SimulatedChat {
    /// What became visible: a new or edited message, or the short note over the chat.
    struct Sight: Sendable, CustomStringConvertible {
        var type: String
        var text: String
        /// Labels of the inline buttons.
        var buttons: [[String]]
        var messageID: Int64?

        var description: String { "\(type): \(text) \(buttons)" }
    }

    let bot: String
    let person: String
    private let control: SimulatorControl
    private var cursor: Int64 = 0
    private var unseen: [Sight] = []
    /// How long the bot took from what the person did to the first thing that became visible.
    private(set) var answerTimes: [Duration] = []
    private var actedAt: ContinuousClock.Instant?

    init(_ control: SimulatorControl, bot: String, person: String) {
        self.control = control
        self.bot = bot
        self.person = person
    }

    private var place: [(String, JSON)] { [("bot", .string(bot)), ("person", .string(person))] }
    private var query: [(String, String)] { [("bot", bot), ("person", person)] }

    func say(_ text: String) async throws {
        actedAt = .now
        try await control.post("messages", .object(JSONObject(place + [("text", .string(text))])))
    }

    func send(_ kind: String, name: String, _ bytes: [UInt8]) async throws {
        actedAt = .now
        try await control.upload("files", query + [("kind", kind), ("name", name)], bytes)
    }

    /// Taps the newest inline button with this label, or the one of a certain message.
    func tap(_ label: String, of message: Int64? = nil) async throws {
        actedAt = .now
        var body = place + [("label", .string(label))]
        if let message { body.append(("message_id", .int(message))) }
        try await control.post("presses", .object(JSONObject(body)))
    }

    /// For what concerns more than this chat.
    func post(_ path: String, _ body: JSON) async throws { try await control.post(path, body) }

    /// The texts of all messages, the oldest first.
    func transcript() async throws -> [String] {
        let messages = try await control.get("transcript", query)["messages"]?.array ?? []
        return messages.compactMap { $0["message"]?["text"]?.string }
    }

    /// The next thing that the person sees and that has this text in it; what comes before it is skipped.
    @discardableResult
    func sees(_ text: String, within bound: Duration = .seconds(20)) async throws -> Sight {
        let deadline = ContinuousClock.now + bound
        var skipped: [Sight] = []
        while true {
            while !unseen.isEmpty {
                let sight = unseen.removeFirst()
                if sight.text.contains(text) { return sight }
                skipped.append(sight)
            }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw PipelineFailure("\(person) did not see “\(text)” within \(bound), but \(skipped)") }
            let seconds = max(1, min(20, left.milliseconds / 1000))
            let news = try await control.get("wait", query + [("since", String(cursor)), ("changes", "1"), ("timeout", String(seconds))])
            cursor = news["cursor"]?.int ?? cursor
            unseen += (news["changes"]?.array ?? []).compactMap(Self.sight)
            if let began = actedAt, !unseen.isEmpty {
                answerTimes.append(began.duration(to: .now))
                actedAt = nil
            }
        }
    }

    /// Nil for what is no sight of the bot's: the person's own messages, chat actions.
    private static func sight(_ change: JSON) -> Sight? {
        let type = change["type"]?.string ?? ""
        if type == "callback_answer" {
            guard let text = change["text"]?.string else { return nil }
            return Sight(type: type, text: text, buttons: [])
        }
        guard type == "message" || type == "edited", let message = change["message"], message["from"]?["is_bot"]?.bool == true else {
            return nil
        }
        return Sight(
            type: type, text: message["text"]?.string ?? message["caption"]?.string ?? "",
            buttons: labels(message["reply_markup"]?["inline_keyboard"]),
            messageID: message["message_id"]?.int)
    }

    /// The labels of the keyboard below the text field now.
    func keyboard() async throws -> [[String]] {
        let transcript = try await control.get("transcript", query + [("limit", "1")])
        return Self.labels(transcript["chat"]?["reply_keyboard"]?["keyboard"])
    }

    private static func labels(_ rows: JSON?) -> [[String]] {
        (rows?.array ?? []).map { row in (row.array ?? []).compactMap { $0["text"]?.string } }
    }
}
