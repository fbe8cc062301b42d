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
            if Self.hasNoValue(error), let origin = request.origin { throw origin.failure }
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

    /// Whether an expression has no value for a row: the text of a query makes the database say so.
    private static func hasNoValue(_ error: PostgresError) -> Bool {
        error.code == .server && error.sqlState == "22P02" && error.message.contains(SQLNames.failure)
    }

    private func reply(to request: RecordRequest) async throws -> RecordReply {
        switch request {
        case .select(let query):
            let layout = try tables.layout(query.table)
            return .rows(try layout.records(await transaction.query(layout.select(query).named("select rows"))))
        case .query(let query):
            return .rows(try tables.records(query, await transaction.query(tables.statement(query).named("query rows"))))
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
            let lists = tables.lists(of: query.table)
            guard !lists.isEmpty else {
                return try await write(layout.delete(query).named("delete rows")) { .value(.int(Int64($0.affectedRows))) }
            }
            let reply = try await delete(layout.deleteReturning(query), from: lists)
            if case .rows(let gone) = reply { return .value(.int(Int64(gone.count))) }
            return reply
        case .deleteReturning(let query):
            return try await delete(tables.layout(query.table).deleteReturning(query), from: tables.lists(of: query.table))
        case .deleteRow(let table, let id):
            let layout = try tables.layout(table)
            let reply = try await write(layout.deleteRow(id).named("delete row")) { .value(.int(Int64($0.affectedRows))) }
            if case .value(.int(1)) = reply { try await remove([id], from: tables.lists(of: table)) }
            return reply
        }
    }

    private func delete(_ query: PostgresQuery, from lists: [(TableLayout, column: String)]) async throws -> RecordReply {
        let reply = try await write(query.named("delete rows")) { result in
            .rows(try result.decode(Int64.self).map { Record([.int($0)]) })
        }
        guard case .rows(let gone) = reply else { return reply }
        try await remove(gone.map(\.id), from: lists)
        return reply
    }

    /// Lists of rows have no foreign keys: what is deleted leaves them here.
    private func remove(_ ids: [Int64], from lists: [(TableLayout, column: String)]) async throws {
        guard !ids.isEmpty else { return }
        for (layout, column) in lists {
            _ = try await transaction.query(layout.removing(ids, fromList: column).named("remove from lists"))
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

extension RecordRequest {
    /// Where the definition asks this; nil for what has no expressions.
    fileprivate var origin: QueryOrigin? {
        switch self {
        case .select(let query), .count(let query), .delete(let query), .deleteReturning(let query): query.origin
        case .query(let query): query.origin
        case .get, .insert, .update, .deleteRow: nil
        }
    }
}
