import Contracts
import JSON
import Postgres
import Schedules

/// A row that was taken to be fired, locked until the end of the transaction.
struct ClaimedTimer: Sendable {
    var bot: String
    var key: String
    var revision: Int64
    var due: Timestamp
    /// A ``SetTimer`` in JSON.
    var request: String
    /// The id of the request.
    var cause: String?
    /// Of the request.
    var traceparent: String?
}

/// What becomes of a row that was taken.
enum TimerFate: Sendable, Hashable {
    /// It fires again then.
    case advanced(Timestamp)
    /// It was the last time.
    case ended
    /// Not this time: it is taken again then.
    case putOff(Timestamp)
}

extension TimerTables {
    /// When the next one is due that isn't overdue; one row, null when there is none.
    func nextDue(after cutoff: Timestamp) -> PostgresQuery {
        "SELECT min(claim_at) FROM \(identifier: schema, "timers") WHERE claim_at > \(PostgresTimestamp(cutoff))"
    }

    /// The oldest of what is overdue; one row, null when nothing is. Not EXISTS, for which the planner, which does not know the moment, would
    /// read the whole table.
    func oldestOverdue(before cutoff: Timestamp) -> PostgresQuery {
        "SELECT min(claim_at) FROM \(identifier: schema, "timers") WHERE claim_at <= \(PostgresTimestamp(cutoff))"
    }

    /// Takes what is due, oldest first, passing over what others have taken.
    func claim(after cutoff: Timestamp, upTo now: Timestamp, limit: Int) -> PostgresQuery {
        """
        SELECT bot, key, revision, due, request::text, cause, traceparent FROM \(identifier: schema, "timers")
        WHERE claim_at > \(PostgresTimestamp(cutoff)) AND claim_at <= \(PostgresTimestamp(now))
        ORDER BY claim_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
        """
    }

    func decodeClaimed(_ result: PostgresResult) throws -> [ClaimedTimer] {
        try result.decode((String, String, Int64, PostgresTimestamp, String, String?, String?).self).map {
            ClaimedTimer(bot: $0, key: $1, revision: $2, due: Timestamp($3), request: $4, cause: $5, traceparent: $6)
        }
    }

    func settle(_ fates: [(timer: ClaimedTimer, fate: TimerFate)], forgottenAt: Timestamp) -> PostgresQuery {
        let dues = fates.map { timer, fate -> PostgresTimestamp? in
            switch fate {
            case .advanced(let next): PostgresTimestamp(next)
            case .ended: nil
            case .putOff: PostgresTimestamp(timer.due)
            }
        }
        let claims = fates.map { _, fate -> PostgresTimestamp? in
            switch fate {
            case .advanced(let moment), .putOff(let moment): PostgresTimestamp(moment)
            case .ended: nil
            }
        }
        return """
            UPDATE \(identifier: schema, "timers") AS timer SET
                due = new.due, claim_at = new.claim_at, request = CASE WHEN new.due IS NOT NULL THEN timer.request END,
                forget_at = CASE WHEN new.due IS NULL THEN \(PostgresTimestamp(forgottenAt)) END
            FROM unnest(\(fates.map(\.timer.bot)), \(fates.map(\.timer.key)), \(dues), \(claims)) AS new (bot, key, due, claim_at)
            WHERE timer.bot = new.bot AND timer.key = new.key
            """
    }

    // MARK: What is overdue

    /// The pace, for as long as the transaction lasts; no row while somebody else has it.
    func takePace() -> PostgresQuery { "SELECT state FROM \(identifier: schema, "pace") FOR UPDATE SKIP LOCKED" }

    func keepPace(_ pace: BacklogPace) -> PostgresQuery {
        "UPDATE \(identifier: schema, "pace") SET state = \(String(decoding: pace.jsonBytes, as: UTF8.self))::json"
    }

    /// Bots that have something overdue, the one with the oldest first. Jumps from bot to bot in the index: the cost grows with the
    /// number of bots, not of timers.
    func botsWithOverdue(before cutoff: Timestamp) -> PostgresQuery {
        """
        WITH RECURSIVE bots AS (
            (SELECT bot, claim_at FROM \(identifier: schema, "timers") WHERE claim_at IS NOT NULL ORDER BY bot, claim_at LIMIT 1)
            UNION ALL
            SELECT next.bot, next.claim_at FROM bots CROSS JOIN LATERAL (
                SELECT bot, claim_at FROM \(identifier: schema, "timers") AS timer
                WHERE timer.bot > bots.bot AND claim_at IS NOT NULL ORDER BY bot, claim_at LIMIT 1) AS next
        )
        SELECT bot FROM bots WHERE claim_at <= \(PostgresTimestamp(cutoff)) ORDER BY claim_at
        """
    }

    /// Takes the oldest of all bots together, of each no more than it is allotted.
    func claimOverdue(_ allotment: BacklogPace.Allotment, before cutoff: Timestamp) -> PostgresQuery {
        """
        SELECT timer.bot, key, revision, due, request::text, cause, traceparent
        FROM unnest(\(allotment.bots.map(\.bot)), \(allotment.bots.map(\.most))) AS share (bot, most) CROSS JOIN LATERAL (
            SELECT * FROM \(identifier: schema, "timers") AS own
            WHERE own.bot = share.bot AND claim_at <= \(PostgresTimestamp(cutoff))
            ORDER BY claim_at LIMIT share.most FOR UPDATE SKIP LOCKED) AS timer
        ORDER BY claim_at LIMIT \(allotment.total)
        """
    }
}
