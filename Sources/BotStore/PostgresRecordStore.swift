package import BotEngine
import BotLanguage
package import Postgres

/// The rows of one bot within one transaction.
package struct PostgresRecordStore: RecordStore {
    private let tables: BotTables
    private let transaction: PostgresTransaction

    package init(_ tables: BotTables, in transaction: PostgresTransaction) {
        self.tables = tables
        self.transaction = transaction
    }

    package func perform(_ request: RecordRequest) async throws -> RecordReply {
        do { return try await reply(to: request) } catch let error as PostgresError {
            throw Self.failure(error) ?? error
        }
    }

    /// What the definition is to blame for, and would be again: values that a column or an operator of SQL doesn't take
    /// (class 22), rules other than those of ``RecordReply/conflict(_:)`` (23), entries too large for an index (54).
    private static func failure(_ error: PostgresError) -> RunFailure? {
        guard error.code == .server, let state = error.sqlState, ["22", "23", "54"].contains(state.prefix(2)) else { return nil }
        // The server's own words may quote the value.
        let place = [error.table, error.server?.column, error.constraint].compactMap { $0 }.map { "'\($0)'" }.joined(separator: ", ")
        return RunFailure(.store, "the database refuses a value (SQLSTATE \(state)\(place.isEmpty ? "" : ", \(place)"))")
    }

    private func reply(to request: RecordRequest) async throws -> RecordReply {
        switch request {
        case .select(let query):
            let layout = try tables.layout(query.table)
            return .rows(try layout.records(await transaction.query(layout.select(query).named("select rows"))))
        case .count(let query):
            let result = try await transaction.query(tables.layout(query.table).count(query).named("count rows"))
            return .value(.int(try result.decodeOne(Int64.self)))
        case .get(let table, let ids):
            let layout = try tables.layout(table)
            return .rows(try layout.records(await transaction.query(layout.get(ids).named("get rows"))))
        case .insert(let table, let values):
            let layout = try tables.layout(table)
            return try await write(layout.insert(values).named("insert row")) { .rows(try layout.records($0)) }
        case .update(let table, let id, let changes):
            let layout = try tables.layout(table)
            return try await write(layout.update(id, changes).named("update row")) { .rows(try layout.records($0)) }
        case .delete(let query):
            let layout = try tables.layout(query.table)
            return try await write(layout.delete(query).named("delete rows")) { .value(.int(Int64($0.affectedRows))) }
        case .deleteReturning(let query):
            let layout = try tables.layout(query.table)
            return try await write(layout.deleteReturning(query).named("delete rows")) { result in
                .rows(try result.decode(Int64.self).map { Record([.int($0)]) })
            }
        case .deleteRow(let table, let id):
            return try await write(tables.layout(table).deleteRow(id).named("delete row")) { .value(.int(Int64($0.affectedRows))) }
        }
    }

    /// A rule that forbids the write undoes it alone; the savepoint travels with the statement.
    private func write(_ query: PostgresQuery, _ reply: @Sendable (PostgresResult) throws -> RecordReply) async throws -> RecordReply {
        do {
            return try await transaction.savepoint { try reply(try await transaction.query(query)) }
        } catch let error as PostgresError where error.isUniqueViolation || error.isForeignKeyViolation {
            return .conflict(error.constraint ?? "")
        }
    }
}
