import Postgres
import Testing

/// Lost servers, lost connections, callers that give up. Serial, because some look at all of the server's sessions.
@Suite(.serialized, .enabled(if: TestServer.url != nil, TestServer.isMissing))
struct PostgresFailureTests {
    /// How many sessions run a statement that contains the mark.
    private func running(_ mark: String, _ pool: PostgresPool) async throws -> Int64 {
        try await pool.query(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE \("%" + mark + "%")"
        ).decodeOne(Int64.self)
    }

    private func sleeping(_ mark: String) -> PostgresQuery { PostgresQuery(unsafeSQL: "SELECT pg_sleep(60) /* \(mark) */") }

    private func uniqueMark() -> String { "mark\(UInt64.random(in: 0 ... .max))" }

    @Test func aCancelledQueryStopsOnTheServer() async throws {
        try await withSchema { pool in
            let mark = uniqueMark()
            let task = Task { try await pool.query(sleeping(mark)) }
            try await eventually("it runs") { try await running(mark, pool) == 1 }
            task.cancel()
            let error = try await postgresError { _ = try await task.value }
            #expect(error.code == .cancelled)
            try await eventually("it has stopped") { try await running(mark, pool) == 0 }
            #expect(try await pool.query("SELECT 1::int8").decodeOne(Int.self) == 1)
            let late = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await pool.query("SELECT 1")
            }
            let before = try await postgresError { _ = try await late.value }
            #expect(before.code == .cancelled)
            #expect(!before.mayHaveExecuted)
        }
    }

    @Test func aCancelledTransactionHoldsNoLocks() async throws {
        try await withSchema { pool in
            try await pool.query("CREATE TABLE t (i int8)")
            let mark = uniqueMark()
            let task = Task {
                try await pool.transaction { transaction in
                    try await transaction.query("LOCK TABLE t")
                    try await transaction.query(sleeping(mark))
                }
            }
            try await eventually("it runs") { try await running(mark, pool) == 1 }
            task.cancel()
            _ = try await postgresError { _ = try await task.value }
            try await pool.query("INSERT INTO t VALUES (1)", timeout: .seconds(10))
        }
    }

    /// Nobody but the caller learns how a COMMIT ended, so its answer is awaited even by a cancelled one.
    @Test func cancellingACommitTellsItsOutcome() async throws {
        try await withSchema { pool in
            try await pool.query("CREATE TABLE t (i int8)")
            let mark = uniqueMark()
            let task = Task {
                try await pool.transaction { transaction in
                    try transaction.atCommit("INSERT INTO t VALUES (1)")
                    try transaction.atCommit(sleeping(mark))
                }
            }
            try await eventually("it runs") { try await running(mark, pool) == 1 }
            task.cancel()
            let error = try await postgresError { try await task.value }
            #expect(error.code == .cancelled)
            #expect(try await pool.query("SELECT count(*) FROM t").decodeOne(Int64.self) == 0)
        }
    }

    @Test func timeouts() async throws {
        try await withSchema { pool in
            let mark = uniqueMark()
            let ours = try await postgresError { try await pool.query(sleeping(mark), timeout: .milliseconds(50)) }
            #expect(ours.code == .timeout)
            try await eventually("it has stopped") { try await running(mark, pool) == 0 }
        }
        try await withSchema({
            try $0.connection.set("statement_timeout", "50"); try $0.connection.set("options", "")
        }) { pool in
            let theirs = try await postgresError { try await pool.query(sleeping("x")) }
            #expect(theirs.code == .server)
            #expect(theirs.sqlState == "57014")
        }
    }

    @Test func aTerminatedBackendIsReplaced() async throws {
        try await withSchema({ $0.maximumConnections = 1 }) { pool in
            try await withPool(try TestServer.configuration()) { other in
                // While it is idle.
                let idle = try await pool.query("SELECT pg_backend_pid()::int8").decodeOne(Int64.self)
                try await other.query("SELECT pg_terminate_backend(\(Int32(idle)))")
                try await eventually("another backend answers") {
                    do { return try await pool.query("SELECT pg_backend_pid()::int8").decodeOne(Int64.self) != idle } catch { return false }
                }
                // While it works.
                let mark = uniqueMark()
                let task = Task { try await pool.query(sleeping(mark)) }
                try await eventually("it runs") { try await running(mark, other) == 1 }
                try await other.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE \("%" + mark + "%") AND pid <> pg_backend_pid()"
                )
                let error = try await postgresError { _ = try await task.value }
                #expect(error.code == .connection)
                #expect(error.sqlState == "57P01")
                #expect(error.persistence == .transient)
                #expect(error.mayHaveExecuted)
                #expect(try await pool.query("SELECT 1::int8").decodeOne(Int.self) == 1)
            }
        }
    }

    private func withProxy(_ body: @Sendable (PostgresPool, PostgresPool, CuttingProxy) async throws -> Void) async throws {
        try await withSchema { direct in
            try await direct.query("CREATE TABLE t (i int8)")
            let proxy = try CuttingProxy(for: direct.configuration.connection)
            proxy.start()
            defer { proxy.close() }
            var configuration = direct.configuration
            configuration.connection = try proxy.parameters(configuration.connection)
            configuration.maximumConnections = 1
            try await withPool(configuration) { pool in
                try await pool.waitUntilReady()
                try await body(pool, direct, proxy)
            }
        }
    }

    @Test func aLostCommitIsNotRetried() async throws {
        try await withProxy { pool, direct, proxy in
            let runs = Counter()
            let task = Task {
                try await pool.transaction { transaction in
                    runs.increment()
                    try await transaction.query("INSERT INTO t VALUES (1)")
                    proxy.swallowAnswers()
                    try transaction.atCommit("INSERT INTO t VALUES (2)")
                }
            }
            try await eventually("it is committed") { try await direct.query("SELECT count(*) FROM t").decodeOne(Int64.self) == 2 }
            proxy.cut()
            let error = try await postgresError { try await task.value }
            #expect(error.code == .commitOutcomeUnknown)
            #expect(error.mayHaveExecuted)
            #expect(runs.value == 1)
        }
    }

    @Test func aTransactionLostBeforeItsCommitIsRunAgain() async throws {
        try await withProxy { pool, direct, proxy in
            let runs = Counter()
            try await pool.transaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (1)")
                if runs.increment() == 1 { proxy.cut() }
                try await transaction.query("INSERT INTO t VALUES (2)")
            }
            #expect(runs.value == 2)
            #expect(try await direct.query("SELECT count(*) FROM t").decodeOne(Int64.self) == 2)
        }
    }

    @Test func aSilentNetworkEndsInATimeout() async throws {
        try await withProxy { pool, _, proxy in
            proxy.swallowAnswers()
            let error = try await postgresError { try await pool.query("SELECT 1", timeout: .milliseconds(50)) }
            #expect(error.code == .timeout)
            #expect(error.mayHaveExecuted)
            proxy.cut()
            #expect(try await pool.query("SELECT 1::int8").decodeOne(Int.self) == 1)
        }
    }

    @Test func theServerGoesAwayAndComesBack() async throws {
        try await withProxy { pool, _, proxy in
            proxy.refuseNew(true)
            proxy.cut()
            try await eventually("it is noticed") { !pool.status.isHealthy && pool.status.connectError != nil }
            let waiting = Task { try await pool.query("SELECT 1::int8").decodeOne(Int.self) }
            try await eventually("it waits") { pool.status.waiting == 1 }
            proxy.refuseNew(false)
            #expect(try await waiting.value == 1)
            #expect(pool.status.connectError == nil)
        }
    }

    @Test func anExhaustedPoolSaysSo() async throws {
        try await withSchema({
            $0.maximumConnections = 1; $0.acquireTimeout = .milliseconds(50)
        }) { pool in
            try await pool.waitUntilReady()
            try await pool.withConnection { _ in
                let error = try await postgresError { try await pool.query("SELECT 1") }
                #expect(error.code == .poolExhausted)
                #expect(error.message.contains("all 1 connections are in use"))
            }
            #expect(try await pool.query("SELECT 1::int8").decodeOne(Int.self) == 1)
        }
    }

    @Test func unreachableServersAreExplained() async throws {
        for (address, expected) in [
            ("postgres://127.0.0.1:1/x", "refused"), ("postgres://name.invalid/x", "host not found"),
            ("postgresql:///x?host=/nonexistent", "No such file"),
        ] {
            var configuration = try PostgresConfiguration(address)
            configuration.acquireTimeout = .milliseconds(500)
            try await withPool(configuration) { pool in
                let error = try await postgresError { try await pool.query("SELECT 1") }
                #expect(error.code == .poolExhausted)
                #expect((error.cause as? PostgresError)?.message.contains(expected) == true, "\(error)")
                #expect(error.persistence == .transient)
            }
        }
    }

    @Test func aPoolThatIsNotRunSaysSo() async throws {
        var configuration = try TestServer.configuration()
        configuration.acquireTimeout = .milliseconds(20)
        let pool = try PostgresPool(configuration)
        let error = try await postgresError { try await pool.query("SELECT 1") }
        #expect(error.message.contains("run()"))
        let task = Task { try await pool.waitUntilReady() }
        task.cancel()
        let cancelled = try await postgresError { try await task.value }
        #expect(cancelled.code == .cancelled)
    }

    @Test func closingWaitsForWhatIsInUse() async throws {
        let configuration = try TestServer.configuration()
        let pool = try PostgresPool(configuration)
        let service = Task { await pool.run() }
        try await pool.withConnection { connection in
            service.cancel()
            try await eventually("nobody gets in any more") {
                do { _ = try await pool.query("SELECT 1"); return false } catch { return (error as? PostgresError)?.code == .poolClosed }
            }
            #expect(try await connection.query("SELECT 1::int8").decodeOne(Int.self) == 1)
        }
        await service.value
        let error = try await postgresError { try await pool.query("SELECT 1") }
        #expect(error.code == .poolClosed)
        await pool.run()
    }
}
