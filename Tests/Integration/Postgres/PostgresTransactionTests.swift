import Postgres
import Testing

private struct Refusal: Error {}

@Suite(.enabled(if: TestServer.url != nil, TestServer.isMissing))
struct PostgresTransactionTests {
    private func withTable(_ body: @Sendable (PostgresPool) async throws -> Void) async throws {
        try await withSchema { pool in
            try await pool.query("CREATE TABLE t (id int8 PRIMARY KEY, n int8 NOT NULL DEFAULT 0)")
            try await pool.query("INSERT INTO t VALUES (1), (2)")
            try await body(pool)
        }
    }

    private func count(_ pool: PostgresPool) async throws -> Int64 {
        try await pool.query("SELECT count(*) FROM t").decodeOne(Int64.self)
    }

    @Test func commitsAndRollsBack() async throws {
        try await withTable { pool in
            try await pool.transaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (3)")
                try transaction.atCommit("INSERT INTO t VALUES (4)")
            }
            #expect(try await count(pool) == 4)
            await #expect(throws: Refusal.self) {
                try await pool.transaction { transaction in
                    try await transaction.query("INSERT INTO t VALUES (5)")
                    try transaction.atCommit("INSERT INTO t VALUES (6)")
                    throw Refusal()
                }
            }
            #expect(try await count(pool) == 4)
            let escaped = try await pool.transaction { $0 }
            let error = try await postgresError { try await escaped.query("SELECT 1") }
            #expect(error.code == .misuse)
        }
    }

    @Test func anErrorAtCommitNamesItsStatement() async throws {
        try await withTable { pool in
            let error = try await postgresError {
                try await pool.transaction { transaction in
                    try await transaction.query("INSERT INTO t VALUES (3)")
                    try transaction.atCommit("INSERT INTO t VALUES (4)")
                    try transaction.atCommit("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error.isUniqueViolation)
            #expect(error.statementIndex == 1)
            #expect(try await count(pool) == 2)
            // A deferred constraint fails in COMMIT itself.
            try await pool.query("ALTER TABLE t ADD CONSTRAINT u UNIQUE (n, id) DEFERRABLE INITIALLY DEFERRED")
            try await pool.query("ALTER TABLE t DROP CONSTRAINT t_pkey")
            let deferred = try await postgresError {
                try await pool.transaction { try $0.atCommit("INSERT INTO t VALUES (1)") }
            }
            #expect(deferred.constraint == "u")
            #expect(deferred.statementIndex == nil)
            #expect(try await count(pool) == 2)
        }
    }

    @Test func aSwallowedErrorStillFailsTheTransaction() async throws {
        try await withTable { pool in
            let error = try await postgresError {
                try await pool.transaction { transaction in
                    try await transaction.query("INSERT INTO t VALUES (3)")
                    _ = try? await transaction.query("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error.isUniqueViolation)
            #expect(try await count(pool) == 2)
        }
    }

    @Test func aTransactionEndsEvenWithoutItsPreparedStatements() async throws {
        try await withSchema({ $0.maximumConnections = 1 }) { pool in
            for _ in 0..<3 {
                await #expect(throws: Refusal.self) {
                    try await pool.transaction { transaction in
                        try await transaction.query("SELECT 1")
                        try await transaction.query(PostgresQuery(unsafeSQL: "DEALLOCATE ALL").unprepared())
                        throw Refusal()
                    }
                }
            }
            let committed = try await pool.transaction { transaction in
                try await transaction.query("SELECT 1::int8").decodeOne(Int.self)
            }
            #expect(committed == 1)
        }
    }

    @Test func savepoints() async throws {
        try await withTable { pool in
            try await pool.transaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (3)")
                let error = try await postgresError {
                    try await transaction.savepoint {
                        try await transaction.query("INSERT INTO t VALUES (4)")
                        try transaction.atCommit("INSERT INTO t VALUES (5)")
                        try await transaction.query("INSERT INTO t VALUES (1)")
                    }
                }
                #expect(error.isUniqueViolation)
                try await transaction.savepoint { _ = try await transaction.query("INSERT INTO t VALUES (6)") }
                try transaction.atCommit("INSERT INTO t VALUES (7)")
            }
            let ids = try await pool.query("SELECT id FROM t ORDER BY id").decode(Int64.self)
            #expect(ids == [1, 2, 3, 6, 7])
        }
    }

    @Test func serializationFailuresAreRunAgain() async throws {
        try await withTable { pool in
            let runs = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<10 {
                            var retry = PostgresRetryPolicy.standard
                            retry.maximumAttempts = 100
                            try await pool.transaction(isolation: .serializable, retry: retry) { transaction in
                                runs.increment()
                                let n = try await transaction.query("SELECT n FROM t WHERE id = 1").decodeOne(Int64.self)
                                try transaction.atCommit("UPDATE t SET n = \(n + 1) WHERE id = 1")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await pool.query("SELECT n FROM t WHERE id = 1").decodeOne(Int64.self) == 40)
            #expect(runs.value > 40, "nothing collided, so nothing was tested")
            let error = try await postgresError {
                try await pool.transaction(isolation: .repeatableRead, retry: .never) { transaction in
                    _ = try await transaction.query("SELECT n FROM t")
                    try await pool.query("UPDATE t SET n = n + 1 WHERE id = 1")
                    try transaction.atCommit("UPDATE t SET n = 0 WHERE id = 1")
                }
            }
            #expect(error.isSerializationFailure)
        }
    }

    @Test func deadlocksAreRunAgain() async throws {
        try await withTable { pool in
            let runs = Counter()
            let arrived = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (first, second) in [(1, 2), (2, 1)] {
                    group.addTask {
                        try await pool.transaction { transaction in
                            runs.increment()
                            try await transaction.query("UPDATE t SET n = n + 1 WHERE id = \(first)")
                            arrived.increment()
                            try await eventually("both hold a lock") { arrived.value >= 2 }
                            try await transaction.query("UPDATE t SET n = n + 1 WHERE id = \(second)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(runs.value == 3)
            #expect(try await pool.query("SELECT n FROM t").decode(Int64.self) == [2, 2])
        }
    }

    @Test func readOnlyIsRefusedByTheServer() async throws {
        try await withTable { pool in
            let error = try await postgresError {
                try await pool.transaction(access: .readOnly) { _ = try await $0.query("DELETE FROM t") }
            }
            #expect(error.sqlState == "25006")
        }
    }
}
