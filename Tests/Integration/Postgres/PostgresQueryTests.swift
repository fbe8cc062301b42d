import Postgres
import Testing

@Suite(.enabled(if: TestServer.url != nil, TestServer.isMissing))
struct PostgresQueryTests {
    private func roundTrip<Value: PostgresCodable & Equatable>(_ pool: PostgresPool, _ values: Value...) async throws {
        for value in values {
            let result = try await pool.query("SELECT \(value)")
            #expect(try result.decodeOne(Value.self) == value)
        }
        let null = try await pool.query("SELECT \(Optional<Value>.none)")
        #expect(try null.decodeOne(Value?.self) == nil)
    }

    @Test func everyTypeRoundTrips() async throws {
        try await withSchema { pool in
            try await roundTrip(pool, true, false)
            try await roundTrip(pool, Int16.min, .max)
            try await roundTrip(pool, Int32.min, .max)
            try await roundTrip(pool, Int64.min, .max)
            try await roundTrip(pool, -7)
            try await roundTrip(pool, Float(1.5))
            try await roundTrip(pool, 0.1, -.infinity)
            try await roundTrip(pool, "", "ü€😀'\"\\")
            try await roundTrip(pool, [], [0, 1, 255] as [UInt8])
            try await roundTrip(pool, PostgresUUID.random())
            try await roundTrip(pool, PostgresTimestamp(microsecondsSinceEpoch: 1_700_000_000_123_456), .infinity, .negativeInfinity)
            try await roundTrip(pool, PostgresDate(daysSinceEpoch: -1), PostgresDate(daysSinceEpoch: 20_000))
            try await roundTrip(pool, PostgresTime(microsecondsSinceMidnight: 86_399_999_999))
            try await roundTrip(pool, PostgresInterval(months: 1, days: -2, microseconds: 3))
            try await roundTrip(pool, PostgresNumeric(-5))
            for text in ["-12345.6789", "0.00010", "10000000000000000000000", "NaN", "0"] {
                try await roundTrip(pool, try #require(PostgresNumeric(text)))
            }
            try await roundTrip(pool, ["a", "", "ü"], [])
            try await roundTrip(pool, [1, nil, 3] as [Int64?])
            try await roundTrip(pool, [true, false])
            try await roundTrip(pool, [[1], []] as [[UInt8]])
            try await roundTrip(pool, [0.5, -1])
            try await roundTrip(pool, [PostgresTimestamp(microsecondsSinceEpoch: 5)])
            try await roundTrip(pool, [PostgresUUID.random()])
            try await roundTrip(pool, [PostgresNumeric(3)])
        }
    }

    /// What we encode means to the server what we think it does, and the other way round.
    @Test func theServerAgrees() async throws {
        try await withSchema { pool in
            let row = try await pool.query(
                """
                SELECT ARRAY[\(PostgresTimestamp(microsecondsSinceEpoch: 1_000_001)) = '1970-01-01 00:00:01.000001+00'::timestamptz,
                       \(PostgresDate(daysSinceEpoch: 1)) = '1970-01-02'::date,
                       \(PostgresTime(microsecondsSinceMidnight: 1)) = '00:00:00.000001'::time,
                       \(PostgresInterval(months: 14, days: 3, microseconds: 1_000_000)) = '1 year 2 mons 3 days 1 sec'::interval,
                       \(PostgresNumeric("1234567.08910")) = 1234567.0891,
                       \(PostgresJSON("{\"a\": [1]}")) = '{"a":[1]}'::jsonb,
                       \(["x", nil]) = ARRAY['x', NULL]]
                """)
            #expect(try row.decodeOne([Bool].self) == [true, true, true, true, true, true, true])
            let texts = try await pool.query(
                "SELECT '2000-02-29'::date, '0.0070'::numeric, '{\"b\":2}'::json, 'x'::varchar, 'n'::name, 'c'::char(3)")
            let (date, numeric, json, varchar, name, char) = try texts.decodeOne(
                (PostgresDate, PostgresNumeric, PostgresJSON, String, String, String).self)
            #expect(date.daysSinceEpoch == 11016)
            #expect(numeric.description == "0.0070")
            #expect(json == PostgresJSON("{\"b\":2}"))
            #expect([varchar, name, char] == ["x", "n", "c  "])
        }
    }

    @Test func rowsByTupleNameAndIndex() async throws {
        try await withSchema { pool in
            let rows = try await pool.query(
                "SELECT i AS id, CASE WHEN i = 2 THEN NULL ELSE 'n' || i END AS name FROM generate_series(1::int8, 3) i")
            var seen: [String] = []
            for (id, name) in try rows.decode((Int64, String?).self) { seen.append("\(id) \(name ?? "-")") }
            #expect(seen == ["1 n1", "2 -", "3 n3"])
            #expect(rows.count == 3)
            #expect(try rows[2].decode(String.self, "name") == "n3")
            #expect(try rows[2].decode(Int64.self, at: 0) == 3)
            #expect(rows.columns.map(\.name) == ["id", "name"])
            #expect(rows.affectedRows == 3)

            for (wrong, column) in [
                ({ _ = try rows.decode((Int32, String?).self) }, "id"), ({ _ = try rows.decode((Int64, String).self) }, "name"),
                ({ _ = try rows.decode(Int64.self) }, nil), ({ _ = try rows[0].decode(Int64.self, "nam") }, "nam"),
                ({ _ = try rows[0].decode(Int64.self, at: 5) }, nil), ({ _ = try rows.decodeOne((Int64, String?).self) }, nil),
            ] as [(() throws -> Void, String?)] {
                let error = try #require(#expect(throws: PostgresError.self) { try wrong() })
                #expect(error.code == .decoding)
                #expect(error.column == column)
            }
        }
    }

    @Test func aPipelineStopsAtItsErrorAndLeavesNothing() async throws {
        try await withSchema { pool in
            try await pool.query("CREATE TABLE t (id int8 PRIMARY KEY)")
            let results = try await pool.pipeline(["INSERT INTO t VALUES (1)", "SELECT id FROM t", "SELECT count(*) FROM t"])
            #expect(try results.map { try $0.count == 1 ? $0[0].decode(Int64.self, at: 0) : 0 } == [0, 1, 1])
            let error = try await postgresError {
                try await pool.pipeline(["INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (\(1))", "INSERT INTO t VALUES (3)"])
            }
            #expect(error.code == .server)
            #expect(error.isUniqueViolation)
            #expect(error.statementIndex == 1)
            #expect(error.constraint == "t_pkey")
            #expect(error.table == "t")
            #expect(!error.description.contains("(1)"))
            #expect(String(reflecting: error).contains("(id)=(1)"))
            #expect(try await pool.query("SELECT count(*) FROM t").decodeOne(Int64.self) == 1)
            let syntax = try await postgresError { try await pool.pipeline(["SELECT 1", "SELEC 2"]) }
            #expect(syntax.sqlState == "42601")
            #expect(syntax.statementIndex == 1)
        }
    }

    @Test func statementsArePreparedOnceAndEvicted() async throws {
        try await withSchema({
            $0.maximumConnections = 1; $0.statementCacheSize = 3
        }) { pool in
            for _ in 0..<3 { try await pool.query("SELECT \(1) + 1") }
            let own: PostgresQuery = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1 %'"
            #expect(try await pool.query(own).decodeOne(Int64.self) == 1)
            for number in 0..<10 { try await pool.query(PostgresQuery(unsafeSQL: "SELECT \(number)")) }
            let total = try await pool.query("SELECT count(*) FROM pg_prepared_statements").decodeOne(Int64.self)
            #expect(total <= 4)
            try await pool.query(PostgresQuery(unsafeSQL: "SELECT 'once'").unprepared())
            let once = try await pool.query("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%once''%'")
            #expect(try once.decodeOne(Int64.self) == 1, "only this query itself may be there")
        }
    }

    @Test func statementsSurviveChangesOfTheSchema() async throws {
        try await withSchema({ $0.maximumConnections = 1 }) { pool in
            try await pool.query("CREATE TABLE t (a int8)")
            try await pool.query("INSERT INTO t VALUES (1)")
            let query: PostgresQuery = "SELECT * FROM t"
            #expect(try await pool.query(query).columns.count == 1)
            try await pool.query("ALTER TABLE t ADD COLUMN b text")
            #expect(try await pool.query(query).columns.count == 2)
            // In a transaction it takes a second run of the closure.
            try await pool.query("ALTER TABLE t ADD COLUMN c text")
            let columns = try await pool.transaction { try await $0.query(query).columns.count }
            #expect(columns == 3)
            // Somebody dropped everything that was prepared.
            try await pool.query(PostgresQuery(unsafeSQL: "DEALLOCATE ALL").unprepared())
            #expect(try await pool.query(query).columns.count == 3)
        }
    }

    @Test func largeValuesBothWays() async throws {
        try await withSchema { pool in
            let bytes = [UInt8](repeating: 7, count: 20_000_000)
            let result = try await pool.query("SELECT \(bytes)")
            #expect(try result.decodeOne([UInt8].self) == bytes)
            let rows = try await pool.query("SELECT i, repeat('x', 100) FROM generate_series(1::int8, 50000) i")
            #expect(try rows.decode((Int64, String).self).reduce(0) { $0 + $1.0 } == 1_250_025_000)
            let queries = (0..<3000).map { "SELECT \($0)" as PostgresQuery }
            let results = try await pool.pipeline(queries)
            #expect(try results.map { try $0.decodeOne(Int.self) } == Array(0..<3000))
        }
    }

    @Test func manyTasksShareFewConnections() async throws {
        try await withSchema { pool in
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<500 {
                    group.addTask { try await pool.query("SELECT \(number)").decodeOne(Int.self) }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 124_750)
            #expect(pool.status.used == 0 || pool.status.idle + pool.status.used <= 4)
        }
    }

    @Test func aLentConnectionPipelinesSeveralTasks() async throws {
        try await withSchema { pool in
            let (sum, pids) = try await pool.withConnection { connection in
                try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                    for number in 0..<50 {
                        group.addTask { try await connection.query("SELECT \(number), pg_backend_pid()").decodeOne((Int, Int).self) }
                    }
                    return try await group.reduce(into: (0, Set<Int>())) {
                        $0.0 += $1.0; $0.1.insert($1.1)
                    }
                }
            }
            #expect(sum == 1225)
            #expect(pids.count == 1)
        }
    }

    @Test func scripts() async throws {
        try await withSchema { pool in
            try await pool.withConnection { connection in
                try await connection.script(unsafeSQL: "CREATE TABLE a (i int8); INSERT INTO a VALUES (1), (2); SELECT * FROM a;")
                #expect(try await connection.query("SELECT count(*) FROM a").decodeOne(Int64.self) == 2)
                let error = try await postgresError { try await connection.script(unsafeSQL: "INSERT INTO a VALUES (3); SELECT nope;") }
                #expect(error.sqlState == "42703")
                #expect(try await connection.query("SELECT count(*) FROM a").decodeOne(Int64.self) == 2)
                try await connection.script(unsafeSQL: "")
            }
        }
    }

    @Test func aConnectionLeftInATransactionComesBackClean() async throws {
        try await withSchema({ $0.maximumConnections = 1 }) { pool in
            try await pool.query("CREATE TABLE t (i int8)")
            try await pool.withConnection { connection in
                try await connection.pipeline(["BEGIN", "INSERT INTO t VALUES (1)"])
            }
            #expect(try await pool.query("SELECT count(*) FROM t").decodeOne(Int64.self) == 0)
        }
    }

    @Test func copyIsRefusedAndHarmsNobody() async throws {
        try await withSchema({ $0.maximumConnections = 1 }) { pool in
            let error = try await postgresError { try await pool.query("COPY (SELECT 1) TO STDOUT") }
            #expect(error.code == .protocolViolation)
            #expect(try await pool.query("SELECT 1::int8").decodeOne(Int.self) == 1)
            let nul = try await postgresError { try await pool.query(PostgresQuery(unsafeSQL: "SELECT 1\u{0}")) }
            #expect(nul.code == .misuse)
        }
    }
}
