package import Contracts
import JSON
package import Postgres

/// What a worker has handled, and what that caused: the duplicate check and the effects in one row, written in the
/// transaction that did the work.
package struct HandledTable: Sendable {
    /// A row to be written. Nil effects: it caused nothing.
    package typealias Entry = (id: EnvelopeID, effects: StoredEffects?)

    private let schema: String
    /// Distinguishes several handlers of one worker.
    private let handler: String

    /// - Parameter schema: the worker's own.
    package init(schema: String, handler: String) {
        self.schema = schema
        self.handler = handler
    }

    /// - `effects` is `json` and not `jsonb`: it is written with every event and read after a failure only.
    /// - The BRIN index serves the sweep and costs next to nothing; marking a row stays a heap-only update.
    package static let migration = PostgresMigration(
        id: "handled",
        sql: """
            CREATE TABLE handled (
                message_id text NOT NULL,
                handler text NOT NULL,
                handled_at timestamptz NOT NULL DEFAULT now(),
                dispatched_at timestamptz,
                effects json,
                PRIMARY KEY (message_id, handler)
            ) WITH (fillfactor = 85);
            CREATE INDEX handled_at ON handled USING brin (handled_at);
            COMMENT ON TABLE handled IS 'Messages that were handled, with what they caused';
            """)

    // MARK: Within the worker's transaction

    /// Which of these were handled before, with what they caused.
    package func known(_ ids: [EnvelopeID]) -> PostgresQuery {
        "SELECT message_id, effects FROM \(identifier: schema, "handled") WHERE message_id = ANY(\(ids.map(\.rawValue))) AND handler = \(handler)"
    }

    /// In the order of the query.
    package func decode(_ result: PostgresResult) throws -> [(id: EnvelopeID, effects: StoredEffects)] {
        try result.decode((String, PostgresJSON?).self).map { id, effects in
            (EnvelopeID(id), try effects.map { try StoredEffects(jsonBytes: $0.bytes) } ?? StoredEffects([]))
        }
    }

    /// Fails, with the whole transaction, when somebody else has handled one of them meanwhile.
    package func insert(_ entries: [Entry]) -> PostgresQuery {
        let effects = entries.map { entry in entry.effects.map { String(decoding: $0.jsonBytes, as: UTF8.self) } }
        return """
            INSERT INTO \(identifier: schema, "handled") (message_id, handler, effects)
            SELECT id, \(handler), effects::json FROM unnest(\(entries.map(\.id.rawValue)), \(effects)) AS row (id, effects)
            """
    }

    /// The broker has what these caused.
    package func markDispatched(_ ids: [EnvelopeID]) -> PostgresQuery {
        "UPDATE \(identifier: schema, "handled") SET dispatched_at = now() WHERE message_id = ANY(\(ids.map(\.rawValue))) AND handler = \(handler)"
    }

    // MARK: Now and then

    /// Effects of the last day that nobody has marked as dispatched for a minute: their deliveries were lost or the broker
    /// took nothing. Locked, so that several sweepers don't take the same.
    package func undispatched(limit: Int) -> PostgresQuery {
        """
        SELECT message_id, effects FROM \(identifier: schema, "handled")
        WHERE handled_at BETWEEN now() - interval '1 day' AND now() - interval '1 minute'
            AND dispatched_at IS NULL AND effects IS NOT NULL AND handler = \(handler)
        ORDER BY handled_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
        """
    }

    /// Forgets what can't come again: Telegram keeps an update for 24 hours.
    package func forgetOld(limit: Int) -> PostgresQuery {
        """
        DELETE FROM \(identifier: schema, "handled") WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM \(identifier: schema, "handled") WHERE handled_at < now() - interval '2 days' AND handler = \(handler) LIMIT \(limit)))
        """
    }
}
