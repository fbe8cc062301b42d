import BotEngine
import BotLanguage
import Contracts
import JSON
import Schedules
import Testing

/// A timer that waits.
struct PendingTimer {
    var request: SetTimer
    var due: Timestamp
}

// The scheduler, as far as the engine can tell.
extension Conversation {
    /// Every timer of the definition is new.
    func plan() throws {
        for name in engine.definition.timers.keys.sorted() {
            let event = engine.resetting(timer: name, of: bot, on: .telegram, at: clock ?? Timestamp(seconds: 1_770_000_000))
            _ = try run(event, EnvelopeID("plan-\(name)-\(revision)"), .bulk, for: nil)
        }
    }

    func keep(_ request: TimerRequest) throws {
        revision += 1
        switch request.numbered(revision) {
        case .set(let request):
            // What goes over the wire must be readable, its limits included.
            #expect(try SetTimer(json: JSON(parsing: request.jsonBytes)) == request)
            timers[request.key] = try Schedule(request.schedule).first(after: request.at).map { PendingTimer(request: request, due: $0) }
        case .cancel(let request):
            #expect(try CancelTimers(json: JSON(parsing: request.jsonBytes)) == request)
            switch request.target {
            case .key(let key): timers[key] = nil
            case .prefix(let prefix): timers = timers.filter { !$0.key.hasPrefix(prefix) }
            }
        }
    }

    /// Time passes, and what comes due on the way fires at its moment.
    ///
    /// - Returns: what the person sees; what others see is in ``takeHeard(_:)``.
    @discardableResult
    func advance(to moment: Timestamp, _ person: String = "ann") throws -> [String] {
        var seen: [String] = []
        while let next = timers.values.min(by: { ($0.due, $0.request.key) < ($1.due, $1.request.key) }), next.due <= moment {
            let now = max(next.due, clock ?? next.due)
            clock = now
            seen += try fire(next, at: now, person)
            // What was set or cancelled meanwhile has the last word.
            guard timers[next.request.key]?.request.revision == next.request.revision else { continue }
            let due = try Schedule(next.request.schedule).next(after: now)
            timers[next.request.key] = due.map { PendingTimer(request: next.request, due: $0) }
        }
        clock = moment
        return seen
    }

    @discardableResult
    func advance(to moment: String, _ person: String = "ann") throws -> [String] {
        try advance(to: Timestamp(iso: moment), person)
    }

    /// Hands an event over as the scheduler does, even one that was moved or cancelled meanwhile.
    @discardableResult
    func fire(_ timer: PendingTimer, at now: Timestamp, _ person: String = "ann") throws -> [String] {
        let event = timer.request.event(due: timer.due, now: now)
        let due = DueTimer(key: timer.request.key, revision: timer.request.revision, name: timer.request.name, due: timer.due)
        guard engine.concerns(event) else { return [] }
        return try run(event, due.id(bot: bot), timer.request.lane, for: person)
    }

    /// The moments at which something is due, by key.
    var pending: [String: String] { timers.mapValues { $0.due.iso } }
}

extension Timestamp {
    /// `2026-01-05T10:00:00Z`
    init(iso: String) throws {
        let parts = iso.split { "-T:Z".contains($0) }.compactMap { Int64($0) }
        try #require(parts.count == 6)
        // Days from civil.
        let year = parts[1] <= 2 ? parts[0] - 1 : parts[0]
        let era = year / 400, yearOfEra = year % 400
        let dayOfYear = (153 * (parts[1] + (parts[1] > 2 ? -3 : 9)) + 2) / 5 + parts[2] - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        self.init(seconds: ((days * 24 + parts[3]) * 60 + parts[4]) * 60 + parts[5])
    }

    /// The same back, without the seconds' fractions.
    var iso: String {
        let seconds = milliseconds / 1000
        let days = seconds / 86_400, rest = seconds % 86_400
        let z = days + 719_468, era = z / 146_097, dayOfEra = z % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100), month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1, m = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + era * 400 + (m <= 2 ? 1 : 0)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(two(m))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }
}
