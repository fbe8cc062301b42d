package import Contracts
package import Postgres

/// What the dialog worker keeps of timers: the numbers of its requests, which moments of steps count, and which timers of
/// definitions the scheduler has been told of.
package enum TimerTable {
    package static let migration = PostgresMigration(
        id: "timers",
        sql: """
            CREATE SEQUENCE timer_revisions;
            CREATE TABLE moments (
                bot text NOT NULL,
                key text NOT NULL,
                revision bigint NOT NULL,
                PRIMARY KEY (bot, key)
            );
            COMMENT ON TABLE moments IS 'What steps `at` have set and nothing has cancelled';
            CREATE TABLE timer_plans (
                bot text NOT NULL,
                timer text NOT NULL,
                place text NOT NULL,
                fingerprint text NOT NULL,
                PRIMARY KEY (bot, timer)
            );
            COMMENT ON TABLE timer_plans IS 'Timers of definitions, as they were when they were set';
            """)

    private static let schema = ConversationTable.schema

    // MARK: Requests

    /// The number for all requests of an event, drawn while everything is locked that they belong to; and what they say of moments.
    package static func revision(setting keys: [String], cancelling others: [String], of bot: BotName) -> PostgresQuery {
        guard !keys.isEmpty || !others.isEmpty else { return revision }
        // Whoever comes later here may have drawn the lower number.
        return """
            WITH next AS MATERIALIZED (SELECT nextval('dialog.timer_revisions') AS revision),
                gone AS (DELETE FROM \(identifier: schema, "moments") WHERE bot = \(bot.rawValue) AND key = ANY(\(others))),
                kept AS (
                    INSERT INTO \(identifier: schema, "moments") AS old (bot, key, revision)
                    SELECT \(bot.rawValue), key, revision FROM unnest(\(keys.sorted())) AS new (key), next
                    ON CONFLICT (bot, key) DO UPDATE SET revision = greatest(old.revision, excluded.revision))
            SELECT revision FROM next
            """
    }

    package static let revision: PostgresQuery = "SELECT nextval('dialog.timer_revisions')"

    /// Takes a moment that has come out of what counts. No row is deleted when it was moved or cancelled while it was on its way.
    package static func take(_ key: String, revision: Int64, of bot: BotName) -> PostgresQuery {
        """
        DELETE FROM \(identifier: schema, "moments") WHERE bot = \(bot.rawValue) AND key = \(key) AND revision = \(revision)
        """
    }

    /// Forgets moments of signals that there are no more.
    package static func forget(except signals: [String], of bot: BotName) -> PostgresQuery {
        """
        DELETE FROM \(identifier: schema, "moments") WHERE bot = \(bot.rawValue) AND split_part(key, '/', 2) <> ALL(\(signals))
        """
    }

    // MARK: Plans

    package struct Plan: Sendable, Hashable {
        package var timer: String
        /// Where its keys are: the collection, or empty for one of the bot.
        package var place: String
        package var fingerprint: String

        package init(timer: String, place: String, fingerprint: String) {
            self.timer = timer
            self.place = place
            self.fingerprint = fingerprint
        }
    }

    package static func plans(of bot: BotName) -> PostgresQuery {
        "SELECT timer, place, fingerprint FROM \(identifier: schema, "timer_plans") WHERE bot = \(bot.rawValue) ORDER BY timer"
    }

    package static func decode(_ result: PostgresResult) throws -> [Plan] {
        try result.decode((String, String, String).self).map { Plan(timer: $0.0, place: $0.1, fingerprint: $0.2) }
    }

    package static func replace(_ plans: [Plan], of bot: BotName) -> [PostgresQuery] {
        [
            "DELETE FROM \(identifier: schema, "timer_plans") WHERE bot = \(bot.rawValue)",
            """
            INSERT INTO \(identifier: schema, "timer_plans") (bot, timer, place, fingerprint)
            SELECT \(bot.rawValue), timer, place, fingerprint
            FROM unnest(\(plans.map(\.timer)), \(plans.map(\.place)), \(plans.map(\.fingerprint))) AS new (timer, place, fingerprint)
            """,
        ]
    }
}
