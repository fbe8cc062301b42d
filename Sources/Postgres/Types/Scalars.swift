extension Bool: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .bool }
    public static var postgresArrayType: PostgresType { .boolArray }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(UInt8(self ? 1 : 0)) }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> Bool {
        guard cell.type == .bool else { throw .typeMismatch(wanted: "Bool") }
        return try cell.present().integer(UInt8.self) != 0
    }
}

extension Int16: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int2 }
    public static var postgresArrayType: PostgresType { .int2Array }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(self) }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> Int16 {
        guard cell.type == .int2 else { throw .typeMismatch(wanted: "Int16") }
        return try cell.present().integer()
    }
}

/// Reads int4, and int2 widened.
extension Int32: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int4 }
    public static var postgresArrayType: PostgresType { .int4Array }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(self) }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> Int32 {
        switch cell.type {
        case .int4: try cell.present().integer()
        case .int2: Int32(try cell.present().integer(Int16.self))
        default: throw .typeMismatch(wanted: "Int32")
        }
    }
}

/// Reads int8, and the smaller integers (and oid) widened.
extension Int64: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int8 }
    public static var postgresArrayType: PostgresType { .int8Array }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(self) }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> Int64 {
        switch cell.type {
        case .int8: try cell.present().integer()
        case .int4: Int64(try cell.present().integer(Int32.self))
        case .int2: Int64(try cell.present().integer(Int16.self))
        case .oid: Int64(try cell.present().integer(UInt32.self))
        default: throw .typeMismatch(wanted: "Int64")
        }
    }
}

/// As ``Swift/Int64``.
extension Int: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int8 }
    public static var postgresArrayType: PostgresType { .int8Array }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(Int64(self)) }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> Int {
        Int(try Int64.decode(from: cell))
    }
}

extension Float: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .float4 }
    public static var postgresArrayType: PostgresType { .float4Array }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(bitPattern) }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> Float {
        guard cell.type == .float4 else { throw .typeMismatch(wanted: "Float") }
        return Float(bitPattern: try cell.present().integer())
    }
}

/// Reads float8, and float4 widened.
extension Double: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .float8 }
    public static var postgresArrayType: PostgresType { .float8Array }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(bitPattern) }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> Double {
        switch cell.type {
        case .float8: Double(bitPattern: try cell.present().integer())
        case .float4: Double(Float(bitPattern: try cell.present().integer()))
        default: throw .typeMismatch(wanted: "Double")
        }
    }
}

/// Reads text, varchar, char, name, json and jsonb. Enums and other types are cast in SQL: `status::text`.
/// PostgreSQL's text cannot hold U+0000: a parameter containing it is refused by the server (22021).
extension String: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .text }
    public static var postgresArrayType: PostgresType { .textArray }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(self) }

    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> String {
        switch cell.type {
        case .text, .varchar, .bpchar, .name, .unknown, .json:
            return String(decoding: try cell.present(), as: UTF8.self)
        case .jsonb:
            return String(decoding: try PostgresJSON.body(ofJSONB: cell.present()), as: UTF8.self)
        case .void:
            return ""
        default:
            throw .typeMismatch(wanted: "String")
        }
    }
}
