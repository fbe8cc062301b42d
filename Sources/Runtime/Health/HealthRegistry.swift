package import Logging
import Synchronization

/// Where the parts of a process report whether they can work; `/readyz` answers from it.
///
/// ```swift
/// let broker = process.health.check("amqp")      // down until it says otherwise
/// …
/// broker.up()
/// broker.down("connection refused")
/// ```
package final class HealthRegistry: Sendable {
    private let state = Mutex(HealthReport())
    private let logger: Logger

    package init(logger: Logger) { self.logger = logger }

    package var report: HealthReport { state.withLock { $0 } }
    package var isReady: Bool { report.isReady }

    /// Adds something the process can't work without. It is down until it reports that it is up.
    package func check(_ name: String) -> HealthCheck {
        state.withLock { _ = $0.set(name, .down(reason: "not checked yet")) }
        return HealthCheck(name: name, registry: self)
    }

    /// Everything is made; from now on the checks decide.
    package func start() { state.withLock { $0.enter(.running) } }

    /// No more work, please: `/readyz` says 503 from now on.
    package func drain() { state.withLock { $0.enter(.draining) } }

    fileprivate func set(_ name: String, _ status: HealthReport.Status) {
        guard state.withLock({ $0.set(name, status) }) else { return }
        switch status {
        case .up: logger.info("\(name) is up", metadata: ["check": .string(name)])
        case .down(let reason): logger.warning("\(name) is down", metadata: ["check": .string(name), "reason": .string(reason)])
        }
    }
}

/// One thing that a process depends on. Changes are logged once, however often they are reported.
package struct HealthCheck: Sendable {
    package let name: String
    fileprivate let registry: HealthRegistry

    package func up() { registry.set(name, .up) }

    /// - Parameter reason: For an operator; must carry no secrets.
    package func down(_ reason: String) { registry.set(name, .down(reason: reason)) }
}
