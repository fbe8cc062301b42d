import Contracts
import Postgres

/// What requests change.
///
/// Within one transaction: first ``lock(_:)`` and ``remember(_:until:)`` and ``known(_:)``, then, with what those allow, ``store(_:until:)``
/// and ``end(_:)``.
extension TimerTables {
    /// Requests about keys of a bot go side by side, but not beside one about a prefix: of the two, one must see the other.
    func lock(_ batch: TimerRequestBatch) -> PostgresQuery {
        var exclusive: [Int32: Bool] = [:]
        for entry in batch.entries {
            exclusive[Self.lockNumber(entry.bot), default: false] = exclusive[Self.lockNumber(entry.bot)] ?? false
        }
        for prefix in batch.prefixes { exclusive[Self.lockNumber(prefix.bot)] = true }
        // Everybody in the same order, so that nobody waits for each other.
        let locks = exclusive.sorted { $0.key < $1.key }
        return """
            SELECT CASE WHEN alone THEN pg_advisory_xact_lock(\(Self.lockClass), number)::text
                ELSE pg_advisory_xact_lock_shared(\(Self.lockClass), number)::text END
            FROM unnest(\(locks.map(\.key)), \(locks.map(\.value))) AS lock (number, alone)
            """
    }

    /// `SCHD`: nobody else's advisory locks of this database begin so.
    private static let lockClass: Int32 = 0x5343_4844

    private static func lockNumber(_ bot: String) -> Int32 { Int32(truncatingIfNeeded: StableHash.of(bot)) }

    /// Keeps the greatest revision of each cancelled prefix.
    func remember(_ prefixes: [TimerRequestBatch.Prefix], until forgotten: Timestamp) -> PostgresQuery {
        """
        INSERT INTO \(identifier: schema, "prefixes") AS known (bot, prefix, revision, forget_at)
        SELECT bot, prefix, revision, \(PostgresTimestamp(forgotten))
        FROM unnest(\(prefixes.map(\.bot)), \(prefixes.map(\.prefix)), \(prefixes.map(\.revision))) AS new (bot, prefix, revision)
        ON CONFLICT (bot, prefix) DO UPDATE SET revision = excluded.revision, forget_at = excluded.forget_at
        WHERE known.revision < excluded.revision
        """
    }

    /// The cancelled prefixes that these keys are below.
    func known(_ entries: [TimerRequestBatch.Entry]) -> PostgresQuery {
        var bots: [String] = [], prefixes: [String] = []
        for place in Set(entries.flatMap(\.ancestors)) {
            bots.append(place.bot)
            prefixes.append(place.prefix)
        }
        return """
            SELECT bot, prefix, revision FROM \(identifier: schema, "prefixes")
            WHERE (bot, prefix) IN (SELECT * FROM unnest(\(bots), \(prefixes)))
            """
    }

    func decodeKnown(_ result: PostgresResult) throws -> [TimerRequestBatch.Prefix] {
        try result.decode((String, String, Int64).self).map { .init(bot: $0, prefix: $1, revision: $2) }
    }

    /// Sets and cancels; what is older than what is there changes nothing.
    func store(_ entries: [TimerRequestBatch.Entry], until forgotten: Timestamp) -> PostgresQuery {
        let dues = entries.map { $0.due.map { PostgresTimestamp($0) } }
        return """
            INSERT INTO \(identifier: schema, "timers") AS timer (bot, key, revision, due, claim_at, request, cause, traceparent, forget_at)
            SELECT bot, key, revision, due, due, request::json, cause, traceparent,
                CASE WHEN due IS NULL THEN \(PostgresTimestamp(forgotten)) END
            FROM unnest(
                \(entries.map(\.bot)), \(entries.map(\.key)), \(entries.map(\.revision)), \(dues), \(entries.map(\.request)),
                \(entries.map(\.cause)), \(entries.map(\.traceparent))
            ) AS new (bot, key, revision, due, request, cause, traceparent)
            ON CONFLICT (bot, key) DO UPDATE SET
                revision = excluded.revision, due = excluded.due, claim_at = excluded.claim_at, request = excluded.request,
                cause = excluded.cause, traceparent = excluded.traceparent, forget_at = excluded.forget_at
            WHERE timer.revision < excluded.revision
            """
    }

    /// Removes what lies below a cancelled prefix, which is the last word on it. One statement for each: the range of a key in a statement
    /// about many is no range that the planner would look up in an index.
    func end(_ prefix: TimerRequestBatch.Prefix) -> PostgresQuery {
        // '0' is what follows '/', the last byte of every prefix but the empty one. No key is as long as the other.
        let beyond = prefix.prefix.isEmpty ? String(repeating: "\u{10FFFF}", count: 33) : prefix.prefix.dropLast() + "0"
        return """
            DELETE FROM \(identifier: schema, "timers")
            WHERE bot = \(prefix.bot) AND key >= \(prefix.prefix) AND key < \(beyond) AND revision < \(prefix.revision)
            """
    }
}
