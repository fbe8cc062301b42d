import CEL
import Postgres
import Testing

/// What authors write most must be served by an index.
@Suite(
    "CEL in PostgreSQL: indexes", .enabled(if: TestServer.url != nil, "SWITCHBOARD_TEST_POSTGRES_URL is not set"), .timeLimit(.minutes(2)))
struct IndexTests {
    private static let indexes = [
        "CREATE INDEX i_m ON rows (m)", "CREATE INDEX i_n ON rows (n)", "CREATE INDEX i_small ON rows (small)",
        "CREATE INDEX i_d ON rows (d)",
        "CREATE INDEX i_s ON rows (s COLLATE \"C\")", "CREATE INDEX i_t ON rows (t)", "CREATE INDEX i_at ON rows (at)",
        "CREATE INDEX i_kind ON rows (kind)",
        "CREATE INDEX i_owner ON rows (owner)", "CREATE INDEX i_tags ON rows USING gin (tags)",
        "CREATE INDEX i_city ON rows ((addr ->> 'city'))",
        "CREATE INDEX i_zip ON rows (((addr ->> 'zip')::bigint))", "CREATE INDEX o_owner ON others (owner)",
    ]

    @Test(
        "an index serves",
        arguments: [
            ("r.n == x", "i_n"), ("r.n > x && r.n <= 100", "i_n"), ("r.small == 3", "i_small"), ("r.m == x", "i_m"), ("r.m == y", "i_m"),
            ("r.m == null", "i_m"),
            ("r.m != null && r.m > 5", "i_m"), ("r.d < 1.5", "i_d"), ("r.s >= 'a' && r.s < 'b'", "i_s"), ("r.s.startsWith('ab')", "i_s"),
            ("r.t == w", "i_t"), ("r.at >= now", "i_at"), ("r.at >= now - duration('24h')", "i_at"), ("r.kind == Kind.x", "i_kind"),
            ("r.kind in [Kind.x, k]", "i_kind"), ("r.n in ids", "i_n"), ("r.owner == me && r.n / x > 2", "i_owner"),
            ("'a' in r.tags", "i_tags"),
            ("r.addr.city == w", "i_city"), ("r.at > now - duration('24h') && r.m != null && r.m > 5", "i_"), ("r.addr.zip == x", "i_zip"),
            ("r.owner == me && size(ids) > 0 && r.n != ids[0]", "i_owner"),
            ("others.exists(o, o.owner == r.owner && o.n > 3)", "o_owner"), ("r.n == 1 && r.t != null && r.t.substring(1) == 'b'", "i_n"),
        ])
    func served(source: String, index: String) async throws {
        try await Comparison.with(7, rows: 40) { comparison async throws in
            for statement in Self.indexes { _ = try await comparison.pool.query(PostgresQuery(unsafeSQL: statement).unprepared()) }
            let program = try World.environment.compile(source)
            let fragment = try World.lowering().condition(program)
            let bindings = comparison.world.bindings[0]
            var parameters = PostgresParameters()
            for (value, parameter) in zip(try fragment.values(bindings).values, fragment.parameters) {
                parameters.append(value, parameter.sqlType)
            }
            let sql = "EXPLAIN SELECT r.id FROM rows AS r WHERE \(fragment.text)"
            let pool = comparison.pool
            let (text, bound) = (sql, parameters)
            // So few rows are read faster without; whether an index can serve is asked here.
            let plan = try await pool.transaction { transaction async throws in
                _ = try await transaction.query("SET LOCAL enable_seqscan = off")
                return try await transaction.query(PostgresQuery(unsafeSQL: text, parameters: bound)).decode(String.self)
            }
            let shown = plan.joined(separator: "\n")
            #expect(shown.contains(index) && shown.contains("Index Cond"), "\(fragment.text)\n\(shown)")
        }
    }
}
