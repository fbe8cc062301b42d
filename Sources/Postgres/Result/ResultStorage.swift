import CPostgres

/// Owns one `PGresult`.
///
/// `@unchecked Sendable` holds because the result is never changed after libpq handed it over: only the reading
/// functions (PQgetvalue and its like) are called on it, they don't write, and it is freed once, by the last owner.
final class ResultStorage: @unchecked Sendable {
    private let result: OpaquePointer
    let rowCount: Int
    let columnCount: Int

    /// Takes the result over.
    init(owning result: OpaquePointer) {
        self.result = result
        rowCount = Int(PQntuples(result))
        columnCount = Int(PQnfields(result))
    }

    deinit { PQclear(result) }

    func type(ofColumn column: Int) -> PostgresType { PostgresType(oid: PQftype(result, Int32(column))) }

    func name(ofColumn column: Int) -> String {
        PQfname(result, Int32(column)).map { String(cString: $0) } ?? "column \(column)"
    }

    func index(ofColumn name: String) -> Int? {
        var name = name
        return name.withUTF8 { wanted in
            (0..<columnCount).first { column in
                guard let actual = PQfname(result, Int32(column)) else { return false }
                for (offset, byte) in wanted.enumerated() {
                    let other = UInt8(bitPattern: actual[offset])
                    // A NUL ends the actual name; it never equals a byte of the wanted one.
                    if other == 0 || other != byte { return false }
                }
                return actual[wanted.count] == 0
            }
        }
    }

    /// The caller has checked row and column; the bytes live as long as this object.
    func cell(row: Int, column: Int) -> PostgresCell {
        let (row, column) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
        let type = PostgresType(oid: PQftype(result, column))
        guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else {
            return PostgresCell(type: type, bytes: nil)
        }
        return PostgresCell(type: type, bytes: UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, row, column))))
    }

    var commandTag: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }
    var affectedRows: Int { PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0 }
}
