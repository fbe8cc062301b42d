public import BotLanguage
public import Contracts

/// What an event causes.
public struct Outcome: Sendable {
    /// To be stored; the same as before when the run failed.
    public var state: ConversationState
    /// Whether ``state`` differs from what the run began with.
    public var isStateChanged: Bool
    /// The chat's own conversation, to be stored as well; nil where there is none, see ``BotEngine/concernsChat(_:)``.
    public var common: ConversationState?
    public var isCommonChanged = false
    /// New values of the person's row in `users`, by column; empty when nothing changed.
    public var userChanges: [ColumnValue]
    /// In the order in which they are to be published.
    public var effects: [Effect]
    /// The definition's fault. What the run wrote through ``RecordStore`` must be undone; the effects tell the person
    /// kindly and are to be sent all the same.
    public var failure: RunFailure?
    /// What answered, for metrics and traces: `command start`, `screen home`, `form add`, `message text`, `button`,
    /// `menu` (a reply keyboard), `expired button`, `fallback`, `ignored`. Contains names from the definition only.
    public var trigger: String
    /// What went differently than meant without being the definition's fault: for the log, without data.
    public var notices: [String] = []
    /// Rows that it changed and that other conversations may show.
    package var changedRows: Set<LiveRow> = []
    /// What it took, in CEL's steps; a question to the store counts for as many as take about as long.
    package var effort = 0
    /// Those of them that this conversation shows as they are now.
    package var drawnRows: Set<LiveRow> = []
    /// The same of the chat's own conversation.
    package var drawnCommonRows: Set<LiveRow> = []
    /// Polls whose answers are to be told from now on.
    package var polls: [KnownPoll] = []
    /// What is wrong with timers of rows that nobody was about to change: they aren't set, and nothing else suffers.
    public var complaints: [RunFailure] = []

    /// Those of the effects that are something to do on a platform.
    public var commands: [Command] {
        effects.compactMap { effect in if case .command(let command, _) = effect { command } else { nil } }
    }
}

/// Something that an event causes.
public enum Effect: Sendable {
    /// Something to do on a platform.
    case command(Command, Lane)
    /// Something for another conversation of the bot, or for this one, after this event.
    case event(Event, Lane)
    /// A moment for the scheduler to keep, or to forget. Its revision is 0; see ``TimerRequest/numbered(_:)``.
    case timer(TimerRequest, Lane)
    /// Something for a worker.
    case request(OperationRequest, Lane)

    var isCommand: Bool { if case .command = self { true } else { false } }
    var isEvent: Bool { if case .event = self { true } else { false } }
    var isRequest: Bool { if case .request = self { true } else { false } }
}

/// Why a definition couldn't answer an event.
public struct RunFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure. New ones may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        private init(_ description: String) { self.description = description }

        /// An expression had no value.
        public static let expression = Code("expression")
        /// A limit of ``RunLimits`` was reached.
        public static let limit = Code("limit")
        /// A unique rule or a reference forbade a write, and the step has no `else`.
        public static let conflict = Code("conflict")
        /// A value doesn't fit its field: too long, too large, null.
        public static let value = Code("value")
        /// A message that the platform wouldn't take, such as an empty text.
        public static let output = Code("output")
        /// A reply that doesn't fit its request, or a value that the store can't take.
        public static let store = Code("store")
    }

    public var code: Code
    /// For the author of the definition; contains no data.
    public var message: String
    /// Where in the definition; nil when no single place is to blame.
    public var position: SourcePosition?

    public init(_ code: Code, _ message: String, at position: SourcePosition? = nil) {
        self.code = code
        self.message = message
        self.position = position
    }

    /// `bot.yaml:12:9: no such key: …`
    public var description: String { (position.map { "\($0): " } ?? "") + message }
}

/// What one event may cost. Beyond it the run fails with ``RunFailure/Code/limit``.
public struct RunLimits: Sendable, Hashable {
    /// Steps, counting those of loops each time.
    public var steps: Int
    /// Requests to the store.
    public var requests: Int
    /// Rows read in all.
    public var rows: Int
    /// Commands.
    public var commands: Int
    /// Events: signals, and what others are to see.
    public var events: Int
    /// Requests to the scheduler.
    public var timers: Int
    /// Signals and operations that lead to one another.
    public var hops: Int
    /// Operations that workers are asked for.
    public var operations: Int
    /// Evaluated expressions.
    public var evaluations: Int
    /// What one of them may cost, in CEL's steps; 50,000 take about 5 ms.
    public var expressionCost: Int
    /// What all of them together may cost, counting those that are repeated when an answer of the store has come; 500,000
    /// take 100 ms at most.
    public var cost: Int
    /// UTF-8 bytes of all texts that are made, and of what is handed to others.
    public var output: Int

    public init(
        steps: Int = 1_000, requests: Int = 200, rows: Int = 2_000, commands: Int = 30, events: Int = 1_000, timers: Int = 1_000,
        hops: Int = 1_000,
        evaluations: Int = 5_000,
        expressionCost: Int = 50_000, operations: Int = 20, cost: Int = 500_000, output: Int = 2_000_000
    ) {
        self.steps = steps
        self.requests = requests
        self.rows = rows
        self.commands = commands
        self.events = events
        self.timers = timers
        self.hops = hops
        self.operations = operations
        self.evaluations = evaluations
        self.expressionCost = expressionCost
        self.cost = cost
        self.output = output
    }
}
