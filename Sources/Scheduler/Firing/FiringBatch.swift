import Bus
import Contracts
import JSON
import Logging
import Runtime
import Schedules

/// Timers that were taken together: what to publish for them, and what becomes of each then.
struct FiringBatch: Sendable {
    struct Shot: Sendable {
        var timer: ClaimedTimer
        var message: BusMessage
        /// When the broker has the message.
        var fate: TimerFate
        var trace: TraceParent
        /// Nil while no spans are recorded.
        var span: Span?
    }

    private(set) var shots: [Shot] = []
    /// What can't be read here, perhaps because this machine does not know the zone, with why.
    private(set) var unreadable: [(timer: ClaimedTimer, reason: String)] = []

    init(_ timers: [ClaimedTimer], at now: Timestamp) {
        for timer in timers {
            do {
                let request = try SetTimer(jsonBytes: Array(timer.request.utf8))
                // Moments that were missed are not made up for: the next is in the future.
                let next = try Schedule(request.schedule).next(after: max(now, timer.due))
                shots.append(Self.shot(timer, request, next, now))
            } catch {
                unreadable.append((timer, "\(error)"))
            }
        }
    }

    /// A trace of its own: a timer that fires every day would otherwise be one trace without end. The span names the trace of whoever
    /// set it as its link.
    private static func shot(_ timer: ClaimedTimer, _ request: SetTimer, _ next: Timestamp?, _ now: Timestamp) -> Shot {
        let event = request.event(due: timer.due, now: now)
        let id = DueTimer(key: timer.key, revision: timer.revision, name: request.name, due: timer.due).id(bot: request.bot)
        let trace = Tracing.newTrace()
        var span = Tracing.begin("fire timer", .internal, at: trace)
        span?.links = timer.traceparent.flatMap { TraceParent($0) }.map { [$0] } ?? []
        span?.attributes = [
            ("switchboard.bot", .text(timer.bot)), ("switchboard.timer.name", .text(request.name)),
            ("messaging.message.conversation_id", .text(id.rawValue)),
        ]
        let envelope = Envelope(
            id: id, causation: timer.cause.map { EnvelopeID($0) }, traceparent: trace.description, origin: now, lane: request.lane,
            partitionKey: event.partitionKey, type: "event.\(event.kind)")
        return Shot(
            timer: timer, message: .event(event, envelope: envelope), fate: next.map { .advanced($0) } ?? .ended, trace: trace, span: span)
    }

    /// The broker has refused these.
    mutating func putOff(_ refused: Set<Int>, until moment: Timestamp) {
        for index in refused where shots.indices.contains(index) { shots[index].fate = .putOff(moment) }
    }

    func fates(unreadableUntil moment: Timestamp) -> [(timer: ClaimedTimer, fate: TimerFate)] {
        shots.map { ($0.timer, $0.fate) } + unreadable.map { ($0.timer, .putOff(moment)) }
    }
}
