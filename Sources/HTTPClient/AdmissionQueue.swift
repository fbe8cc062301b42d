/// Who may start now and who waits: at most so many requests at once in all and per origin, first come, first served.
///
/// A full origin holds back its own requests only; those of others pass it.
package struct AdmissionQueue<Origin: Hashable> {
    package typealias ID = UInt64

    package struct Limits: Sendable, Hashable {
        package var total: Int
        package var perOrigin: Int
        package var waiting: Int

        package init(total: Int, perOrigin: Int, waiting: Int) {
            self.total = total
            self.perOrigin = perOrigin
            self.waiting = waiting
        }
    }

    package enum Decision: Sendable, Hashable {
        case start, wait, refuse
    }

    private struct Line {
        var running = 0
        /// By arrival; those that left early are still in it, and skipped.
        var entries: [(id: ID, arrival: UInt64)] = []
        var head = 0

        var first: (id: ID, arrival: UInt64)? { head < entries.count ? entries[head] : nil }

        mutating func dropFirst() {
            head += 1
            // Moving the rest only when half is spent keeps the cost per request constant.
            if head > 32, head * 2 > entries.count {
                entries.removeFirst(head)
                head = 0
            }
        }
    }

    private let limits: Limits
    private var lines: [Origin: Line] = [:]
    private var waiting: [ID: ContinuousClock.Instant?] = [:]
    private var arrivals: UInt64 = 0
    package private(set) var runningCount = 0

    package var waitingCount: Int { waiting.count }

    package init(limits: Limits) {
        self.limits = limits
    }

    /// - Parameter deadline: when waiting stops making sense; nil: never.
    package mutating func submit(_ id: ID, to origin: Origin, deadline: ContinuousClock.Instant?) -> Decision {
        if runningCount < limits.total, (lines[origin]?.running ?? 0) < limits.perOrigin, waiting.isEmpty || !hasWaiting(origin) {
            lines[origin, default: Line()].running += 1
            runningCount += 1
            return .start
        }
        guard waiting.count < limits.waiting else { return .refuse }
        arrivals += 1
        lines[origin, default: Line()].entries.append((id, arrivals))
        waiting[id] = .some(deadline)
        return .wait
    }

    /// One that had started is over. Returns those that start in its place.
    package mutating func finish(_ origin: Origin) -> [ID] {
        guard var line = lines[origin], line.running > 0 else { return [] }
        line.running -= 1
        runningCount -= 1
        lines[origin] = line.running == 0 && line.head == line.entries.count ? nil : line
        return admit()
    }

    /// One that waits gives up. False: it wasn't waiting.
    package mutating func withdraw(_ id: ID) -> Bool {
        waiting.removeValue(forKey: id) != nil
    }

    /// Those whose deadline has passed while they waited; they wait no longer.
    package mutating func expire(at now: ContinuousClock.Instant) -> [ID] {
        let late = waiting.compactMap { id, deadline in deadline.flatMap { $0 <= now ? id : nil } }.sorted()
        for id in late { waiting[id] = nil }
        return late
    }

    private mutating func admit() -> [ID] {
        guard !waiting.isEmpty else { return [] }
        var started: [ID] = []
        while runningCount < limits.total, let origin = nextOrigin(), let id = lines[origin]?.first?.id {
            lines[origin]?.dropFirst()
            lines[origin]?.running += 1
            waiting[id] = nil
            runningCount += 1
            started.append(id)
        }
        return started
    }

    /// The origin with room whose first in line has waited longest.
    private mutating func nextOrigin() -> Origin? {
        var best: (origin: Origin, arrival: UInt64)?
        for origin in lines.keys where hasWaiting(origin) {
            guard let line = lines[origin], line.running < limits.perOrigin, let first = line.first else { continue }
            if best.map({ first.arrival < $0.arrival }) ?? true { best = (origin, first.arrival) }
        }
        return best?.origin
    }

    private mutating func hasWaiting(_ origin: Origin) -> Bool {
        while let line = lines[origin] {
            guard let first = line.first else {
                lines[origin] = line.running == 0 ? nil : Line(running: line.running)
                return false
            }
            if waiting[first.id] != nil { return true }
            lines[origin]?.dropFirst()
        }
        return false
    }
}
