import Postgres
import Testing

@Suite(.enabled(if: TestServer.url != nil, TestServer.isMissing))
struct PostgresMigrationsTests {
    private func withMigrations(_ body: @Sendable (PostgresPool, String) async throws -> Void) async throws {
        let schema = "migrations_\(UInt64.random(in: 0 ... .max))"
        try await withPool(try TestServer.configuration()) { pool in
            let result: Result<Void, any Error>
            do { result = .success(try await body(pool, schema)) } catch { result = .failure(error) }
            try await pool.query("DROP SCHEMA IF EXISTS \(identifier: schema) CASCADE")
            try result.get()
        }
    }

    private let list = [
        PostgresMigration(id: "001", sql: "CREATE TABLE a (i int8); CREATE INDEX ON a (i);"),
        PostgresMigration(id: "002", sql: "INSERT INTO a VALUES (1);\nALTER TABLE a ADD COLUMN b text DEFAULT 'x;y';"),
        PostgresMigration(id: "003", sql: "CREATE FUNCTION f() RETURNS int8 LANGUAGE sql AS $$ SELECT 1::int8; $$;"),
    ]

    @Test func severalAtOnceApplyEachOnce() async throws {
        try await withMigrations { pool, schema in
            try await withPool(try TestServer.configuration()) { other in
                let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                    for index in 0..<6 {
                        group.addTask { try await PostgresMigrations(schema: schema, list).apply(to: index % 2 == 0 ? pool : other) }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(applied.sorted() == ["001", "002", "003"])
                let rows = try await pool.query("SELECT i, b FROM \(identifier: schema, "a")").decode((Int64, String).self)
                #expect(rows.count == 1)
                #expect(try await PostgresMigrations(schema: schema, list).apply(to: pool) == [])
            }
        }
    }

    @Test func aFailingOneLeavesNothingAndSaysWhere() async throws {
        try await withMigrations { pool, schema in
            let broken = list + [PostgresMigration(id: "004", sql: "CREATE TABLE c ();\nINSERT INTO nowhere VALUES (1);")]
            let error = try await postgresError { try await PostgresMigrations(schema: schema, broken).apply(to: pool) }
            #expect(error.sqlState == "42P01")
            #expect(error.message.hasPrefix("migration \"004\", line 2: "))
            let names = try await pool.query("SELECT id FROM \(identifier: schema, "schema_migrations") ORDER BY id").decode(String.self)
            #expect(names == ["001", "002", "003"])
            let exists = try await pool.query("SELECT to_regclass(\(schema + ".c")) IS NOT NULL").decodeOne(Bool.self)
            #expect(!exists)
        }
    }

    @Test func aChangedOneIsRefused() async throws {
        try await withMigrations { pool, schema in
            try await PostgresMigrations(schema: schema, list).apply(to: pool)
            var changed = list
            changed[1].sql += " "
            let migrations = PostgresMigrations(schema: schema, changed)
            let error = try await postgresError { try await migrations.apply(to: pool) }
            #expect(error.code == .migration)
            #expect(error.message.contains("\"002\" has changed"))
        }
    }
}
