public import BotLanguage
public import Contracts

/// Runs a checked definition: decides what an event causes. Knows nothing of brokers and databases; the same event,
/// state and rows always give the same outcome.
///
/// ```swift
/// let engine = BotEngine(try Definition(yaml: text, file: "bot.yaml"), username: "demo_bot")
/// guard engine.concerns(event) else { return }
/// var run = engine.run(event, id: envelope.id, state: state, user: row)
/// let outcome = switch run.advance() {
/// case .finished(let outcome): outcome                            // no records needed: nothing was awaited
/// case .needs: try await run.finish(with: store)
/// }
/// ```
public struct BotEngine: Sendable {
    public let definition: Definition
    /// The bot's name on the platform without `@`; commands addressed to another bot are ignored. Nil when unknown.
    public let username: String?
    public let limits: RunLimits
    /// Which element all choices by chance take, modulo how many there are; nil: the event decides. For tests.
    package var chance: UInt64?
    /// Is told what runs; nil: nobody is.
    package var recorder: (any RunRecorder)?
    /// What the bot's owner has set.
    let config: BotConfig

    /// - Parameter config: nil: the defaults.
    public init(_ definition: Definition, username: String? = nil, limits: RunLimits = RunLimits(), config: BotConfig? = nil) {
        self.config = config ?? BotConfig(defaultsOf: definition)
        self.definition = definition
        self.username = username
        self.limits = limits
    }

    /// Whether the event can have an outcome here. False for receipts, bots' own messages, commands to other bots, and
    /// whatever has no person, or no chat and isn't a tapped button: state and rows needn't be loaded for it.
    public func concerns(_ event: Event) -> Bool {
        // Nobody's: it runs in a lane.
        if case .signal(let signal) = event.content, signal.lane != nil { return true }
        if case .timer(let timer) = event.content, timer.isOperationTimeout { return event.person != nil }
        if case .timer(let timer) = event.content, !knows(timer) || event.person == nil { return knows(timer) }
        guard let person = event.person, !person.isBot else { return false }
        // Every button must be answered, even where the platform doesn't say any more where it stands.
        if case .button = event.content { return true }
        guard event.chat != nil else { return false }
        switch event.content {
        case .message, .button, .signal, .post, .rowChange, .timer, .operation: return true
        case .command(let command, _):
            guard let addressee = command.addressee, let username else { return true }
            return addressee.lowercased() == username.lowercased()
        // Only messages that follow a row need to know what became of them; and who is out of reach is kept.
        case .receipt: return !definition.liveCollections.isEmpty || Interpreter.isBlocked(by: event) != nil
        case .membership(let change):
            return Interpreter.isBlocked(by: event) != nil || Interpreter.triggers(of: change).contains { definition.answers($0) }
        case .messageEdited, .poll, .pollAnswer, .native: return false
        }
    }

    /// Begins to handle an event.
    ///
    /// - Parameters:
    ///   - id: the event's envelope: the seed of everything random.
    ///   - state: of this (bot, chat, person); `ConversationState()` at first, and when what was stored can't be read.
    ///   - lane: how urgent the event is, and so what it causes.
    ///   - user: the person's row in `users`, already there, with the columns of `definition.store.users`; nil for an event
    ///     without a person.
    public func run(_ event: Event, id: EnvelopeID, lane: Lane = .interactive, state: ConversationState, user: Record?) -> Run {
        Run(engine: self, event: event, id: id, lane: lane, state: state, user: user)
    }
}

/// How far a run has come.
public enum Progress: Sendable {
    case finished(Outcome)
    /// Goes on after ``Run/answer(_:)`` with the reply to this.
    case needs(RecordRequest)
}

extension Run {
    /// Advances to the end, asking `store` for what the run needs.
    public mutating func finish(with store: some RecordStore) async throws -> Outcome {
        while true {
            switch advance() {
            case .finished(let outcome): return outcome
            case .needs(let request):
                do { answer(try await store.perform(request)) } catch let failure as RunFailure { fail(failure) }
            }
        }
    }
}
