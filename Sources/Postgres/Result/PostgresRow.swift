/// One row of a result.
public struct PostgresRow: Sendable {
    let storage: ResultStorage
    let index: Int

    public var columnCount: Int { storage.columnCount }

    /// The value of a named column. Throws ``PostgresError/Code/decoding`` when there is no such column, or it doesn't fit.
    public func decode<Value: PostgresDecodable>(_: Value.Type = Value.self, _ column: String) throws -> Value {
        guard let position = storage.index(ofColumn: column) else {
            var error = PostgresError(.decoding, "no such column")
            error.column = column
            throw error
        }
        return try decode(Value.self, at: position)
    }

    /// The value of a column by its position, from 0.
    public func decode<Value: PostgresDecodable>(_: Value.Type = Value.self, at column: Int) throws -> Value {
        var column = column
        return try Self.decode(Value.self, storage, row: index, column: &column)
    }

    /// All columns as a tuple.
    public func decode<each Value: PostgresDecodable>(_: (repeat each Value).Type) throws -> (repeat each Value) {
        var wanted = 0
        for _ in repeat (each Value).self { wanted += 1 }
        guard wanted == storage.columnCount else {
            throw PostgresError(.decoding, "expected \(wanted) columns, got \(storage.columnCount)")
        }
        var column = 0
        return (repeat try Self.decode((each Value).self, storage, row: index, column: &column))
    }

    static func decode<Value: PostgresDecodable>(
        _: Value.Type, _ storage: ResultStorage, row: Int, column: inout Int
    ) throws -> Value {
        guard row >= 0, row < storage.rowCount, column >= 0, column < storage.columnCount else {
            throw PostgresError(.decoding, "no row \(row), column \(column)")
        }
        do throws(PostgresCell.Failure) {
            let value = try withExtendedLifetime(storage) { () throws(PostgresCell.Failure) in
                try Value.decode(from: storage.cell(row: row, column: column))
            }
            column += 1
            return value
        } catch {
            throw failure(error, storage, column: column)
        }
    }

    private static func failure(_ failure: PostgresCell.Failure, _ storage: ResultStorage, column: Int) -> PostgresError {
        var error: PostgresError
        switch failure {
        case .unexpectedNull: error = PostgresError(.decoding, "unexpected null")
        case .typeMismatch(let wanted): error = PostgresError(.decoding, "\(storage.type(ofColumn: column)) cannot be read as \(wanted)")
        case .invalid(let reason): error = PostgresError(.decoding, "invalid value: \(reason)")
        }
        error.column = storage.name(ofColumn: column)
        return error
    }
}
