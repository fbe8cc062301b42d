import BotLanguage
import CEL
import Contracts
import JSON

/// The state of a run. Works in units (a decision, a step, a view); a unit that needs a record is thrown away and
/// repeated with the reply, so nothing in it need be written for waiting.
struct Interpreter: Sendable {
    enum Phase: Sendable {
        case dispatch
        case steps
        /// The top frame is to be shown.
        case view
        case done
    }

    /// Steps in progress: a list, how far it is, and the variables it sees.
    struct Cursor: Sendable {
        var steps: [Step]
        var index = 0
        var scope: Variables
        /// Of a loop: what comes next; the steps begin anew with each element.
        var loop: (variable: String, rest: ArraySlice<CELValue>)?
        /// Names that the steps behind see as well.
        var exports: [String] = []
    }

    /// What set the steps off, and so what follows when they showed nothing.
    enum Origin: Sendable {
        case handler
        case button
        case form
    }

    /// The tapped button.
    struct Press: Sendable {
        var query: String
        var message: MessageID?
        /// What was tapped, when it is this person's and still known.
        var key: ButtonKey?
        var keyboard: ShownKeyboard?
        /// Whether it stands under a message that the chat has in common.
        var isCommon = false
        /// The first view takes the tapped message's place.
        var canEdit = true
    }

    /// What stays the same throughout. Apart, because units copy everything else.
    private final class Context: Sendable {
        let engine: BotEngine
        let event: Event
        let id: EnvelopeID
        let initial: ConversationState
        let initialCommon: ConversationState?

        let lane: Lane

        init(
            _ engine: BotEngine, _ event: Event, _ id: EnvelopeID, _ lane: Lane, _ initial: ConversationState, _ common: ConversationState?
        ) {
            self.engine = engine
            self.event = event
            self.id = id
            self.lane = lane
            self.initial = initial
            initialCommon = common
        }
    }

    private let context: Context
    var engine: BotEngine { context.engine }
    var event: Event { context.event }
    var id: EnvelopeID { context.id }
    var lane: Lane { context.lane }
    var phrases: Phrases { Phrases(language: language) }

    var phase = Phase.dispatch
    /// The current conversation: the person's, or the chat's while ``isCommon``.
    var state: ConversationState
    /// The other of the two; nil where there is only one.
    var other: ConversationState?
    var isCommon: Bool
    var user: CELObject
    /// The one in which this person is spoken to.
    var language = ""
    var userChanges: [ColumnValue] = []
    /// Changes of the user's row that queries wouldn't see yet.
    var unwritten: [ColumnValue] = []
    var effects: [Effect] = []
    var cursors: [Cursor] = []
    var origin = Origin.handler
    var press: Press?
    var toast: (text: String, isAlert: Bool)?
    var hasShown = false
    var trigger = "ignored"
    var cache: [RowKey: CELObject] = [:]
    /// Rows that this event has changed and that screens may follow.
    var changedRows: Set<LiveRow> = []
    /// Those of them that were drawn here since.
    var drawn: Set<LiveRow> = []
    /// The same in ``other``.
    var otherDrawn: Set<LiveRow> = []
    /// Polls whose names the event has told.
    var polls: [KnownPoll] = []
    var redrawing: Redraw?
    /// The chat's, where the event doesn't tell it.
    var title: String?
    /// What is asked of the scheduler, the last word on each key.
    var timers: [TimerRequest] = []
    /// Rows with timers that this event has changed, as they were before, and what is still to be done for them.
    var touched: [RowKey: TouchedRow] = [:]
    var timerWork: [TimerWork] = []
    var isSettling = false
    /// What is wrong with other rows, and doesn't keep this event from being handled.
    var complaints: [RunFailure] = []
    /// For the log.
    var notices: [String] = []
    /// What the operation that has ended had behind it.
    var waitingHops = 0
    var usage = Usage()
    private var replies: ArraySlice<RecordReply> = []
    private var recoveries = 0

    struct Usage: Sendable {
        var steps = 0
        var requests = 0
        var rows = 0
        var evaluations = 0
        /// CEL's steps.
        var cost = 0
        /// Bytes.
        var output = 0
    }

    struct RowKey: Hashable, Sendable {
        var collection: String
        var id: Int64
    }

    init(
        engine: BotEngine, event: Event, id: EnvelopeID, lane: Lane, state: ConversationState, common: ConversationState? = nil,
        user: Record?
    ) {
        let common = engine.concernsChat(event) ? common ?? ConversationState() : nil
        context = Context(engine, event, id, lane, state, common)
        self.state = state
        self.state.carryOver(to: engine.rules, now: event.at)
        other = common
        other?.carryOver(to: engine.rules, now: event.at)
        // What is nobody's is the chat's.
        isCommon = event.person == nil
        // Without a person nothing in the definition asks for one.
        self.user = Rows.object(user ?? Record([]), engine.definition.collections[Table.usersName], user: nil)
        language = spoken(to: event.person == nil ? nil : self.user)
        if let button = event.pressed {
            let key = button.data.flatMap(ButtonKey.init)
            let isOwn = key?.owner == ButtonKey.fingerprint(event.person?.id)
            let isCommon = !isOwn && common != nil && key?.owner == ButtonKey.fingerprint(nil)
            let keyboards = isOwn ? self.state.keyboards : isCommon ? common?.keyboards ?? [] : []
            press = Press(
                query: button.query, message: button.message, key: key, keyboard: keyboards.first { $0.number == key?.keyboard },
                isCommon: isCommon)
        }
    }

    /// Where the event happens.
    var chat: Chat? {
        var chat = event.chat
        if chat?.title == nil { chat?.title = title }
        return chat
    }

    var definition: Definition { context.engine.definition }
    var isFinished: Bool { if case .done = phase { timerWork.isEmpty } else { false } }

    mutating func begin(replies: [RecordReply]) { self.replies = replies[...] }

    /// Does the next piece of work.
    mutating func unit() throws(Interruption) {
        switch phase {
        case .dispatch: try dispatch()
        case .steps: try nextStep()
        case .view: try showTop()
        case .done: try settleTimers()
        }
    }

    /// - Throws: `needs` until the reply is there.
    mutating func request(_ request: RecordRequest) throws(Interruption) -> RecordReply {
        usage.requests += 1
        guard usage.requests <= engine.limits.requests else {
            throw .failed(RunFailure(.limit, "more than \(engine.limits.requests) requests to the store"))
        }
        guard let reply = replies.popFirst() else { throw .needs(request) }
        return reply
    }

    // MARK: The end

    private static let effortOfRequest = 5_000

    func outcome() -> Outcome {
        var own = self
        own.turn(toCommon: event.person == nil)
        var effects = effects
        if let press { effects.insert(.command(answer(press, toast?.text, isAlert: toast?.isAlert ?? false), lane), at: 0) }
        effects += timers.map { .timer($0, lane) }
        if own.state != context.initial { own.state.version = engine.number }
        if own.other != context.initialCommon { own.other?.version = engine.number }
        var outcome = Outcome(
            state: own.state, isStateChanged: own.state != context.initial, common: own.other,
            isCommonChanged: own.other != context.initialCommon, userChanges: userChanges, effects: effects, failure: nil,
            trigger: trigger, notices: notices, changedRows: changedRows, drawnRows: Self.current(own.drawn, own.state),
            drawnCommonRows: own.other.map { Self.current(own.otherDrawn, $0) } ?? [], polls: polls, complaints: complaints)
        outcome.effort = usage.cost + usage.requests * Self.effortOfRequest
        return outcome
    }

    /// Rows of which the conversation shows one copy, and that one as it is now.
    private static func current(_ drawn: Set<LiveRow>, _ state: ConversationState) -> Set<LiveRow> {
        drawn.filter { row in state.live.count { $0.row == row } <= 1 }
    }

    /// Nothing happened but an apology to whoever did something.
    func outcome(of failure: RunFailure) -> Outcome {
        let phrase = failure.code == .conflict ? phrases.conflict : phrases.failed
        let apology = press.map { answer($0, phrase, isAlert: false) } ?? command(.send(OutgoingMessage(.text(phrase))))
        // Whoever waits for an operation waits no more.
        var state = context.initial
        state.pending.removeAll { $0.request == event.endedOperation }
        let isAwaited = event.isFromPlatform || state != context.initial
        let effects = isAwaited ? [Effect.command(apology, lane)] : []
        return Outcome(
            state: state, isStateChanged: state != context.initial, common: context.initialCommon, userChanges: [], effects: effects,
            failure: failure, trigger: trigger, notices: notices)
    }

    /// A row of an open screen is gone: the screen below is shown instead.
    mutating func recover() {
        recoveries += 1
        // Nobody waits for an answer.
        guard event.isFromPlatform else { return phase = .done }
        if case .pollAnswer = event.content { return phase = .done }
        cursors = []
        toast = toast ?? (phrases.gone, false)
        // Others still see what the chat has in common, and nobody asked for anything else.
        if press?.isCommon ?? false { return phase = .done }
        if press == nil, recoveries == 1 { effects.append(.command(command(.send(OutgoingMessage(.text(phrases.gone)))), lane)) }
        // A button of an older message: what is open now may well be all right.
        var isElsewhere = false
        if case .dispatch = phase, let owner = press?.keyboard?.owner { isElsewhere = state.frames.last?.name != owner.name }
        if !state.frames.isEmpty, !isElsewhere { state.frames.removeLast() }
        // However many screens are open: each recovery closes one of them, and home has no arguments.
        if recoveries > ConversationState.maximumFrames + 1 { state.frames = [] }
        phase = definition.home == nil && state.frames.isEmpty ? .done : .view
    }

    private func answer(_ press: Press, _ text: String?, isAlert: Bool) -> Command {
        var answer = command(
            .answerButton(ButtonAnswer(query: press.query, text: text.map { Texts.cut($0, to: Texts.toastLimit) }, isAlert: isAlert)))
        answer.chat = nil
        answer.thread = nil
        answer.isRepeatable = true
        // Telegram takes no answer to a button after some minutes; 150 s are on the safe side.
        answer.notAfter = Timestamp(milliseconds: event.at.milliseconds.addingReportingOverflow(150_000).partialValue)
        return answer
    }

    /// A command in the event's chat.
    func command(_ action: Command.Action) -> Command {
        Command(
            bot: event.bot, platform: event.platform, chat: event.chat?.id, thread: event.thread, person: event.person?.id, action: action)
    }

    /// The id that the next effect will have. The answer to a tapped button comes before all others.
    var nextEffect: EnvelopeID { id.effect(effects.count + (press == nil ? 0 : 1)) }

    mutating func append(
        _ action: Command.Action, isRepeatable: Bool = false, receipt: Command.ReceiptPolicy = .failures
    ) throws(Interruption) {
        guard effects.count(where: \.isCommand) < engine.limits.commands else {
            throw .failed(RunFailure(.limit, "more than \(engine.limits.commands) messages for one event"))
        }
        var command = command(action)
        command.isRepeatable = isRepeatable
        command.receipt = receipt
        effects.append(.command(command, lane))
    }

    func fail(_ code: RunFailure.Code, _ message: String, at position: SourcePosition? = nil) -> Interruption {
        .failed(RunFailure(code, message, at: position))
    }
}

extension Event {
    /// The tapped button; nil for everything else.
    var pressed: ButtonPress? {
        if case .button(let press) = content { press } else { nil }
    }
}
