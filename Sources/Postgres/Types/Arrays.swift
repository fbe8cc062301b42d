/// A type whose arrays are PostgreSQL arrays (`[String]` is `text[]`), or, for `UInt8` alone, `bytea`.
///
/// One dimension only. A multidimensional column is a decoding error.
public protocol PostgresArrayElement: Sendable {
    /// The type of `[Self]`.
    static var postgresArrayType: PostgresType { get }
    static func encodeArray(_ array: [Self], into buffer: inout PostgresBuffer)
    static func decodeArray(from cell: PostgresCell) throws(PostgresCell.Failure) -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    public static var postgresType: PostgresType { Element.postgresArrayType }
    public func encode(into buffer: inout PostgresBuffer) { Element.encodeArray(self, into: &buffer) }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    public static func decode(from cell: PostgresCell) throws(PostgresCell.Failure) -> [Element] {
        try Element.decodeArray(from: cell)
    }
}

/// `[UInt8]` is `bytea`.
extension UInt8: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .bytea }

    public static func encodeArray(_ array: [UInt8], into buffer: inout PostgresBuffer) { buffer.write(array) }

    public static func decodeArray(from cell: PostgresCell) throws(PostgresCell.Failure) -> [UInt8] {
        guard cell.type == .bytea else { throw .typeMismatch(wanted: "[UInt8]") }
        return [UInt8](try cell.present())
    }
}

/// `[[UInt8]]` is `bytea[]`.
extension Array: PostgresArrayElement where Element == UInt8 {
    public static var postgresArrayType: PostgresType { .byteaArray }
}

extension PostgresArrayElement where Self: PostgresCodable {
    public static func encodeArray(_ array: [Self], into buffer: inout PostgresBuffer) {
        ArrayFormat.writeHeader(count: array.count, hasNulls: false, element: postgresType, into: &buffer)
        for element in array { buffer.writeLengthPrefixed { element.encode(into: &$0) } }
    }

    public static func decodeArray(from cell: PostgresCell) throws(PostgresCell.Failure) -> [Self] {
        try ArrayFormat.read(cell, wanted: "[\(Self.self)]") { cell throws(PostgresCell.Failure) in try decode(from: cell) }
    }
}

/// Arrays with nulls in them.
extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement & PostgresCodable {
    public static var postgresArrayType: PostgresType { Wrapped.postgresArrayType }

    public static func encodeArray(_ array: [Wrapped?], into buffer: inout PostgresBuffer) {
        let hasNulls = array.contains { $0 == nil }
        ArrayFormat.writeHeader(count: array.count, hasNulls: hasNulls, element: Wrapped.postgresType, into: &buffer)
        for element in array {
            if let element {
                buffer.writeLengthPrefixed { element.encode(into: &$0) }
            } else {
                buffer.write(Int32(-1))
            }
        }
    }

    public static func decodeArray(from cell: PostgresCell) throws(PostgresCell.Failure) -> [Wrapped?] {
        try ArrayFormat.read(cell, wanted: "[\(Wrapped.self)?]") { cell throws(PostgresCell.Failure) in
            try Wrapped?.decode(from: cell)
        }
    }
}

/// The binary layout of arrays: dimensions, null flag, element type, (length, lower bound) per dimension, then the
/// elements, each behind its length (-1 is null). Source: `array_recv` in the server's arrayfuncs.c.
private enum ArrayFormat {
    static func writeHeader(count: Int, hasNulls: Bool, element: PostgresType, into buffer: inout PostgresBuffer) {
        buffer.write(Int32(count == 0 ? 0 : 1))
        buffer.write(Int32(hasNulls ? 1 : 0))
        buffer.write(element.oid)
        if count > 0 {
            buffer.write(Int32(truncatingIfNeeded: count))
            buffer.write(Int32(1))
        }
    }

    static func read<Element>(
        _ cell: PostgresCell, wanted: @autoclosure () -> String,
        element read: (PostgresCell) throws(PostgresCell.Failure) -> Element
    ) throws(PostgresCell.Failure) -> [Element] {
        guard elementTypes[cell.type] != nil else { throw .typeMismatch(wanted: wanted()) }
        let bytes = try cell.present()
        let dimensions = try bytes.integer(at: 0, Int32.self)
        let type = PostgresType(oid: try bytes.integer(at: 8))
        if dimensions == 0 { return [] }
        guard dimensions == 1 else { throw .invalid("array of \(dimensions) dimensions; only one is supported") }
        let count = Int(try bytes.integer(at: 12, Int32.self))
        // An element takes at least its length field, so a count beyond that is a lie that must not reserve memory.
        guard count >= 0, count <= (bytes.count - 20) / 4 else { throw .invalid("array length \(count) does not fit its value") }
        var offset = 20
        var result: [Element] = []
        result.reserveCapacity(count)
        for _ in 0..<count {
            let length = Int(try bytes.integer(at: offset, Int32.self))
            offset += 4
            if length < 0 {
                do throws(PostgresCell.Failure) {
                    result.append(try read(PostgresCell(type: type, bytes: nil)))
                } catch .unexpectedNull {
                    throw .invalid("null element in the array")
                }
                continue
            }
            guard offset + length <= bytes.count else { throw .invalid("array ends too early") }
            do throws(PostgresCell.Failure) {
                result.append(try read(PostgresCell(type: type, bytes: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length]))))
            } catch .typeMismatch {
                throw .typeMismatch(wanted: wanted())
            }
            offset += length
        }
        return result
    }

    private static let elementTypes: [PostgresType: PostgresType] = [
        .boolArray: .bool, .byteaArray: .bytea, .nameArray: .name, .int2Array: .int2, .int4Array: .int4,
        .int8Array: .int8, .textArray: .text, .bpcharArray: .bpchar, .varcharArray: .varchar, .float4Array: .float4,
        .float8Array: .float8, .timestampArray: .timestamp, .timestamptzArray: .timestamptz, .dateArray: .date,
        .timeArray: .time, .intervalArray: .interval, .numericArray: .numeric, .uuidArray: .uuid, .jsonArray: .json,
        .jsonbArray: .jsonb,
    ]
}
