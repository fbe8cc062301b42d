package import Metrics

/// The module's metrics, named after OpenTelemetry's semantic conventions for database clients.
///
/// Labels are the pool's name, operation names from a bounded set, and SQLSTATEs or error codes. Handles are made once.
/// Confined to the I/O thread.
package struct PoolMetrics {
    private let factory: any MetricsFactory
    private let pool: [(String, String)]
    private let idle: Gauge
    private let used: Gauge
    private let pending: Gauge
    private let waitTime: Metrics.Timer
    private let timeouts: Counter
    private let createTime: Metrics.Timer
    private let lost: Counter
    private let retries: Counter
    private var durations: [String: Metrics.Timer] = [:]
    private var errors: [String: Counter] = [:]
    private var lastCounts = (idle: -1, used: -1, pending: -1)

    /// More operation names than this share the label `other`: a name made from data must not exhaust anybody's memory.
    private static let maximumOperations = 200

    package init(poolName: String, factory: any MetricsFactory = MetricsSystem.factory) {
        self.factory = factory
        pool = [("db.system.name", "postgresql"), ("db.client.connection.pool.name", poolName)]
        idle = Gauge(label: "db.client.connection.count", dimensions: pool + [("db.client.connection.state", "idle")], factory: factory)
        used = Gauge(label: "db.client.connection.count", dimensions: pool + [("db.client.connection.state", "used")], factory: factory)
        pending = Gauge(label: "db.client.connection.pending_requests", dimensions: pool, factory: factory)
        waitTime = Metrics.Timer(label: "db.client.connection.wait_time", dimensions: pool, factory: factory)
        timeouts = Counter(label: "db.client.connection.timeouts", dimensions: pool, factory: factory)
        createTime = Metrics.Timer(label: "db.client.connection.create_time", dimensions: pool, factory: factory)
        lost = Counter(label: "db.client.connection.lost", dimensions: pool, factory: factory)
        retries = Counter(label: "db.client.statement.reprepared", dimensions: pool, factory: factory)
    }

    package mutating func recordCounts(idle: Int, used: Int, pending: Int) {
        if idle != lastCounts.idle { self.idle.record(idle) }
        if used != lastCounts.used { self.used.record(used) }
        if pending != lastCounts.pending { self.pending.record(pending) }
        lastCounts = (idle, used, pending)
    }

    package func recordWait(_ nanoseconds: Nanoseconds) { waitTime.recordNanoseconds(nanoseconds) }
    package func countAcquireTimeout() { timeouts.increment() }
    package func recordCreation(_ nanoseconds: Nanoseconds) { createTime.recordNanoseconds(nanoseconds) }
    package func countLost() { lost.increment() }
    package func countReprepared() { retries.increment() }

    package mutating func record(operation: String, duration: Nanoseconds, error: PostgresError?) {
        var name = operation
        if durations[name] == nil {
            if durations.count >= Self.maximumOperations { name = "other" }
            if durations[name] == nil {
                durations[name] = Metrics.Timer(
                    label: "db.client.operation.duration", dimensions: pool + [("db.operation.name", name)], factory: factory)
            }
        }
        durations[name]?.recordNanoseconds(duration)
        guard let error else { return }
        let kind = error.sqlState ?? error.code.description
        if errors[kind] == nil {
            errors[kind] = Counter(label: "db.client.operation.errors", dimensions: pool + [("error.type", kind)], factory: factory)
        }
        errors[kind]?.increment()
    }
}
