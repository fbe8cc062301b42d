import Contracts
import Metrics
import Runtime

/// What is measured of firing.
struct FiringFigures: Sendable {
    enum Pace: String, Sendable {
        case due, overdue
    }

    private let due = MetricCatalogue.schedulerLateness.timer([("pace", Pace.due.rawValue)])
    private let overdue = MetricCatalogue.schedulerLateness.timer([("pace", Pace.overdue.rawValue)])
    private let refused = MetricCatalogue.schedulerPutOff.counter([("reason", "refused")])
    private let unreadable = MetricCatalogue.schedulerPutOff.counter([("reason", "unreadable")])

    /// - Parameter now: when the broker had it.
    func fired(_ timer: ClaimedTimer, _ pace: Pace, at now: Timestamp) {
        (pace == .due ? due : overdue).recordMilliseconds(max(0, now.milliseconds - timer.due.milliseconds))
        MetricCatalogue.schedulerFired.counter([("bot", timer.bot), ("pace", pace.rawValue)]).increment()
    }

    func putOff(refused: Int, unreadable: Int) {
        if refused > 0 { self.refused.increment(by: refused) }
        if unreadable > 0 { self.unreadable.increment(by: unreadable) }
    }
}
