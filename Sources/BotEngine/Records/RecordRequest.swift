public import BotLanguage

/// What a run wants to know from, or do to, the bot's rows.
public enum RecordRequest: Sendable {
    /// Rows in the query's order -> ``RecordReply/rows(_:)``.
    case select(RecordQuery)
    /// Values made of rows, in the query's order -> ``RecordReply/rows(_:)``, each record with the query's columns.
    case query(ValueQuery)
    /// How many rows -> ``RecordReply/value(_:)`` with an int. Order and limit don't matter.
    case count(RecordQuery)
    /// The rows with these ids, in any order; those that don't exist are left out -> ``RecordReply/rows(_:)``.
    case get(table: String, ids: [Int64])
    /// A new row; columns that aren't named get their default -> ``RecordReply/rows(_:)`` with the whole new row, or a
    /// conflict.
    case insert(table: String, values: [ColumnValue])
    /// -> ``RecordReply/rows(_:)`` with the whole changed row, without any when it doesn't exist, or a conflict.
    case update(table: String, id: Int64, changes: [ColumnValue])
    /// -> ``RecordReply/value(_:)`` with the number of deleted rows, or a conflict. Order and limit don't matter.
    case delete(RecordQuery)
    /// The same -> ``RecordReply/rows(_:)`` with the id of each deleted row and nothing else, or a conflict.
    case deleteReturning(RecordQuery)
    case deleteRow(table: String, id: Int64)
}

public enum RecordReply: Sendable {
    case rows([Record])
    case value(RecordValue)
    /// A unique rule (by ``Table/Unique/name``) or a reference (by the column's name) forbids it. Nothing was written
    /// and the transaction goes on: a store uses `ON CONFLICT DO NOTHING` or a savepoint.
    case conflict(String)
}

/// Where the rows of a bot are kept.
///
/// All requests of one event belong to one transaction, or to one savepoint within it. When the outcome has a
/// ``Outcome/failure``, what they wrote must be undone.
public protocol RecordStore: Sendable {
    /// - Throws: a ``RunFailure`` for what would fail again, such as a value that the database refuses: the run ends with
    ///   it. Everything else is a failure of the infrastructure, which the event survives by being handled again.
    func perform(_ request: RecordRequest) async throws -> RecordReply
}
