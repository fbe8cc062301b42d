/// What one statement returned: its rows, as they arrived, and what it did.
///
/// Rows are decoded from the received memory on access; the memory lives as long as the result or any of its rows.
public struct PostgresResult: Sendable {
    let storage: ResultStorage

    /// How many rows an INSERT, UPDATE, DELETE, MERGE or SELECT affected or returned; 0 for other statements.
    public var affectedRows: Int { storage.affectedRows }

    /// The command as the server names it, such as `INSERT 0 1`.
    public var commandTag: String { storage.commandTag }

    public struct Column: Sendable, Hashable {
        public var name: String
        public var type: PostgresType
    }

    public var columns: [Column] {
        (0..<storage.columnCount).map { Column(name: storage.name(ofColumn: $0), type: storage.type(ofColumn: $0)) }
    }

    /// Decodes every row as the given tuple, column by column:
    ///
    ///     for (id, name) in try result.decode((Int64, String?).self) { … }
    ///
    /// Throws ``PostgresError/Code/decoding`` naming the first column that doesn't fit, or when the number of columns differs.
    public func decode<each Value: PostgresDecodable>(_: (repeat each Value).Type) throws -> [(repeat each Value)] {
        try checkColumnCount(of: repeat (each Value).self)
        var rows: [(repeat each Value)] = []
        rows.reserveCapacity(storage.rowCount)
        for row in 0..<storage.rowCount {
            var column = 0
            rows.append((repeat try PostgresRow.decode((each Value).self, storage, row: row, column: &column)))
        }
        return rows
    }

    /// The single row, decoded; nil when there is none. More than one row is an error.
    public func decodeOptional<each Value: PostgresDecodable>(_: (repeat each Value).Type) throws -> (repeat each Value)? {
        guard count <= 1 else {
            throw PostgresError(.decoding, "expected at most one row, got \(count)")
        }
        return try decode((repeat each Value).self).first
    }

    /// The single row, decoded. None, or more than one, is an error.
    public func decodeOne<each Value: PostgresDecodable>(_: (repeat each Value).Type) throws -> (repeat each Value) {
        guard count == 1, let row = try decode((repeat each Value).self).first else {
            throw PostgresError(.decoding, "expected one row, got \(count)")
        }
        return row
    }

    // MARK: One column, so that the type checker sees a plain value and not a tuple of one

    /// Decodes the single column of every row.
    public func decode<Value: PostgresDecodable>(_: Value.Type) throws -> [Value] {
        try checkColumnCount(of: Value.self)
        var rows: [Value] = []
        rows.reserveCapacity(storage.rowCount)
        for row in 0..<storage.rowCount {
            var column = 0
            rows.append(try PostgresRow.decode(Value.self, storage, row: row, column: &column))
        }
        return rows
    }

    /// The single column of the single row; nil when there is no row. More than one row is an error.
    public func decodeOptional<Value: PostgresDecodable>(_: Value.Type) throws -> Value? {
        guard count <= 1 else { throw PostgresError(.decoding, "expected at most one row, got \(count)") }
        return try decode(Value.self).first
    }

    /// The single column of the single row. No row, or more than one, is an error.
    public func decodeOne<Value: PostgresDecodable>(_: Value.Type) throws -> Value {
        guard count == 1, let value = try decode(Value.self).first else {
            throw PostgresError(.decoding, "expected one row, got \(count)")
        }
        return value
    }

    private func checkColumnCount<each Value: PostgresDecodable>(of _: repeat (each Value).Type) throws {
        var wanted = 0
        for _ in repeat (each Value).self { wanted += 1 }
        guard wanted == storage.columnCount else {
            throw PostgresError(.decoding, "expected \(wanted) columns, got \(storage.columnCount)")
        }
    }
}

extension PostgresResult: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { storage.rowCount }
    public subscript(position: Int) -> PostgresRow { PostgresRow(storage: storage, index: position) }
}

extension PostgresResult: CustomStringConvertible {
    /// The command and the number of rows; no data.
    public var description: String { "\(commandTag), \(count) rows" }
}
