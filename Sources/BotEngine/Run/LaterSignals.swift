import BotLanguage
import CEL
import Contracts
import JSON

// `at` and `cancel`: signals at later moments. Each belongs to the conversation in which it will be handled, or to its lane.
extension Interpreter {
    mutating func schedule(_ later: Step.Later, _ variables: Variables) throws(Interruption) {
        let target = later.signal.target
        guard let handler = definition.signals[target.name] else { return }
        guard case .timestamp(let moment) = try evaluate(later.moment, variables) else {
            throw fail(.value, "no moment", at: later.moment.position)
        }
        let due = Timestamp(moment)
        let arguments = try arguments(target, handler.parameters, variables)
        // Those that lead to one another without any time between them would never end.
        let hops = due.milliseconds < event.at.milliseconds.addingReportingOverflow(Self.pause).partialValue ? hops : 0
        guard hops <= engine.limits.hops else {
            throw fail(.limit, "more than \(engine.limits.hops) signals led to one another", at: target.position)
        }
        let key = try key(later.key, variables)
        for place in try places(of: handler, later.signal.to, variables) {
            var payload: [JSONObject.Member] = []
            if !arguments.isEmpty { payload.append(("arguments", .object(arguments))) }
            if hops > 0 { payload.append(("hops", .int(Int64(hops)))) }
            try request(
                .set(
                    SetTimer(
                        bot: event.bot, platform: place?.platform ?? event.platform, at: event.at, chat: place?.chat, person: place?.person,
                        thread: place?.thread, key: TimerKey.signal(target.name, place?.key, key), revision: 0, name: target.name,
                        payload: payload.isEmpty ? .null : .object(JSONObject(payload)), schedule: .at(due))))
        }
    }

    mutating func cancel(_ cancel: Step.Cancel, _ variables: Variables) throws(Interruption) {
        guard let handler = definition.signals[cancel.signal] else { return }
        let key = try key(cancel.key, variables)
        for place in try places(of: handler, cancel.to, variables) {
            try request(
                .cancel(CancelTimers(bot: event.bot, revision: 0, target: .key(TimerKey.signal(cancel.signal, place?.key, key)))))
        }
    }

    private mutating func key(_ expression: Expression?, _ variables: Variables) throws(Interruption) -> String? {
        guard let expression else { return nil }
        guard case .string(let key) = try evaluate(expression, variables) else { throw fail(.value, "no text", at: expression.position) }
        return key
    }

    /// Where somebody talks to the bot.
    struct Place {
        var platform: Platform
        var chat: Chat
        var person: Person
        var thread: String?

        var key: (chat: ChatID, person: PersonID) { (chat.id, person.id) }
    }

    /// Nil stands for the signal's lane.
    private mutating func places(
        of handler: SignalHandler, _ to: Expression?, _ variables: Variables
    ) throws(Interruption) -> [Place?] {
        if handler.lane != nil { return [nil] }
        if let to { return try recipients(to, variables).map { place(of: $0) } }
        guard let chat = event.chat, let person = event.person else { return [] }
        return [Place(platform: event.platform, chat: chat, person: person, thread: event.thread)]
    }

    /// A person's own chat with the bot.
    func place(of person: CELObject) -> Place {
        func text(_ field: String) -> String? { if case .string(let text)? = person[field] { text } else { nil } }
        let id = text("platform_id") ?? ""
        return Place(
            platform: text("platform").flatMap(Platform.init) ?? event.platform, chat: Chat(id: ChatID(id), kind: .direct),
            person: Person(
                id: PersonID(id), firstName: text("first_name") ?? "", lastName: text("last_name"), username: text("username"),
                language: text("language")))
    }

    /// Signals with less than this between them count as leading to one another.
    private static let pause: Int64 = 1_000

    mutating func dispatch(_ due: DueTimer, signal name: String) throws(Interruption) {
        guard let handler = definition.signals[name] else { return }
        let payload = due.payload.object ?? JSONObject()
        var signal = Signal(
            name: name, arguments: payload["arguments"]?.object ?? JSONObject(), hops: Int(clamping: payload["hops"]?.int ?? 0))
        // One that an earlier version of the definition has set in another place.
        guard (handler.lane == nil) == (event.person != nil) else { return }
        guard let lane = handler.lane else { return try dispatch(signal) }
        var inner = baseVariables()
        guard try bind(signal.arguments, handler.parameters, &inner) else { return }
        guard case .string(let text) = try evaluate(lane, inner) else { throw fail(.expression, "no text", at: lane.position) }
        signal.lane = text
        effects.append(
            .event(Event(bot: event.bot, platform: event.platform, at: event.at, content: .signal(signal)), self.lane))
    }
}
