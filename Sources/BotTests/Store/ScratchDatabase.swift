package import Logging
package import Postgres

/// A database of the tests' own on a real server, in which time is what a test says.
package struct ScratchDatabase: Sendable {
    package let pool: PostgresPool

    /// Makes the database, runs `body`, and drops it.
    ///
    /// - Parameters:
    ///   - url: of a database on a server whose role may make others.
    ///   - name: of the new one.
    package static func with<Value: Sendable>(
        server url: String, name: String, logger: Logger, _ body: @Sendable (ScratchDatabase) async throws -> Value
    ) async throws -> Value {
        let server = try ConnectionParameters(url)
        try await withPool(server, logger) { pool in
            try await pool.query(PostgresQuery("CREATE DATABASE \(identifier: name)").unprepared())
            // What happens here is gone in a moment: nothing need reach the disk.
            try await pool.query(PostgresQuery("ALTER DATABASE \(identifier: name) SET synchronous_commit = off").unprepared())
            // now() is the clock of the tests, wherever a table asks for it.
            try await pool.query(
                PostgresQuery("ALTER DATABASE \(identifier: name) SET search_path = clock, pg_catalog, public").unprepared())
        }
        var own = server
        try own.set("dbname", name)
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await withPool(own, logger) { pool in
                    let database = ScratchDatabase(pool: pool)
                    try await database.makeClock()
                    return try await body(database)
                })
        } catch {
            result = .failure(error)
        }
        // Also when the tests were interrupted.
        try await Task {
            _ = try await withPool(server, logger) { pool in
                try await pool.query(PostgresQuery("DROP DATABASE \(identifier: name) WITH (FORCE)").unprepared())
            }
        }.value
        return try result.get()
    }

    /// Drops databases that nobody uses any more.
    ///
    /// - Parameter isAbandoned: whether it is one, by its name.
    package static func drop(server url: String, logger: Logger, where isAbandoned: @Sendable (String) -> Bool) async throws {
        try await withPool(try ConnectionParameters(url), logger) { pool in
            let names = try await pool.query("SELECT datname::text FROM pg_database").decode(String.self)
            for name in names where isAbandoned(name) {
                try await pool.query(PostgresQuery("DROP DATABASE IF EXISTS \(identifier: name) WITH (FORCE)").unprepared())
            }
        }
    }

    private static func withPool<Value: Sendable>(
        _ parameters: ConnectionParameters, _ logger: Logger, _ body: @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        let pool = try PostgresPool(PostgresConfiguration(connection: parameters), logger: logger)
        let service = Task { await pool.run() }
        let result: Result<Value, any Error>
        do { result = .success(try await body(pool)) } catch { result = .failure(error) }
        pool.close()
        await service.value
        return try result.get()
    }

    // MARK: Time

    private func makeClock() async throws {
        try await pool.transaction("make clock") { transaction in
            try await transaction.script(
                unsafeSQL: """
                    CREATE SCHEMA clock;
                    CREATE TABLE clock.moment (at timestamptz NOT NULL);
                    INSERT INTO clock.moment VALUES (pg_catalog.now());
                    CREATE FUNCTION clock.now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT at FROM clock.moment';
                    """)
        }
    }

    /// - Parameter milliseconds: since 1970.
    package func setClock(_ milliseconds: Int64) async throws {
        try await pool.query("UPDATE clock.moment SET at = to_timestamp(\(Double(milliseconds) / 1_000)::double precision)")
    }

    // MARK: Rows

    /// Statements that empty every table and let every number begin at 1 again.
    package struct Reset: Sendable {
        let queries: [PostgresQuery]
    }

    /// Of the tables that are there now.
    package func reset() async throws -> Reset {
        let own = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'clock') AND n.nspname NOT LIKE 'pg\\_%'"
        let tables = try await pool.query(
            PostgresQuery(
                unsafeSQL:
                    "SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND \(own) AND c.relname <> 'schema_migrations' ORDER BY 2"
            )
        ).decode((Int64, String).self)
        let references = try await pool.query(
            PostgresQuery(
                unsafeSQL:
                    "SELECT DISTINCT conrelid::bigint, confrelid::bigint FROM pg_constraint WHERE contype = 'f' AND confdeltype <> 'n' AND conrelid <> confrelid"
            )
        ).decode((Int64, Int64).self)
        let sequences = try await pool.query(
            PostgresQuery(
                unsafeSQL:
                    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND \(own)"
            )
        ).decode(String.self)
        // What refers to others goes before them.
        var ordered: [String] = []
        var rest = tables
        while !rest.isEmpty {
            let free = rest.filter { table in
                !references.contains { reference in reference.1 == table.0 && rest.contains { $0.0 == reference.0 } }
            }
            ordered += (free.isEmpty ? rest : free).map(\.1)
            rest = free.isEmpty ? [] : rest.filter { table in !free.contains { $0.0 == table.0 } }
        }
        var queries = ordered.map { PostgresQuery(unsafeSQL: "DELETE FROM \($0)") }
        if !sequences.isEmpty {
            queries.append(
                PostgresQuery(unsafeSQL: "SELECT " + sequences.map { "setval('\($0)'::regclass, 1, false)" }.joined(separator: ", ")))
        }
        return Reset(queries: queries)
    }

    package func perform(_ reset: Reset) async throws { _ = try await pool.pipeline(reset.queries) }
}
