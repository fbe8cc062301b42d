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
    /// Of the definition, as the registry counts them; 0: it isn't published.
    public let number: Int
    /// Versions up to this one whose rules conversations of older ones still need, in their order.
    public let rules: [DefinitionVersion]
    /// Which element all choices by chance take, modulo how many there are; nil: the event decides. For tests.
    package var chance: UInt64?
    /// Is told what runs; nil: nobody is.
    package var recorder: (any RunRecorder)?
    /// What the bot's owner has set.
    let config: BotConfig

    /// - Parameter config: nil: the defaults.
    public init(
        _ definition: Definition, username: String? = nil, limits: RunLimits = RunLimits(), config: BotConfig? = nil, number: Int = 0,
        rules: [DefinitionVersion] = []
    ) {
        self.config = config ?? BotConfig(defaultsOf: definition)
        self.definition = definition
        self.username = username
        self.limits = limits
        self.number = number
        self.rules = rules
    }

    /// Whether the event can have an outcome here. False for receipts, bots' own messages, commands to other bots, and
    /// whatever has no person (unless it is for a chat as a whole), or no chat and isn't a tapped button: state and rows
    /// needn't be loaded for it.
    public func concerns(_ event: Event) -> Bool {
        // Nobody's: it runs in a lane.
        if case .signal(let signal) = event.content, signal.lane != nil { return true }
        if case .timer(let timer) = event.content, timer.isOperationTimeout { return event.person != nil }
        if case .timer(let timer) = event.content, !knows(timer) || event.person == nil { return knows(timer) }
        guard let person = event.person else { return event.chat != nil && concernsNobody(event) }
        guard !person.isBot else { return false }
        // It comes without a chat; the worker knows where the poll stands.
        if case .pollAnswer = event.content { return definition.handlesPolls }
        // Every button must be answered, even where the platform doesn't say any more where it stands.
        if case .button = event.content { return true }
        guard event.chat != nil else { return false }
        switch event.content {
        case .message, .button, .signal, .post, .rowChange, .timer, .operation: return true
        case .command(let command, _):
            guard let addressee = command.addressee, let username else { return true }
            return addressee.lowercased() == username.lowercased()
        // Only messages that follow a row need to know what became of them; and who is out of reach is kept.
        case .receipt: return wantsReceipts || Interpreter.isBlocked(by: event) != nil
        case .membership(let change):
            return Interpreter.isBlocked(by: event) != nil || Interpreter.triggers(of: change).contains { definition.answers($0) }
        case .messageEdited, .poll, .pollAnswer, .native: return false
        }
    }

    /// Whether an event that nobody in particular has caused is for its chat as a whole.
    private func concernsNobody(_ event: Event) -> Bool {
        switch event.content {
        case .post, .rowChange: true
        case .receipt: wantsReceipts
        default: false
        }
    }

    private var wantsReceipts: Bool { !definition.liveCollections.isEmpty || definition.handlesPolls }

    /// Whether the event needs the chat's own conversation beside the person's: several people are there, and some screens
    /// belong to all of them.
    public func concernsChat(_ event: Event) -> Bool {
        guard definition.hasCommonScreens, event.person != nil, let chat = event.chat else { return false }
        return chat.kind != .direct
    }

    /// Begins to handle an event.
    ///
    /// - Parameters:
    ///   - id: the event's envelope: the seed of everything random.
    ///   - state: of this (bot, chat, person), or of (bot, chat) for an event without a person; `ConversationState()` at first,
    ///     and when what was stored can't be read.
    ///   - common: of this (bot, chat), where ``concernsChat(_:)``; nil at first.
    ///   - lane: how urgent the event is, and so what it causes.
    ///   - user: the person's row in `users`, already there, with the columns of `definition.store.users`; nil for an event
    ///     without a person.
    public func run(
        _ event: Event, id: EnvelopeID, lane: Lane = .interactive, state: ConversationState, common: ConversationState? = nil, user: Record?
    ) -> Run {
        Run(engine: self, event: event, id: id, lane: lane, state: state, common: common, user: user)
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
