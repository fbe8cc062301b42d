package import Contracts
package import Postgres

/// The scheduler's tables. Everything in SQL is here and in the other files of this folder.
package struct TimerTables: Sendable {
    package let schema: String

    package init(schema: String = "scheduler") { self.schema = schema }

    /// What is not needed any more is forgotten after this long: the request that is the last word on a key, so that an earlier one
    /// which comes late changes nothing.
    package enum Memory {
        /// After a cancel.
        package static let cancelled: Duration = .seconds(86_400)
        /// After the last firing. Shorter, since most timers end so, and at 200 a second an hour of them is 720,000 rows.
        package static let fired: Duration = .seconds(3600)
    }

    /// - One row per key, whether it will still fire or is only remembered: so the check of the revision and the change are one
    ///   statement.
    /// - `"C"` makes prefixes a range of the primary key.
    /// - `due` is what the timer is meant for and part of its event's id; `claim_at` is when to take it, later when it was put off.
    /// - Vacuum comes early: what has fired leaves dead entries at the very beginning of the indexes, where every look begins.
    /// - `pace` has one row, locked by whoever fires what is overdue.
    package static let migration = PostgresMigration(
        id: "timers",
        sql: """
            CREATE TABLE timers (
                bot text COLLATE "C" NOT NULL,
                key text COLLATE "C" NOT NULL,
                revision bigint NOT NULL,
                due timestamptz,
                claim_at timestamptz,
                request json,
                cause text,
                traceparent text,
                forget_at timestamptz,
                PRIMARY KEY (bot, key)
            ) WITH (
                autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
                autovacuum_analyze_scale_factor = 0.05
            );
            CREATE INDEX timers_claim ON timers (claim_at) WHERE claim_at IS NOT NULL;
            CREATE INDEX timers_claim_bot ON timers (bot, claim_at) WHERE claim_at IS NOT NULL;
            CREATE INDEX timers_forget ON timers (forget_at) WHERE forget_at IS NOT NULL;
            COMMENT ON TABLE timers IS 'What fires when, and the last word on each key';
            CREATE TABLE prefixes (
                bot text COLLATE "C" NOT NULL,
                prefix text COLLATE "C" NOT NULL,
                revision bigint NOT NULL,
                forget_at timestamptz NOT NULL,
                PRIMARY KEY (bot, prefix)
            );
            CREATE INDEX prefixes_forget ON prefixes (forget_at);
            COMMENT ON TABLE prefixes IS 'Cancelled prefixes of keys: earlier requests about keys below them change nothing';
            CREATE TABLE pace (
                single boolean PRIMARY KEY DEFAULT true CHECK (single),
                state json NOT NULL
            );
            INSERT INTO pace (state) VALUES ('{}');
            COMMENT ON TABLE pace IS 'How much of what is overdue may fire: the pace of all instances together';
            """)

    /// Brings the tables up to date.
    package func create(in pool: PostgresPool) async throws {
        try await PostgresMigrations(schema: schema, [Self.migration]).apply(to: pool)
    }

    // MARK: Now and then

    /// Pending and overdue timers. Up to 10,000 are counted; of more it is what the last vacuum has seen, since counting a million takes
    /// longer than the number is worth.
    package func count(overdueBefore cutoff: Timestamp) -> PostgresQuery {
        """
        SELECT CASE WHEN pending < 10000 THEN pending
                ELSE greatest(pending, (SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(\("\(schema).timers_claim"))))
            END, overdue
        FROM (SELECT count(*) AS pending FROM (SELECT FROM \(identifier: schema, "timers") WHERE claim_at IS NOT NULL LIMIT 10000) AS one) AS one,
            (SELECT count(*) AS overdue FROM (
                SELECT FROM \(identifier: schema, "timers") WHERE claim_at <= \(PostgresTimestamp(cutoff)) ORDER BY claim_at LIMIT 10000) AS two) AS two
        """
    }

    /// What has rows to be forgotten.
    package enum Forgetful: String, CaseIterable, Sendable {
        case timers, prefixes
    }

    /// Until when the oldest `limit` rows are remembered; no row when there are fewer.
    package func oldest(_ limit: Int, of table: Forgetful) -> PostgresQuery {
        """
        SELECT forget_at FROM \(identifier: schema, table.rawValue) WHERE forget_at IS NOT NULL
        ORDER BY forget_at OFFSET \(limit) LIMIT 1
        """
    }

    /// Not prepared, so that it is planned for this moment: how many rows lie before it makes the difference.
    package func forget(upTo moment: PostgresTimestamp, of table: Forgetful) -> PostgresQuery {
        PostgresQuery("DELETE FROM \(identifier: schema, table.rawValue) WHERE forget_at <= \(moment)").unprepared()
    }
}

extension PostgresTimestamp {
    init(_ moment: Timestamp) {
        let (value, overflow) = moment.milliseconds.multipliedReportingOverflow(by: 1000)
        self.init(microsecondsSinceEpoch: overflow ? (moment.milliseconds < 0 ? .min : .max) : value)
    }
}

extension Timestamp {
    init(_ moment: PostgresTimestamp) { self.init(milliseconds: moment.microsecondsSinceEpoch / 1000) }
}
