import MetricsTestKit
import Postgres
import Testing

@Suite struct MetricsTests {
    private let pool = [("db.system.name", "postgresql"), ("db.client.connection.pool.name", "test")]

    @Test func durationsAndErrors() throws {
        let recorded = TestMetrics()
        var metrics = PoolMetrics(poolName: "test", factory: recorded)
        metrics.record(operation: "SELECT", duration: 5, error: nil)
        var error = PostgresError(.server, "")
        error.server = .init(sqlState: "23505", message: "")
        metrics.record(operation: "SELECT", duration: 7, error: error)
        metrics.record(operation: "SELECT", duration: 9, error: PostgresError(.timeout, ""))
        let timer = try recorded.expectTimer("db.client.operation.duration", pool + [("db.operation.name", "SELECT")])
        #expect(timer.values == [5, 7, 9])
        for kind in ["23505", "timeout"] {
            let counter = try recorded.expectCounter("db.client.operation.errors", pool + [("error.type", kind)])
            #expect(counter.totalValue == 1)
        }
    }

    @Test func connections() throws {
        let recorded = TestMetrics()
        var metrics = PoolMetrics(poolName: "test", factory: recorded)
        metrics.recordCounts(idle: 1, used: 2, pending: 3)
        metrics.recordCounts(idle: 1, used: 4, pending: 3)
        let used = try recorded.expectGauge("db.client.connection.count", pool + [("db.client.connection.state", "used")])
        #expect(used.values == [2, 4])
        let idle = try recorded.expectGauge("db.client.connection.count", pool + [("db.client.connection.state", "idle")])
        #expect(idle.values == [1], "what has not changed is not recorded again")
    }

    @Test func makingAConnectionIsTimed() throws {
        let recorded = TestMetrics()
        PoolMetrics(poolName: "test", factory: recorded).recordCreation(7)
        #expect(try recorded.expectTimer("db.client.connection.create_time", pool).values == [7])
    }

    /// A name made from data must not grow anybody's memory.
    @Test func operationNamesAreBounded() throws {
        let recorded = TestMetrics()
        var metrics = PoolMetrics(poolName: "test", factory: recorded)
        for number in 0..<1000 { metrics.record(operation: "op\(number)", duration: 1, error: nil) }
        #expect(recorded.timers.count { $0.label == "db.client.operation.duration" } <= 201)
        #expect(try recorded.expectTimer("db.client.operation.duration", pool + [("db.operation.name", "other")]).values.count == 800)
    }
}
