import BotLanguage
import Contracts

/// One event being handled: decides, and says what it needs to know. A value without connections: whoever drives it
/// performs its requests, for many runs at once if it likes.
public struct Run: Sendable {
    private var interpreter: Interpreter
    /// Before the unit of work at hand, which is begun anew after each reply: it asks the same questions again and
    /// gets the replies that are there.
    private var replies: [RecordReply] = []
    private var outcome: Outcome?

    init(
        engine: BotEngine, event: Event, id: EnvelopeID, lane: Lane, state: ConversationState, common: ConversationState?, user: Record?
    ) {
        interpreter = Interpreter(engine: engine, event: event, id: id, lane: lane, state: state, common: common, user: user)
    }

    init(_ interpreter: Interpreter) { self.interpreter = interpreter }

    /// Goes on until the outcome is there or a record is needed. Again the same after it finished.
    public mutating func advance() -> Progress {
        while true {
            if let outcome { return .finished(outcome) }
            var next = interpreter
            next.begin(replies: replies)
            do throws(Interruption) {
                try next.unit()
                interpreter = next
                replies = []
                if interpreter.isFinished { outcome = interpreter.outcome() }
            } catch {
                // What is thrown away has taken its time all the same.
                interpreter.usage.cost = next.usage.cost
                switch error {
                case .needs(let request): return .needs(request)
                case .failed(let failure): outcome = interpreter.outcome(of: failure)
                case .gone:
                    interpreter.recover()
                    replies = []
                }
            }
        }
    }

    /// The reply to what ``advance()`` asked for last.
    public mutating func answer(_ reply: RecordReply) {
        replies.append(reply)
    }

    /// Instead of a reply: what was asked for can't be had and never will.
    public mutating func fail(_ failure: RunFailure) {
        if outcome == nil { outcome = interpreter.outcome(of: failure) }
    }
}

/// Why a unit of work ended early.
enum Interruption: Error {
    case needs(RecordRequest)
    case failed(RunFailure)
    /// A row that the conversation remembers doesn't exist any more.
    case gone
}
