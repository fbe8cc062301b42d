import Contracts
import DequeModule

/// What waits for one chat of one bot: in order within a lane, one call at a time.
struct ChatLine {
    private var waiting: [Lane: Deque<SendJob>] = [:]
    var bucket: TokenBucket
    var frozenUntil: Instant?
    var isInFlight = false
    /// Counts what makes entries in the bot's heaps out of date.
    var generation = 0

    init(bucket: TokenBucket) { self.bucket = bucket }

    /// Waits for nothing and owes nothing: like new.
    func isIdle(at now: Instant) -> Bool {
        waiting.isEmpty && !isInFlight && bucket.isFull(at: now) && (frozenUntil ?? now) <= now
    }

    /// The most urgent lane with something in it.
    var lane: Lane? { Lane.allCases.first { waiting[$0] != nil } }

    var isWaiting: Bool { !waiting.isEmpty }

    func isFrozen(at now: Instant) -> Bool { (frozenUntil ?? now) > now }

    func due(at now: Instant) -> Instant { max(bucket.available(at: now), frozenUntil ?? now) }

    /// - Returns: earlier edits that it makes needless.
    mutating func append(_ job: SendJob) -> [SendJob] {
        var superseded: [SendJob] = []
        if let edit = job.edit {
            waiting[job.lane]?.removeAll { earlier in
                guard let other = earlier.edit, edit.supersedes(other) else { return false }
                superseded.append(earlier)
                return true
            }
        }
        waiting[job.lane, default: []].append(job)
        return superseded
    }

    /// Back to where it was, to be tried again before anything else of its lane.
    mutating func putBack(_ job: SendJob) { waiting[job.lane, default: []].prepend(job) }

    mutating func popFirst() -> SendJob? {
        guard let lane, let job = waiting[lane]?.popFirst() else { return nil }
        if waiting[lane]?.isEmpty == true { waiting[lane] = nil }
        return job
    }

    mutating func remove(where isGone: (SendJob.ID) -> Bool) {
        for lane in Lane.allCases {
            waiting[lane]?.removeAll { isGone($0.id) }
            if waiting[lane]?.isEmpty == true { waiting[lane] = nil }
        }
    }

    /// What another line of the same chat held goes before what this one holds.
    mutating func prepend(_ other: ChatLine) {
        for (lane, jobs) in other.waiting { waiting[lane] = jobs + (waiting[lane] ?? []) }
        frozenUntil = [frozenUntil, other.frozenUntil].compactMap { $0 }.max()
    }
}
