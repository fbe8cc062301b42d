import Contracts
import Schedules

/// The scheduler, as far as one test needs it: the same rules about revisions, and a clock that is moved by hand.
struct TimerModel {
    private struct Entry {
        var request: SetTimer
        var schedule: Schedule
        /// Nil: it won't fire any more.
        var due: Timestamp?
    }

    private var entries: [String: Entry] = [:]
    /// The last word on a key, also of cancelled ones.
    private var revisions: [String: Int64] = [:]
    private var prefixes: [String: Int64] = [:]

    /// - Throws: ``ScheduleError``
    mutating func set(_ request: SetTimer) throws(ScheduleError) {
        guard request.revision > revisions[request.key] ?? -1 else { return }
        let isCancelled = prefixes.contains { prefix, revision in request.key.hasPrefix(prefix) && revision > request.revision }
        guard !isCancelled else { return }
        let schedule = try Schedule(request.schedule)
        revisions[request.key] = request.revision
        entries[request.key] = Entry(request: request, schedule: schedule, due: schedule.first(after: request.at))
    }

    mutating func cancel(_ request: CancelTimers) {
        switch request.target {
        case .key(let key):
            guard request.revision > revisions[key] ?? -1 else { return }
            revisions[key] = request.revision
            entries[key] = nil
        case .prefix(let prefix):
            prefixes[prefix] = max(prefixes[prefix] ?? -1, request.revision)
            for (key, entry) in entries where key.hasPrefix(prefix) && entry.request.revision < request.revision { entries[key] = nil }
        }
    }

    /// The oldest that is due by then; it moves on to its next moment.
    mutating func fire(upTo now: Timestamp) -> (due: Timestamp, request: SetTimer)? {
        let next = entries.compactMap { key, entry in entry.due.map { (due: $0, key: key) } }.filter { $0.due <= now }.min { $0 < $1 }
        guard let next, let entry = entries[next.key] else { return nil }
        entries[next.key]?.due = entry.schedule.next(after: next.due)
        if entries[next.key]?.due == nil { entries[next.key] = nil }
        return (next.due, entry.request)
    }
}
